"""May a provider deliver guidance? python3 ask.py ukprn:10000001 school-commissioned [FROM UNTIL]"""
import json, os, sys
from urllib.parse import urlencode
from urllib.request import urlopen

register = os.environ.get("GUIDANCE_REGISTER_URL", "http://127.0.0.1:3000")
question = urlencode(dict(zip(("setting", "from", "until"), sys.argv[2:])))
with urlopen(f"{register}/v1/providers/{sys.argv[1]}/eligibility?{question}") as response:
    answer = json.load(response)

print(f"{answer['outcome']}, as known at position {answer['knownAt']['position']}")
for gap in answer["gaps"]:
    print(f"no from {gap['from']} to {gap['until']}: {gap['reason']}")
