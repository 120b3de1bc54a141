import type { KeySelector } from "../configuration/key-selector";
import { type NameMatcher, nameMatcher } from "../configuration/name-pattern";

/** A name, or a pattern of names. */
export type NameSelector = Exclude<KeySelector, { readonly by: "hash" }>;

export function matcherOf(selector: NameSelector): NameMatcher {
  return selector.by === "name" ? (name) => name === selector.name : nameMatcher(selector.pattern);
}
