import { parseQuery, queryNames } from "./assignments/query";
import { writeSigned } from "./assignments/signed-snapshot";
import type { Settings } from "./settings/settings";
import type { SharedReads } from "./shared-reads";

/*
 * What the dynamic resource and the plugin's do alike; the two differ in how an engine hands them values and is answered.
 */

/** What a list of assignments may be asked for by. No credential: inputs are kept in the state. */
export const argumentNames: readonly string[] = ["service", "baseUrl", ...queryNames];

/** How the engine writes a text that is not known before deployment (`@pulumi/pulumi/runtime/rpc`). */
export const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/**
 * The list that a resource with these arguments holds, read now, as one signed text. Which rows are wanted is looked at
 * before the settings are.
 * @throws GuardrailsError
 */
export async function readList(
  { service, baseUrl, ...query }: Readonly<Record<string, unknown>>,
  settingsOf: (address: { readonly service: unknown; readonly baseUrl: unknown }) => Settings,
  reads: SharedReads,
): Promise<string> {
  const scope = parseQuery(query);
  const settings = settingsOf({ service, baseUrl });
  return writeSigned(await reads.read(settings, scope), settings.credential);
}
