import type { KeyAssignment } from "../contract";

/** What stands at one position of the list: an assignment, or the row of a deleted key, which is counted but never shown. */
export type LedgerPosition = KeyAssignment | "orphan";

/** Positions made on demand: `at(n)` is asked only for the positions a page shows, and must always answer the same. */
export interface LedgerPositions {
  readonly count: number;
  at(position: number): LedgerPosition;
}
