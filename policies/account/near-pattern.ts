import { nearNames, sortedLetters } from "../../provider/spelling-suggestions";

/** The most names that are shown: more would be a list, not a hint. */
const mostShown = 3;

/** Names that a misspelt pattern may have meant: those that begin and end nearly as it does. None where it says neither. */
export function namesNearPattern(pattern: string, names: Iterable<string>): readonly string[] {
  const parts = pattern.split("*");
  const [first = "", last = ""] = parts.length > 1 ? [parts[0], parts.at(-1)] : [pattern];
  if (first === "" && last === "") return [];
  return [...new Set(names)]
    .filter((name) => isNear(first, name.slice(0, first.length)))
    .filter((name) => last === "" || isNear(last, name.slice(-last.length)))
    .toSorted()
    .slice(0, mostShown);
}

/** Nearly the same, or of the same letters: in a short word, two that changed places are much. */
function isNear(part: string, candidate: string): boolean {
  return (
    part === candidate ||
    nearNames(part, [candidate]).length > 0 ||
    sortedLetters(part) === sortedLetters(candidate)
  );
}
