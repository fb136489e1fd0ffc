#!/bin/sh
# Posts one event, a CloudEvent in a file: GUIDANCE_REGISTER_KEY=… sh post.sh event.json
register=${GUIDANCE_REGISTER_URL:-http://127.0.0.1:3000}

# The key goes in by the standard input: whoever lists the processes of the machine sees their arguments.
printf 'header = "Authorization: Bearer %s"\n' "$GUIDANCE_REGISTER_KEY" |
  curl --silent --show-error --fail-with-body --config - \
    --header 'Content-Type: application/cloudevents+json' --data-binary "@$1" "$register/v1/events"
