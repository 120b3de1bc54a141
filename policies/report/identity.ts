import type { KeyIdentity } from "./report";

/** The same text for the same key, whatever is known of it besides its hash; undefined where nothing identifies it. */
export function identityOf({ hash, name, description }: KeyIdentity): string | undefined {
  if (hash !== undefined) return `hash ${hash.toLowerCase()}`;
  const called = name ?? description;
  return called === undefined ? undefined : `name ${called}`;
}
