import type { Policy } from "@pulumi/policy";
import { assignmentPage } from "../references";
import type { RuleDescription } from "../rules/rule";

/** Spending and calls without a limit, in the terms of the field's own list of risks. */
const framework = {
  name: "OWASP Top 10 for LLM Applications",
  version: "2025",
  reference: "LLM10:2025",
  specification: "Unbounded Consumption",
};

/** What Pulumi shows about a policy. */
export function about({
  name,
  title,
  description,
  severity,
  remediation,
}: Omit<RuleDescription, "letter" | "takesAnyGuardrail" | "target" | "inForce">): Policy {
  return {
    name,
    displayName: title,
    description,
    severity,
    remediationSteps: remediation,
    // CrossGuard's own default is advisory, which stops nothing.
    enforcementLevel: "mandatory",
    tags: ["llm", "api-keys", "guardrails", "openrouter", "modelgates"],
    url: assignmentPage,
    framework,
  };
}
