#!/bin/sh
# The check as a step of any pipeline: sh check.sh [configuration file]
# It needs OPENROUTER_MANAGEMENT_KEY in its environment, and writes guardrails.xml (JUnit) also when it fails.
set -u

# npx ends 1 where the package is not installed, which would look like a key that fails.
if ! npx --no-install pulumi-guardrails --version >/dev/null; then
  echo "Stopped: could not verify: pulumi-guardrails is not installed here, or does not start. Run npm ci first." >&2
  exit 3
fi

status=0
npx --no-install pulumi-guardrails check --config "${1:-guardrails.json}" --output guardrails.xml || status=$?

case $status in
  0) ;;
  1) echo "Stopped: fix what is named above." >&2 ;;
  2) echo "Stopped: the check is not set up right." >&2 ;;
  3) echo "Stopped: nobody knows whether the keys are guarded. Run it again, or fix what is named above." >&2 ;;
  *) echo "Stopped: the check ended with exit status $status." >&2 ;;
esac
exit "$status"
