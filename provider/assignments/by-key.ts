import { groupBy } from "../group-by";
import type { KeyAssignment } from "./contract";

/** Assignments by the hash of their key, in lower case. */
export function byKey(rows: readonly KeyAssignment[]): ReadonlyMap<string, readonly KeyAssignment[]> {
  return groupBy(rows, ({ keyHash }) => keyHash.toLowerCase());
}

/** The UUID that stands for none: no guardrail has it. */
const nil = "00000000-0000-0000-0000-000000000000";

/** Whether an id may be that of a guardrail. */
export function namesGuardrail(id: string): boolean {
  return id !== nil;
}

/** Those rows that assign a guardrail: one with the nil UUID assigns none, and its key has none. */
export function assigning<Row extends Pick<KeyAssignment, "guardrailId">>(
  rows: readonly Row[],
): readonly Row[] {
  return rows.filter(({ guardrailId }) => namesGuardrail(guardrailId));
}

/** The guardrails that these rows assign, in lower case, each as often as it is assigned. */
export function assignedGuardrails(rows: readonly Pick<KeyAssignment, "guardrailId">[]): readonly string[] {
  return assigning(rows).map(({ guardrailId }) => guardrailId.toLowerCase());
}
