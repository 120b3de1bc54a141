import type { KnownKey } from "../policies/account/account";
import { type KeySelector, plainText } from "../policies/configuration/key-selector";
import { longestPattern, nameMatcher } from "../policies/configuration/name-pattern";
import { judgeKey } from "../policies/rules/judge-key";
import { groupBy } from "../provider/group-by";
import { sanitize } from "../provider/redaction/sanitize";

/** A requirement for a file, and for people how its keys stand today: in the file that would be wrong tomorrow. */
export interface SuggestedKey {
  readonly selector: KeySelector;
  /** What a key that is required by its hash is called. */
  readonly description?: string;
  readonly standing: string;
}

/** From so many names with a common beginning on, one pattern requires them all, and those to come. */
const family = 3;

/** One requirement for each name or family of names. A key whose name cannot stand in a configuration is required by its hash. */
export function suggestKeys(keys: readonly KnownKey[]): readonly SuggestedKey[] {
  const named = keys.filter(({ identity }) => isUsable(identity.name));
  const families = [...groupBy(named, ({ identity }) => beginningOf(identity.name))].filter(
    ([beginning, members]) =>
      beginning !== "" && new Set(members.map(({ identity }) => identity.name)).size >= family,
  );
  const inFamilies = new Set(families.flatMap(([, members]) => members));
  const single = named.filter((key) => !inFamilies.has(key));
  return [
    ...families.map(([beginning, members]) => suggestPattern(`${beginning}*`, members)),
    ...[...groupBy(single, ({ identity }) => identity.name)].map(([name, members]) => ({
      selector: { by: "name" as const, name },
      standing: standingOf(members),
    })),
    ...suggestHashes(keys.filter(({ identity }) => !isUsable(identity.name))),
  ];
}

/** For services without an inventory: there only hashes can be judged. What the key is called stands beside it. */
export function suggestHashes(keys: readonly KnownKey[]): readonly SuggestedKey[] {
  return keys.map((key) => {
    const { hash, name } = key.identity;
    const described = name === "" ? {} : { description: sanitize(name) };
    return { selector: { by: "hash", hash }, ...described, standing: standingOf([key]) };
  });
}

export function suggestPattern(pattern: string, members: readonly KnownKey[]): SuggestedKey {
  return { selector: { by: "pattern", pattern }, standing: standingOf(members) };
}

/** The keys that a pattern means; undefined if it cannot stand in a configuration. */
export function keysNamedLike(pattern: string, keys: readonly KnownKey[]): readonly KnownKey[] | undefined {
  if (!isUsable(pattern) || pattern.length > longestPattern) return undefined;
  const matches = nameMatcher(pattern);
  return keys.filter(({ identity }) => matches(identity.name));
}

export function countUnguarded(keys: readonly KnownKey[]): number {
  return keys.filter(isUnguarded).length;
}

export function isUnguarded(key: KnownKey): boolean {
  return judgeKey(key, undefined).state === "unguarded";
}

/** Up to its first hyphen: `prod-` of `prod-gateway`; empty if it makes no pattern. */
function beginningOf(name: string): string {
  const beginning = /^[^*-]+-(?=.)/su.exec(name)?.[0] ?? "";
  return beginning.length < longestPattern ? beginning : "";
}

/** Not empty, and no key pasted in the place of a name. */
function isUsable(name: string): boolean {
  return plainText("text").safeParse(name).success;
}

function standingOf(keys: readonly KnownKey[]): string {
  const unguarded = countUnguarded(keys);
  const count = keys.length === 1 ? "" : `${keys.length} keys, `;
  if (unguarded === 0) return `${count}guarded`;
  return keys.length === 1 ? "WITHOUT A GUARDRAIL" : `${count}${unguarded} WITHOUT A GUARDRAIL`;
}
