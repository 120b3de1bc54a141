import { distance } from "fastest-levenshtein";
import { GuardrailsError } from "../errors";
import { quoted } from "../redaction/sanitize";
import { credentialVariables, managementKeyVariable } from "./services";
import { meantBy } from "./stack-names";

/** The variables that settings come from, by setting. */
export const environmentNames = {
  service: "GUARDRAILS_SERVICE",
  baseUrl: "GUARDRAILS_BASE_URL",
  managementKey: managementKeyVariable,
} as const;

const known: readonly string[] = [...new Set([...Object.values(environmentNames), ...credentialVariables])];
const prefix = "GUARDRAILS_";

/** Letters that may differ in a whole name: more would take in names of other programs. */
const mostApart = 2;

/** Words by which people call an address. */
const addressWords = ["ADDRESS", "BASE", "BASEURL", "ENDPOINT", "HOST", "SERVER", "URI", "URL"];

/** What Kubernetes sets in every container beside a service that is called guardrails. */
const isOfKubernetes = (rest: string): boolean => /^(?:SERVICE_HOST|(?:SERVICE_)?PORT(?:_\w+)?)$/u.test(rest);

/**
 * Refuses variables that stand for one of ours and are none: passed over, one that is meant for the address would let a key
 * go to the default one. What is far from all of ours may be another program's.
 * @throws GuardrailsError of kind `configuration`, which names the variable and never its value
 */
export function refuseUnknownVariables(environment: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined || known.includes(name)) continue;
    const advice = adviceFor(name);
    if (advice === undefined) continue;
    throw new GuardrailsError("configuration", {
      what: `could not verify: nothing reads the environment variable ${quoted(name)}`,
      advice,
    });
  }
}

/** What to do about a variable; undefined where it is not near to any of ours. */
function adviceFor(name: string): string | undefined {
  const misspelt = known.find(
    (one) => distance(withoutUnderscores(name), withoutUnderscores(one)) <= mostApart,
  );
  if (misspelt !== undefined) return renameTo(misspelt);
  if (!name.startsWith(prefix)) return undefined;
  const rest = name.slice(prefix.length);
  if (isOfKubernetes(rest)) return undefined;
  const setting = meantBy(rest);
  if (setting !== undefined) {
    if (isInEnvironment(setting)) return renameTo(environmentNames[setting]);
    return `Unset it: the environment holds no ${setting}. State it in the configuration, or in the stack's as guardrails:${setting}.`;
  }
  return rest.split("_").some((word) => addressWords.includes(word))
    ? renameTo(environmentNames.baseUrl)
    : undefined;
}

function renameTo(variable: string): string {
  return `${variable} is probably meant: rename it, or unset it.`;
}

export function isInEnvironment(setting: string): setting is keyof typeof environmentNames {
  return Object.hasOwn(environmentNames, setting);
}

function withoutUnderscores(name: string): string {
  return name.toUpperCase().replaceAll("_", "");
}
