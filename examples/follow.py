"""Follows the log and prints each event as it comes: python3 follow.py [AFTER WHICH POSITION]"""
import hashlib, json, os, sys, time
from urllib.error import HTTPError
from urllib.request import urlopen

register = os.environ.get("GUIDANCE_REGISTER_URL", "http://127.0.0.1:3000")
after = sys.argv[1] if len(sys.argv) > 1 else "-1"
while True:
    try:
        lines = urlopen(f"{register}/v1/log?after={after}").read().split(b"\n")[:-1]
    except HTTPError as refused:
        if refused.code != 503:
            sys.exit(refused.read().decode())
        lines = []
    for line in lines:
        event = json.loads(line)
        print(event["position"], event["type"], event["subject"], flush=True)
        # The digits say which log is meant: after a restore this is refused, and another history is never read on by mistake.
        after = f"{event['position']}-{hashlib.sha256(line).hexdigest()[:8]}"
    if not lines:
        time.sleep(1)
