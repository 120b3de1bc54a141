import { groupBy } from "../group-by";
import type { KeyAssignment } from "./contract";

/** Assignments by the hash of their key, in lower case. */
export function byKey(rows: readonly KeyAssignment[]): ReadonlyMap<string, readonly KeyAssignment[]> {
  return groupBy(rows, ({ keyHash }) => keyHash.toLowerCase());
}
