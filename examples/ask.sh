#!/bin/sh
# May a provider deliver guidance? sh ask.sh ukprn:10000001 school-commissioned [FROM UNTIL]
register=${GUIDANCE_REGISTER_URL:-http://127.0.0.1:3000}

curl --silent --show-error --fail-with-body \
  "$register/v1/providers/$1/eligibility?setting=$2${3:+&from=$3&until=$4}"
