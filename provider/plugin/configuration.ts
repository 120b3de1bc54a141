import { GuardrailsError } from "../errors";
import { quoted } from "../redaction/sanitize";
import { limitNames } from "../settings/limits";
import { argumentSource, type SettingsSource } from "../settings/settings";
import { mayOwn, meantBy, stackNames } from "../settings/stack-names";
import { type Properties, read } from "./property-values";

/** The settings of a provider: those of the stack's namespace `guardrails`, or the arguments of an explicit provider. */
export const configurationNames: readonly string[] = ["service", "baseUrl", "managementKey", ...limitNames];

/** Read by the policy pack from the same namespace. */
const packNames: readonly string[] = ["requiredKeys"];

/** What the engine adds of its own. */
const isEngines = (name: string): boolean =>
  ["version", "pluginDownloadURL"].includes(name) || name.startsWith("__");

/** What a provider is configured with, kept until it is asked to read. */
export interface ProviderConfiguration {
  readonly source: SettingsSource;
  /** Whether the management key stands in the stack's settings or in the program in plain. */
  readonly plainKey: boolean;
}

/** The project in the address of a resource: `urn:pulumi:stack::project::type::name`. */
export function projectOf(urn: string): string {
  return urn.split("::")[1] ?? "";
}

/** The names of a configuration that belong to the provider. The rest is the pack's, or the project's own. */
export function ownNames(given: Properties): string[] {
  return Object.keys(given).filter((name) => configurationNames.includes(name) || isEngines(name));
}

/**
 * Why a configuration is refused, if it is. Only what later calls cannot tell: they resolve the values, each with the
 * message that its use needs.
 * @param project the project's name
 */
export function refusalOf(given: Properties, project: string): string | undefined {
  for (const name of Object.keys(given)) {
    if (configurationNames.includes(name) || packNames.includes(name) || isEngines(name)) continue;
    const meant = meantBy(name);
    if (meant === undefined && mayOwn(project)) continue;
    const near = meant === undefined ? "" : ` (did you mean ${meant}?)`;
    return (
      `could not verify: the configuration of guardrails has the unknown setting ${quoted(name)}${near}. ` +
      `Rename or remove it; the settings are ${stackNames.join(", ")}.`
    );
  }
  const unknown = configurationNames.find((name) => read(given[name] ?? null).unknown);
  if (unknown === undefined) return undefined;
  // Left alone the engine would answer every function with an empty result instead of asking this provider.
  return `could not verify: the provider's ${unknown} is not known before deployment. Give it a value that is, by the stack configuration (pulumi config set guardrails:${unknown}) for instance.`;
}

/** Whether a provider is the engine's own, which has the stack's settings, not one that the program made. */
function isStacks(providerName: string): boolean {
  return /^default(?:_|$)/u.test(providerName);
}

/** @param providerName the name of the provider resource */
export function configurationOf(given: Properties, providerName: string): ProviderConfiguration {
  const properties = configurationNames.map((name) => [name, read(given[name] ?? null)] as const);
  const values = Object.fromEntries(properties.map(([name, { value }]) => [name, value ?? undefined]));
  const key = read(given["managementKey"] ?? null);
  const place = isStacks(providerName) ? "stack configuration guardrails:" : "provider argument ";
  return {
    source: { ...argumentSource(values), name: (setting) => `${place}${setting}` },
    plainKey: key.value !== null && !key.secret,
  };
}

/**
 * Whether the engine has to configure anew. It shows both configurations without their marks of secrets: whether a key in
 * plain has meanwhile become a secret cannot be told, and configured with the old one it would be refused for ever.
 * Of a provider that the program made this would show an update in every preview; there a rotated key makes the difference.
 */
export function configurationChanges(olds: Properties, news: Properties, urn: string): boolean {
  const inPlain = [olds, news].some((given) => {
    const { value, secret } = read(given["managementKey"] ?? null);
    return value !== null && !secret;
  });
  return (inPlain && isStacks(urn.split("::").at(-1) ?? "")) || inOrder(olds) !== inOrder(news);
}

function inOrder(given: Properties): string {
  return JSON.stringify(Object.entries(given).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** @throws GuardrailsError of kind `credential` */
export function refusePlainKey({ plainKey, source }: ProviderConfiguration): void {
  if (!plainKey) return;
  throw new GuardrailsError("credential", {
    what: `could not verify: the ${source.name("managementKey")} is not a secret`,
    advice:
      "Rotate that key: it stood in plain in the stack's settings or the program, and may in the state. Then set the new one with: pulumi config set --secret guardrails:managementKey (it asks for the value). The next pulumi up takes the plain one out of the state.",
  });
}
