import { distance } from "fastest-levenshtein";
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

/** Namespaces that people take for it: the package's name, and those of its policies that hold settings. */
const mistaken = [namespace, "pulumi-guardrails", "guardrails-settings", "required-keys-guarded"];

/** Letters that may differ in a namespace: more would take in those of other packages and projects. */
const mostApart = 2;

function isMistaken(space: string): boolean {
  return mistaken.some((one) => distance(plain(space), plain(one)) <= mostApart);
}

/**
 * Refuses settings of the stack's namespace `guardrails` that nobody reads, and settings of ours in another namespace: what
 * was written must not be dropped.
 * @param keys all names of the stack configuration, with their namespaces
 * @param project the project's name: its own settings stand in a namespace of that name. In one that is itself called
 * `guardrails` only what is near to one of ours is refused; in any other only `requiredKeys`, which `pulumi config set`
 * writes there where no namespace is given, and without which a key would not be judged
 * @throws GuardrailsError of kind `configuration`
 */
export function refuseUnknownStackNames(keys: readonly string[], project: string): void {
  for (const key of keys) {
    const [space = "", ...rest] = key.split(":");
    const name = rest.join(":");
    if (space === namespace) refuseUnknown(key, name, project);
    else if (space === project) refuseOfProject(key, name);
    else if (isMistaken(space) && meantBy(name) !== undefined) throw misplaced(key, meantBy(name));
  }
}

function refuseUnknown(key: string, name: string, project: string): void {
  const meant = meantBy(name);
  if (!stackNames.includes(name) && (meant !== undefined || !mayOwn(project))) throw misplaced(key, meant);
}

function refuseOfProject(key: string, name: string): void {
  if (plain(name) === plain("requiredKeys")) {
    throw misplaced(key, "requiredKeys", "What is the project's own needs another name.");
  }
}

function misplaced(key: string, meant: string | undefined, more?: string): GuardrailsError {
  const advice =
    meant === "managementKey"
      ? "Remove it. If it held a management key without --secret, rotate that key: it is in the state."
      : `Rename or remove it; the settings are ${stackNames.map((one) => `${namespace}:${one}`).join(", ")}.`;
  return new GuardrailsError("configuration", {
    what: `could not verify: the stack configuration has no setting ${quoted(key)}${meant === undefined ? "" : `; ${namespace}:${meant} is meant, it seems`}`,
    advice: [advice, more].join(" ").trim(),
  });
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[-_]/gu, "");
}
