import * as pulumi from "@pulumi/pulumi";
import { GuardrailsError } from "../provider/errors";
import { jsonProblem } from "../provider/json-problem";
import { refuseUnknownStackNames } from "../provider/settings/stack-names";

/**
 * A value of the stack configuration, namespace `guardrails`, in plain.
 * `pulumi.Config.get` would warn about every secret; this reads the same values.
 */
export function stackConfiguration(name: string): string | undefined {
  return pulumi.runtime.allConfig()[`guardrails:${name}`];
}

/**
 * Refuses what in the stack configuration nobody reads, and a management key that stands there in plain.
 * @throws GuardrailsError
 */
export function refuseWrongStackConfiguration(): void {
  refuseUnknownStackNames(pulumi.runtime.allConfig(), pulumi.getProject());
  refusePlainManagementKey();
  const problem = jsonProblem(stackConfiguration("requiredKeys") ?? "[]");
  if (problem === undefined) return;
  throw new GuardrailsError("configuration", {
    what: `could not verify: the stack configuration guardrails:requiredKeys is not valid: it ${problem}`,
    advice: "Set it again, as a JSON list of keys.",
  });
}

/**
 * Refuses a management key that stands in the stack configuration in plain: it would stay readable in the stack's
 * settings file and in its state.
 */
function refusePlainManagementKey(): void {
  if (stackConfiguration("managementKey") === undefined) return;
  // Exported at run time but left out of the SDK's type declarations. Should it go, nothing counts as secret any more.
  const { isConfigSecret } = pulumi.runtime as { isConfigSecret?: (key: string) => boolean };
  if (isConfigSecret?.("guardrails:managementKey") === true) return;
  throw new GuardrailsError("credential", {
    what: "could not verify: the stack configuration guardrails:managementKey is not a secret",
    advice:
      "Rotate that key, then set the new one with: pulumi config set --secret guardrails:managementKey (it asks for the value).",
  });
}
