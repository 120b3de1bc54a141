import { couldNotVerify } from "../../provider/errors";
import { type Address, type SettingsSource, statedAddress } from "../../provider/settings/settings";

/**
 * The stack's program may work on another account than the pack reads, which follows its own configuration and environment
 * only: a pass then says nothing of the keys that the program uses, and people must know.
 * @param judged where the rules read live
 * @returns whole sentences; undefined where there is nothing to say
 */
export function describeUnjudgedAddress(
  stack: SettingsSource,
  judged: readonly Address[],
): string | undefined {
  if (judged.length === 0) return undefined;
  const advice =
    'State "service" or "baseUrl" in guardrails-settings to have the account of the stack judged.';
  let stated: Address | undefined;
  try {
    stated = statedAddress(stack);
  } catch (error) {
    return `the address in the stack configuration was not judged: ${couldNotVerify(error)}`;
  }
  if (stated === undefined || judged.some(({ baseUrl }) => baseUrl === stated.baseUrl)) return undefined;
  const read = [...new Set(judged.map(({ baseUrl }) => baseUrl))].join(" and ");
  return `the keys at ${stated.baseUrl}, which the stack configuration names, were not judged, but those at ${read}. ${advice}`;
}
