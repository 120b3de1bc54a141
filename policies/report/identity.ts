import type { KeyIdentity } from "../findings/report";

/** How people are shown a key whose name is empty. */
export const noName = "(no name)";

/** What people call a key: its name, else what its requirement says of it; undefined where neither is known. */
export function calledOf({ name, description }: KeyIdentity): string | undefined {
  return name === "" ? (description ?? noName) : (name ?? description);
}

/** The same text for the same key, whatever is known of it besides its hash; undefined where nothing identifies it. */
export function identityOf({ hash, name, description }: KeyIdentity): string | undefined {
  if (hash !== undefined) return `hash ${hash.toLowerCase()}`;
  const called = name ?? description;
  return called === undefined ? undefined : `name ${called}`;
}
