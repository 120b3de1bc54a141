import { createHash } from "node:crypto";
import type { KeyIdentity } from "../../policies/report/report";

/** The same text for the same key, whatever is known of it besides its hash; undefined where nothing identifies it. */
export function identityOf({ hash, name, description }: KeyIdentity): string | undefined {
  if (hash !== undefined) return `hash ${hash.toLowerCase()}`;
  const called = name ?? description;
  return called === undefined ? undefined : `name ${called}`;
}

/** The same in every run for what one rule says of one key; without a key, for what it says of the whole. */
export function fingerprintOf(rule: string, key: KeyIdentity = {}): string {
  const identity = identityOf(key);
  return createHash("sha256")
    .update(identity === undefined ? rule : `${rule} ${identity}`)
    .digest("hex")
    .slice(0, 32);
}
