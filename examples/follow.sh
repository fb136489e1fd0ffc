#!/bin/sh
# Follows the log and prints each event as it is stored: sh follow.sh [AFTER WHICH POSITION]
register=${GUIDANCE_REGISTER_URL:-http://127.0.0.1:3000} after=${1:--1}

while page=$(curl --silent --show-error --fail --retry 10 "$register/v1/log?after=$after"); do
  if [ -z "$page" ]; then sleep 1; continue; fi
  printf '%s\n' "$page"
  after=$(printf '%s\n' "$page" | sed -n '$s/.*"position":"\([0-9]*\)".*/\1/p')
done
exit 1
