/** What an unguarded key is said to be. */
export const noAssignment = "has no direct assignment of a guardrail";

/**
 * What to do about a key without a guardrail, or without one of these.
 * @param guardrails lower-case ids; undefined: any will do
 * @param keys how many keys it is said of
 */
export function howToAssign(guardrails: readonly string[] | undefined, keys = 1): string {
  const which = guardrails === undefined ? "a guardrail" : `guardrail ${guardrails.join(" or ")}`;
  return `Assign ${which} to ${keys === 1 ? "it" : `each of these ${keys} keys`}, then run this again.`;
}

/** The same where nobody knows whether the guardrail it has still exists. */
export function howToReplace(keys = 1): string {
  return `If that guardrail was deleted: ${howToAssign(undefined, keys)}`;
}
