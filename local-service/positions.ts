import type { KeyAssignment } from "../provider/assignments/contract";

/** What stands at one position of the list: an assignment, or the row of a deleted key, which is counted but never shown. */
export type LedgerPosition = KeyAssignment | "orphan";

/**
 * Positions in order: an array of them, or what makes them on demand. `at(n)` is asked only for the positions a page of
 * assignments shows, and must always answer the same. A list of guardrails needs every position once, and so does the inventory
 * without `isOrphan`.
 */
export interface LedgerPositions {
  readonly length: number;
  at(position: number): LedgerPosition | undefined;
  /** Whether an orphan stands there, if that can be told without making the row. */
  isOrphan?(position: number): boolean;
}

export function isAssignment(position: LedgerPosition | undefined): position is KeyAssignment {
  return position !== undefined && position !== "orphan";
}

export function isOrphan(positions: LedgerPositions, position: number): boolean {
  return positions.isOrphan?.(position) ?? positions.at(position) === "orphan";
}

/** The assignment alone, without whatever else is known of its key. */
export function assignmentOf(known: KeyAssignment): KeyAssignment {
  const { id, keyHash, guardrailId, keyName, keyLabel, assignedBy, createdAt } = known;
  return { id, keyHash, guardrailId, keyName, keyLabel, assignedBy, createdAt };
}

/** The guardrail of each assignment, repeated or not, made as it is asked for. */
export function* guardrailIdsOf(positions: LedgerPositions): Generator<string> {
  for (let position = 0; position < positions.length; position += 1) {
    const row = positions.at(position);
    if (isAssignment(row)) yield row.guardrailId;
  }
}
