import { PolicyPack } from "@pulumi/policy";
import { version } from "../provider/version";
import { createGuardrailsPolicies } from "./pack/policies";

/*
 * The pack's entry. Importing it starts the pack's server, so the rules live in modules of their own and this only
 * assembles them.
 */
new PolicyPack("guardrails", {
  description: `Stops deployments that would run with an unguarded LLM API key (pulumi-guardrails ${version}).`,
  // CrossGuard's own default is advisory, which stops nothing.
  enforcementLevel: "mandatory",
  policies: createGuardrailsPolicies(),
});
