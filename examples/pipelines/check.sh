#!/bin/sh
# The check as a step of any pipeline: sh check.sh [configuration file]
# It needs OPENROUTER_MANAGEMENT_KEY in its environment, and writes guardrails.xml (JUnit) also when it fails.
set -u

status=0
npx --no-install pulumi-guardrails check --config "${1:-guardrails.json}" --output guardrails.xml || status=$?

case $status in
  0) ;;
  1) echo "Stopped: assign a guardrail to each key named above." >&2 ;;
  2) echo "Stopped: the check is not set up right." >&2 ;;
  3) echo "Stopped: nobody knows whether the keys are guarded. Run it again, or fix what is named above." >&2 ;;
  *) echo "Stopped: the check ended with exit status $status." >&2 ;;
esac
exit "$status"
