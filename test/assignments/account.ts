import type { KeyAssignment } from "../../provider/assignments/contract";
import type { Page } from "../../provider/assignments/page";

/** What stands at one position of the list: an assignment, or the row of a deleted key: counted, never shown. */
export type Position = KeyAssignment | "orphan";

/** Where a service puts a new assignment. Rows that stay keep their relative order in each of them. */
export type Order = "newest-first" | "newest-last" | "by-another-column";

/** One thing somebody does to the account. `place` is taken modulo what is there. */
export type Change =
  | { readonly kind: "insert" | "remove" | "delete-key" | "rename" | "reassign"; readonly place: number }
  /** An insert and a removal at once: the total stays, the rows between shift. */
  | { readonly kind: "swap"; readonly place: number; readonly removed: number };

/** The row with this number: equal numbers give equal rows. */
export function rowOf(number: number, key = number): KeyAssignment {
  return {
    id: `assignment ${number}`,
    keyHash: `hash ${key}`,
    guardrailId: "guardrail",
    keyName: `key ${key}`,
    keyLabel: "sk-or-v1-0e6...1c96",
    assignedBy: null,
    createdAt: "2026-01-01T00:00:00.000Z",
  };
}

/** The list as it truly is. Pure and small: ten thousand histories are played on it in seconds. */
export class Account {
  positions: Position[];
  #nextRow: number;

  constructor(
    rows: readonly boolean[],
    readonly order: Order,
  ) {
    this.positions = rows.map((shown, number) => (shown ? rowOf(number) : "orphan"));
    this.#nextRow = rows.length;
  }

  get total(): number {
    return this.positions.length;
  }

  rows(): KeyAssignment[] {
    return this.positions.filter(isRow);
  }

  /** One page as the service cuts it: positions first, rows of deleted keys dropped afterwards. */
  static cut(positions: readonly Position[], offset: number, span: number): Page["rows"] {
    return positions.slice(offset, offset + span).filter(isRow);
  }

  apply(change: Change): void {
    switch (change.kind) {
      case "insert":
        this.#insert(change.place);
        return;
      case "remove":
        this.#remove(change.place);
        return;
      case "swap":
        this.#insert(change.place);
        this.#remove(change.removed);
        return;
      case "delete-key": {
        const at = this.#rowAt(change.place);
        if (at !== undefined) this.positions[at] = "orphan";
        return;
      }
      case "rename": {
        const at = this.#rowAt(change.place);
        const row = at === undefined ? undefined : this.positions[at];
        if (at !== undefined && row !== undefined && row !== "orphan") {
          this.positions[at] = { ...row, keyName: `${row.keyName}, renamed` };
        }
        return;
      }
      case "reassign": {
        const at = this.#rowAt(change.place);
        const [row] = at === undefined ? [] : this.positions.splice(at, 1);
        if (row !== undefined && row !== "orphan") this.#insert(change.place, row.keyHash);
      }
    }
  }

  #insert(place: number, keyHash?: string): void {
    const row = rowOf(this.#nextRow);
    this.#nextRow += 1;
    const anywhere = place % (this.positions.length + 1);
    const at = { "newest-first": 0, "newest-last": this.positions.length, "by-another-column": anywhere };
    this.positions.splice(at[this.order], 0, { ...row, keyHash: keyHash ?? row.keyHash });
  }

  #remove(place: number): void {
    if (this.positions.length > 0) this.positions.splice(place % this.positions.length, 1);
  }

  /** The first row from this place on, round the end. */
  #rowAt(place: number): number | undefined {
    const { length } = this.positions;
    const tried = Array.from({ length }, (_, step) => (place + step) % length);
    return tried.find((at) => this.positions[at] !== "orphan");
  }
}

function isRow(position: Position): position is KeyAssignment {
  return position !== "orphan";
}
