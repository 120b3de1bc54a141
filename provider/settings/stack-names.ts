import { GuardrailsError } from "../errors";
import { nearNames } from "../near-names";
import { quoted } from "../sanitize";
import { limitNames } from "./limits";

/** The namespace of the stack configuration. */
const namespace = "guardrails";

/** Every setting of the namespace, whoever reads it: the program, the provider or the policy pack. */
export const stackNames: readonly string[] = [
  "service",
  "baseUrl",
  "managementKey",
  "requiredKeys",
  ...limitNames,
];

/** Whether a name of the namespace that is none of ours can be the project's own: one called as the namespace keeps its settings there. */
export function mayOwn(project: string): boolean {
  return project === namespace;
}

/** The setting that a misspelt name stands for, if it is near to one. */
export function meantBy(name: string): string | undefined {
  return nearNames(name, stackNames)[0];
}

/**
 * Refuses settings of the stack's namespace `guardrails` that nobody reads: what was written must not be dropped.
 * @param keys all names of the stack configuration, with their namespaces
 * @param project the project's name: one that is itself called `guardrails` keeps its own settings there, so only what is
 * near to one of ours is refused
 * @throws GuardrailsError of kind `configuration`
 */
export function refuseUnknownStackNames(keys: readonly string[], project: string): void {
  for (const key of keys) {
    const name = key.startsWith(`${namespace}:`) ? key.slice(namespace.length + 1) : undefined;
    if (name === undefined || stackNames.includes(name)) continue;
    const meant = meantBy(name);
    if (meant === undefined && mayOwn(project)) continue;
    throw new GuardrailsError("configuration", {
      what: `could not verify: the stack configuration has no setting ${quoted(key)}${meant === undefined ? "" : `; ${namespace}:${meant} is meant, it seems`}`,
      advice:
        meant === "managementKey"
          ? "Remove it. If it held a management key without --secret, rotate that key: it is in the state."
          : `Rename or remove it; the settings are ${stackNames.join(", ")}.`,
    });
  }
}
