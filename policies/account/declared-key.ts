import type { NameMatcher } from "../configuration/name-pattern";
import type { DeclaredKey } from "../evidence/stack-resources";
import type { KeyIdentity } from "../findings/report";

/** How messages call a key that the stack declares. */
export function declaredIdentity({ name, hash, resourceName }: DeclaredKey): KeyIdentity {
  return {
    name: name.text,
    hash: hash.text,
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

export function isIn(hashes: Pick<ReadonlySet<string | undefined>, "has">, { hash }: DeclaredKey): boolean {
  return hashes.has(hash.text);
}
