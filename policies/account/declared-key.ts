import type { NameMatcher } from "../configuration/name-pattern";
import type { DeclaredKey } from "../evidence/stack-resources";
import type { KeyIdentity } from "../report/report";

/** How messages call a key that the stack declares. */
export function declaredIdentity({ name, hash, resourceName }: DeclaredKey): KeyIdentity {
  return {
    name: name.kind === "known" ? name.text : undefined,
    hash: hash.kind === "known" ? hash.text : undefined,
    description: resourceName,
  };
}

/** Whether nobody can tell what a key will be called. One that exists and says nothing of its name keeps the one it has. */
export function isNameOpen({ name, hash }: DeclaredKey): boolean {
  return name.kind === "unknown" || (name.kind === "absent" && hash.kind !== "known");
}

export function isNamed({ name }: DeclaredKey, matches: NameMatcher): boolean {
  return name.kind === "known" && matches(name.text);
}

export function isIn(hashes: ReadonlySet<string>, { hash }: DeclaredKey): boolean {
  return hash.kind === "known" && hashes.has(hash.text);
}
