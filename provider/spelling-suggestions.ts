import { distance } from "fastest-levenshtein";
import { sanitize } from "./redaction/sanitize";

/** How many are shown at most: more would be a list, not a hint. */
const mostShown = 3;

/**
 * The known names that somebody who wrote this one may have meant, the nearest first: one letter in three may differ, and
 * upper case, hyphens and underscores never do.
 */
export function nearNames(written: string, known: Iterable<string>): readonly string[] {
  const wanted = withoutSeparators(written);
  const furthest = Math.floor(wanted.length / 3);
  const near: { readonly name: string; readonly apart: number }[] = [];
  for (const name of new Set(known)) {
    const candidate = withoutSeparators(name);
    // Names that differ more in length alone need no comparison: there may be 100,000 of them.
    if (Math.abs(candidate.length - wanted.length) > furthest) continue;
    const apart = distance(wanted, candidate);
    if (apart <= furthest) near.push({ name, apart });
  }
  return near
    .toSorted((one, other) => one.apart - other.apart || (one.name < other.name ? -1 : 1))
    .slice(0, mostShown)
    .map(({ name }) => name);
}

/** ` (did you mean exempt?)`, or nothing where no known name is near. */
export function didYouMean(written: string, known: Iterable<string>): string {
  const [nearest] = nearNames(written, known);
  return nearest === undefined ? "" : ` (did you mean ${nearest}?)`;
}

/** Names that nobody knows, each with the known one that may have been meant. */
export function listUnknown(names: readonly string[], known: readonly string[]): string {
  return names.map((name) => `${sanitize(name)}${didYouMean(name, known)}`).join(", ");
}

/** The letters of a word whatever their places: words whose letters change places have the same. */
export function sortedLetters(word: string): string {
  return [...word].toSorted().join("");
}

function withoutSeparators(name: string): string {
  return name.toLowerCase().replace(/[-_\s]/gu, "");
}
