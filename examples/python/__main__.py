"""Exports whether the gateway's key is guarded, and stops if it is not."""

import pulumi
import pulumi_guardrails as guardrails

listed = guardrails.get_key_assignments(key_names=["prod-gateway"])
if not listed.assignments:
    raise pulumi.RunError("the key prod-gateway has no direct assignment of a guardrail")

# Kept in the state, and evidence for the policy pack.
evidence = guardrails.KeyAssignments("key-assignments")

pulumi.export("guardrails", [row.guardrail_id for row in listed.assignments])
pulumi.export("total", evidence.total_count)
