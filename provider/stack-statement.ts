import * as z from "zod";
import { GuardrailsError } from "./errors";
import { jsonOf } from "./json";

/**
 * What the stack configuration states of the account, as the program sees it: where it is, and whether there is a key, never
 * the key. A resource hands it to its provider beside its arguments, which compares and drops it.
 */
const statement = z.object({
  service: z.string().optional(),
  baseUrl: z.string().optional(),
  managementKey: z.boolean(),
});

/** The input that carries it. */
export const statementName = "stackStates";

/** @param get a value of the stack configuration by its bare name */
export function writeStatement(get: (name: string) => string | undefined): string {
  const stated: z.infer<typeof statement> = {
    service: get("service"),
    baseUrl: get("baseUrl"),
    managementKey: get("managementKey") !== undefined,
  };
  return JSON.stringify(stated);
}

/**
 * Refuses to read another account than the stack configures: an explicit provider gets no stack configuration, and the
 * environment's account would be read in its place without a word.
 * @param text what the resource handed over; undefined from versions that handed nothing
 * @throws GuardrailsError of kind `configuration`
 */
export function refuseOtherAccount(text: unknown, get: (name: string) => string | undefined): void {
  if (text === undefined) return;
  const stated = statement.safeParse(typeof text === "string" ? jsonOf(text) : undefined);
  if (stated.success && writeStatement(get) === JSON.stringify(stated.data)) return;
  throw new GuardrailsError("configuration", {
    what: "could not verify: the provider of a KeyAssignments resource does not get the stack configuration guardrails:…, and would read another account than the stack's",
    advice:
      "Leave the options provider and providers out for it. Do not hand the configuration to the provider: that writes the key into the state in plain.",
  });
}
