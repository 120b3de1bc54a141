import type { Contradiction, CountedContradiction } from "./contradictions";

/** The most that are said one by one: a list of required keys may contradict another setting in each of its entries. */
const mostNamed = 5;

/** Which settings no guardrail can pass together, each contradiction in words. */
export function describeContradictions(contradictions: readonly CountedContradiction[]): readonly string[] {
  const more = contradictions.length - mostNamed;
  return [
    ...contradictions.slice(0, mostNamed).map(({ settings, keys }) => describeContradiction(settings, keys)),
    ...(more > 0 ? [`… and ${more} more settings that contradict each other.`] : []),
  ];
}

/** @param keys how many keys fail for it */
export function describeContradiction(settings: Contradiction["settings"], keys = 1): string {
  const fail = keys === 1 ? "the key fails" : `${keys} keys fail`;
  const [first, ...others] = settings;
  const named = others.length === 1 ? `both ${first} and ${others[0]}` : `all of ${settings.join(", ")}`;
  return `No guardrail can pass ${named}: they have none in common. Change one of them, or ${fail} whatever guardrail is assigned.`;
}
