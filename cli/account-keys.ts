import type { KeyAssignment } from "../provider/assignments/contract";
import type { KeyAssignmentsSnapshot } from "../provider/assignments/snapshot";
import type { ApiKey } from "../provider/inventory/contract";
import { isActive, type KeyInventory } from "../provider/inventory/inventory";

/** A key of the account, whether or not a guardrail is assigned to it. */
export interface KnownKey {
  /** In lower case. */
  readonly hash: string;
  readonly name: string;
  readonly label: string;
  /** What the inventory says of it; undefined where it is not in one. */
  readonly listed: ApiKey | undefined;
  /** The one it has: a complete list has no more than one of a key. */
  readonly assignment: KeyAssignment | undefined;
}

/** All keys that the service shows, sorted by name; without an inventory those with an assignment only. */
export function knownKeys(
  { assignments }: KeyAssignmentsSnapshot,
  inventory: KeyInventory | undefined,
): readonly KnownKey[] {
  const assigned = new Map(assignments.map((row) => [row.keyHash.toLowerCase(), row]));
  const listed = (inventory?.keys ?? []).map((key): KnownKey => {
    const { hash, name, label } = key;
    return { hash, name, label, listed: key, assignment: assigned.get(hash) };
  });
  const hashes = new Set(listed.map(({ hash }) => hash));
  const unlisted = [...assigned]
    .filter(([hash]) => !hashes.has(hash))
    .map(([hash, row]): KnownKey => {
      return { hash, name: row.keyName, label: row.keyLabel, listed: undefined, assignment: row };
    });
  const order = ({ name, hash }: KnownKey): string => `${name} ${hash}`;
  return [...listed, ...unlisted].toSorted((one, other) => (order(one) < order(other) ? -1 : 1));
}

/** Enabled and unexpired, as far as anybody knows. */
export function isInUse({ listed }: KnownKey, now: number): boolean {
  return listed === undefined || isActive(listed, now);
}
