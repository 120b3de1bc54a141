import type { KeyIdentity } from "../findings/report";
import type { Contradiction } from "./contradictions";
import { describeKeys } from "./describe";

/** The most that are said one by one: a list of required keys may contradict another setting in each of its entries. */
const mostNamed = 5;

/** Some of the keys that fail for it, and how many there are. */
interface ToldContradiction {
  readonly settings: Contradiction["settings"];
  readonly keys: readonly KeyIdentity[];
  readonly count?: number;
}

/** Which settings no guardrail can pass together, each contradiction in words, with the keys that fail for it. */
export function describeContradictions(contradictions: readonly ToldContradiction[]): readonly string[] {
  return describeEach(
    contradictions.map(({ settings, keys, count = keys.length }) => {
      const fail = count === 1 ? "this key fails" : `these ${count} keys fail`;
      const which = describeKeys(keys, count);
      return describeContradiction(settings, `${fail} whatever guardrail is assigned: ${which}`);
    }),
  );
}

/** The first of them, and how many more there are. */
export function describeEach(contradictions: readonly string[]): readonly string[] {
  const more = contradictions.length - mostNamed;
  return [
    ...contradictions.slice(0, mostNamed),
    ...(more > 0 ? [`… and ${more} more settings that contradict each other.`] : []),
  ];
}

/** @param otherwise what becomes of the keys if none of them is changed */
export function describeContradiction(
  settings: Contradiction["settings"],
  otherwise = "it fails whatever guardrail is assigned",
): string {
  const [first, ...others] = settings;
  const named = others.length === 1 ? `both ${first} and ${others[0]}` : `all of ${settings.join(", ")}`;
  return `No guardrail can pass ${named}: they have none in common. Change one of them, or ${otherwise}.`;
}
