import { isKey } from "./key-entries";
import type { KeyIdentity, KeyState } from "./report";

interface Counted {
  readonly state: KeyState;
  readonly key: KeyIdentity;
}

/**
 * `2 of 14 keys fail, 1 could not be verified`; empty where nothing fails.
 * @param subject what the keys are called, in the plural
 */
export function describeFailing(entries: readonly Counted[], subject = "keys"): string {
  const failing = among(entries, "unguarded", "wrong-guardrail");
  const missing = among(entries, "missing");
  const unverified = among(entries, "unverified");
  const keys = entries.filter(isKey).length;
  const of = keys === 1 ? `the one ${subject.replace(/s$/u, "")}` : `${failing} of ${keys} ${subject}`;
  return [
    ...(failing === 0 ? [] : [`${of} ${failing === 1 ? "fails" : "fail"}`]),
    ...(missing === 0
      ? []
      : [`${missing} required ${missing === 1 ? "name matches" : "names match"} no key`]),
    ...(unverified === 0 ? [] : [`${unverified} could not be verified`]),
  ].join(", ");
}

/** `all 14 keys pass, 1 by exception`. */
export function describePassing(entries: readonly Counted[]): string {
  const keys = entries.filter(isKey).length;
  const waived = among(entries, "waived");
  const passing = keys === 1 ? "the one key passes" : `all ${keys} keys pass`;
  return `${passing}${waived === 0 ? "" : `, ${waived} by exception`}`;
}

function among(entries: readonly Counted[], ...states: readonly KeyState[]): number {
  return entries.filter(({ state }) => states.includes(state)).length;
}
