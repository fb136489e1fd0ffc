"""Posts one event, a CloudEvent in a file: GUIDANCE_REGISTER_KEY=… python3 post.py event.json"""
import json, os, sys
from urllib.error import HTTPError
from urllib.request import Request, urlopen

register = os.environ.get("GUIDANCE_REGISTER_URL", "http://127.0.0.1:3000")
key = os.environ["GUIDANCE_REGISTER_KEY"]
headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/cloudevents+json"}
with open(sys.argv[1], "rb") as event:
    request = Request(f"{register}/v1/events", event.read(), headers)
try:
    # Posted again, the same event gets the same position and changes nothing: so try again whenever you do not know.
    print(f"recorded at position {json.load(urlopen(request))['position']}")
except HTTPError as refused:
    problem = json.load(refused)
    sys.exit(f"{problem['code']}: {problem['detail']}")
