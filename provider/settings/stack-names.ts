import { distance } from "fastest-levenshtein";
import { GuardrailsError } from "../errors";
import { jsonOf } from "../json";
import { quoted } from "../redaction/sanitize";
import { nearNames, sortedLetters } from "../spelling-suggestions";
import { limitNames } from "./limits";
import { serviceNames } from "./services";

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

/** Of the policy pack, which people take for settings of the stack: all that its file takes and the stack does not. */
export const packNames: readonly string[] = [
  "exempt",
  "approved",
  "keys",
  "require",
  "waivers",
  "maxWaiverDays",
  "enforceAt",
  "evidence",
  "planned",
  "keyTypes",
  "assignmentTypes",
];

/** Whether a name of the namespace that is none of ours can be the project's own: one called as the namespace keeps its settings there. */
export function mayOwn(project: string): boolean {
  return project === namespace;
}

/** The setting that a misspelt or abbreviated name stands for, or one with more around it, if it is near to one. */
export function meantBy(name: string): string | undefined {
  const whole = spelledOut(name);
  const near = nearNames(whole, stackNames)[0];
  return near ?? stackNames.find((one) => one.length >= longName && whole.includes(withoutSeparators(one)));
}

/** Letters of a name that no other holds by chance, and of which two may differ. */
const longName = 10;

function spelledOut(name: string): string {
  return withoutSeparators(name)
    .replace(/^req(?=keys?$)/u, "required")
    .replace(/mgm?t(?=key)/u, "management");
}

/** Namespaces that people take for it. */
const mistaken = [namespace, "guard", "guardrails-pack", "policy-pack", "pulumi-guardrails"];

/** Namespaces that are the pack's, whatever the name: those of its policies. */
export const policyNamespaces: readonly string[] = [
  "guardrails-settings",
  "required-keys-guarded",
  "declared-keys-guarded",
  "no-unguarded-keys",
  "approved-guardrails-only",
  "guardrails-enforce-something",
];

/** Whether it is one of these but for two letters at most: more would take in the names of other packages and projects. */
function isNear(name: string, known: readonly string[]): boolean {
  const written = withoutSeparators(name);
  return known.map(withoutSeparators).some((one) => {
    const apart = distance(written, one);
    const furthest = one.length < longName ? 1 : 2;
    // Two letters that change places are two apart.
    const isSwapped = apart <= 2 * furthest && distance(sortedLetters(written), sortedLetters(one)) <= 1;
    return apart <= furthest || isSwapped;
  });
}

/**
 * Refuses settings of the stack's namespace `guardrails` that nobody reads, and settings of ours in another namespace: what
 * was written must not be dropped.
 * @param stack the stack configuration, by names with their namespaces
 * @param project the project's name: its own settings stand in a namespace of that name. In one that is itself called
 * `guardrails` only what is near to one of ours is refused; in any other only what is near to `requiredKeys`, which
 * `pulumi config set` writes there where no namespace is given, and without which a key would not be judged
 * @throws GuardrailsError of kind `configuration`
 */
export function refuseUnknownStackNames(stack: Readonly<Record<string, string>>, project: string): void {
  for (const [key, value] of Object.entries(stack)) {
    const [space = "", ...rest] = key.split(":");
    const name = rest.join(":");
    if (space === namespace) refuseUnknown(key, name, project);
    else if (space === project) refuseOfProject(key, name, value);
    else refuseElsewhere(key, space, name);
  }
}

function refuseUnknown(key: string, name: string, project: string): void {
  const meant = meantBy(name);
  if (!stackNames.includes(name) && (meant !== undefined || !mayOwn(project))) throw misplaced(key, meant);
}

function refuseOfProject(key: string, name: string, value: string): void {
  const more = "If it is a setting of the project itself, give it another name.";
  if (meansRequiredKeys(name)) throw misplaced(key, "requiredKeys", more);
  if (!isNear(name, [namespace])) return;
  // `pulumi config set --path guardrails.requiredKeys` makes an object of it.
  const inside = namesIn(value).find(meansRequiredKeys);
  if (inside !== undefined) throw misplaced(`${key}.${inside}`, "requiredKeys", more);
}

/** Nearer to it than to what a program may call its own, such as `required` and `apiKeys`. */
function meansRequiredKeys(name: string): boolean {
  return isNear(spelledOut(name).replace(/^guardrails?/u, ""), ["requiredKeys"]);
}

function namesIn(value: string): readonly string[] {
  const found = jsonOf(value);
  return typeof found === "object" && found !== null ? Object.keys(found) : [];
}

function refuseElsewhere(key: string, space: string, name: string): void {
  const meant = meantBy(name);
  const isOfPack = packNames.some((one) => withoutSeparators(one) === withoutSeparators(name));
  const isPolicys = isNear(space, policyNamespaces);
  const isOurs = isNear(space, mistaken) && meant !== undefined;
  // A provider that is called as the service may have an address and a key of its own.
  const isServices = isNear(space, serviceNames) && meant === "requiredKeys";
  const isPacks = isOfPack && isNear(space, [...mistaken, ...serviceNames]);
  if (isPolicys || isPacks)
    throw misplaced(key, meant, "What policies take stands in the file of --policy-pack-config.");
  if (isOurs || isServices) throw misplaced(key, meant);
}

function misplaced(key: string, meant: string | undefined, more?: string): GuardrailsError {
  const known = stackNames.map((one) => `${namespace}:${one}`).join(", ");
  const advice =
    meant === "managementKey"
      ? "Remove it. If it held a management key without --secret, rotate that key: it is in the state."
      : `Rename or remove it${meant === undefined ? `; the settings are ${known}` : ""}.`;
  return new GuardrailsError("configuration", {
    what: `could not verify: the stack configuration has no setting ${quoted(key)}${meant === undefined ? "" : `; ${namespace}:${meant} is probably meant`}`,
    advice: [advice, more].join(" ").trim(),
  });
}

function withoutSeparators(name: string): string {
  return name.toLowerCase().replace(/[-_.]/gu, "");
}
