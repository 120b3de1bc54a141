import type { KeyAssignmentsSnapshot } from "../assignments/snapshot";
import { GuardrailsError } from "../errors";
import { ReadTime } from "../http/read-scope";
import type { KeyInventory } from "./inventory";

/** How often both lists are read until they fit together. */
const attempts = 2;

/** Where the two lists of one account come from, read within that time. Without assignments (undefined) nothing can be said against an inventory. */
export interface BothLists<Assignments extends KeyAssignmentsSnapshot | undefined> {
  assignments(time: ReadTime): Promise<Assignments>;
  inventory(time: ReadTime): Promise<KeyInventory>;
}

/** The two lists of one account, which fit together. */
export interface WholeAccount<Assignments extends KeyAssignmentsSnapshot | undefined> {
  readonly assignments: Assignments;
  readonly inventory: KeyInventory;
}

/**
 * Reads all keys and all assignments. An inventory that leaves out a key known to have an assignment is not whole; that
 * key may also be new or just deleted, so both are asked for once more, in what is left of the same time.
 * @throws GuardrailsError of kind `unsettled`, or any error of the reading
 */
export async function readWholeAccount<Assignments extends KeyAssignmentsSnapshot | undefined>(
  lists: BothLists<Assignments>,
): Promise<WholeAccount<Assignments>> {
  const time = new ReadTime();
  for (let left = attempts - 1; ; left -= 1) {
    const [inventory, assignments] = await Promise.all([lists.inventory(time), lists.assignments(time)]);
    const missing = assignments === undefined ? 0 : unlisted(assignments, inventory);
    if (missing === 0) return { assignments, inventory };
    if (left === 0) throw notWhole(inventory, missing);
  }
}

function unlisted({ assignments }: KeyAssignmentsSnapshot, { keys }: KeyInventory): number {
  const listed = new Set(keys.map(({ hash }) => hash));
  const assigned = assignments.map(({ keyHash }) => keyHash.toLowerCase());
  return new Set(assigned.filter((hash) => !listed.has(hash))).size;
}

function notWhole({ baseUrl }: KeyInventory, missing: number): GuardrailsError {
  return new GuardrailsError("unsettled", {
    what: `could not verify: the inventory of all keys is not whole: ${missing} keys have an assignment and are not in it`,
    advice: "Check that the management key sees every workspace; or require keys by their hash.",
    address: `${baseUrl}/keys`,
  });
}
