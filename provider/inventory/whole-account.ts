import type { Abortable, KeyAssignmentsReading, OnProgress } from "../assignments/key-assignments-reading";
import type { KeyAssignmentsSnapshot } from "../assignments/snapshot";
import { GuardrailsError } from "../errors";
import { ReadTime } from "../http/read-scope";
import type { KeyInventory } from "./inventory";
import type { InventoryReading } from "./inventory-reading";

/** How often both lists are read until they fit together. */
const attempts = 2;

/** A list, or what its reading ended in: who asks for both may need only one of them. */
export type Read<List> =
  | { readonly kind: "read"; readonly value: List }
  | { readonly kind: "failed"; readonly error: unknown };

/** The two lists of one account: where both were read, they fit together. */
export interface WholeAccount {
  readonly assignments: Read<KeyAssignmentsSnapshot>;
  readonly inventory: Read<KeyInventory>;
}

/** What is read through one client: all that `readWholeAccount` needs of an account. */
export type ListsReader = Pick<KeyAssignmentsReading, "readAll"> & Pick<InventoryReading, "readInventory">;

export type WholeAccountOptions = Abortable & {
  /** Of the assignments. */
  readonly onProgress?: OnProgress | undefined;
  /** The list of assignments, where it has been asked for already: it is not read again unless it does not fit. */
  readonly first?: Promise<KeyAssignmentsSnapshot> | undefined;
};

/**
 * Reads all keys and all assignments. An inventory that leaves out a key known to have an assignment is not whole; that
 * key may also be new or just deleted, so both are read once more, in what is left of the same time. Then the inventory
 * counts as one that could not be read (`unsettled`). Throws nothing: each list says what became of it.
 */
export async function readWholeAccount(
  account: ListsReader,
  { signal, onProgress, first }: WholeAccountOptions,
): Promise<WholeAccount> {
  const time = new ReadTime();
  for (let attempt = 1; ; attempt += 1) {
    const list = attempt === 1 && first !== undefined ? first : account.readAll({ signal, onProgress, time });
    const [assignments, inventory] = await Promise.all([
      ended(list),
      ended(account.readInventory({ signal, time })),
    ]);
    // Without assignments nothing can be said against an inventory.
    if (assignments.kind === "failed" || inventory.kind === "failed") return { assignments, inventory };
    const missing = unlisted(assignments.value, inventory.value);
    if (missing === 0) return { assignments, inventory };
    if (attempt === attempts) {
      return { assignments, inventory: { kind: "failed", error: notWhole(inventory.value, missing) } };
    }
  }
}

/** @throws what the reading ended in */
export function listOf<List>(read: Read<List>): List {
  if (read.kind === "failed") throw read.error;
  return read.value;
}

async function ended<List>(reading: Promise<List>): Promise<Read<List>> {
  try {
    return { kind: "read", value: await reading };
  } catch (error) {
    return { kind: "failed", error };
  }
}

function unlisted({ assignments }: KeyAssignmentsSnapshot, { keys }: KeyInventory): number {
  const listed = new Set(keys.map(({ hash }) => hash));
  const assigned = assignments.map(({ keyHash }) => keyHash.toLowerCase());
  return new Set(assigned.filter((hash) => !listed.has(hash))).size;
}

function notWhole({ baseUrl }: KeyInventory, missing: number): GuardrailsError {
  const keys =
    missing === 1 ? "1 key has an assignment and is" : `${missing} keys have an assignment and are`;
  return new GuardrailsError("unsettled", {
    what: `could not verify: the inventory of all keys is not whole: ${keys} not in it`,
    advice: "Check that the management key sees every workspace; or require keys by their hash.",
    address: `${baseUrl}/keys`,
  });
}
