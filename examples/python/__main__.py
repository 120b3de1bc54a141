"""Exports which guardrails the gateway's keys have, and stops while one of them has none."""

import pulumi
import pulumi_guardrails as guardrails

# Every key of that name: after a rotation there are two, and the new one may have no guardrail yet.
keys = guardrails.get_keys(key_names=["prod-gateway"]).keys
in_use = [key for key in keys if key.state == "active"]
if not in_use:
    raise pulumi.RunError("the account has no key prod-gateway in use")
unguarded = [key.label for key in in_use if key.guardrail_id is None]
if unguarded:
    raise pulumi.RunError(f"keys without a guardrail: {', '.join(unguarded)}")

# Kept in the state, and evidence for the policy pack.
evidence = guardrails.KeyAssignments("key-assignments")

pulumi.export("guardrails", [key.guardrail_id for key in in_use])
pulumi.export("total", evidence.total_count)
