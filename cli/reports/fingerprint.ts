import { createHash } from "node:crypto";
import type { KeyIdentity } from "../../policies/findings/report";
import { identityOf } from "../../policies/report/identity";

/** The same in every run for what one rule says of one key; without a key, for what it says of the whole. */
export function fingerprintOf(rule: string, key: KeyIdentity = {}): string {
  const identity = identityOf(key);
  return createHash("sha256")
    .update(identity === undefined ? rule : `${rule} ${identity}`)
    .digest("hex")
    .slice(0, 32);
}
