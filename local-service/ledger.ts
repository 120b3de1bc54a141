import type { KeyAssignment, WireKeyAssignment, WirePage } from "../provider/assignments/contract";
import { Guardrails } from "./guardrails";
import { type KeyFilter, KeyInventory } from "./key-inventory";
import { keyOf, type LedgerKey, ordinaryKey } from "./ledger-key";
import {
  assignmentOf,
  guardrailIdsOf,
  isAssignment,
  type LedgerPosition,
  type LedgerPositions,
} from "./positions";
import { assignmentRow } from "./rows";
import { sampleAssignment } from "./samples";
import { defaultWorkspace, type LedgerWorkspace } from "./workspaces";

export interface LedgerOptions {
  /** What the list of assignments holds at first; default nothing. */
  readonly positions?: readonly LedgerPosition[] | LedgerPositions;
  /** The most positions a page spans, whatever limit was asked for; default 100. A smaller one clamps quietly. */
  readonly window?: number;
  /** The limit of a request that names none; default 50. */
  readonly defaultLimit?: number;
  /** How many keys a page of the inventory has; default 100. */
  readonly keysPerPage?: number;
}

/**
 * The account as it truly is, without any HTTP: which workspaces, keys and guardrails exist, which keys have an
 * assignment, and in which order the service lists them. Looking a key up by its hash reads the list from its start.
 */
export class Ledger {
  /** The most positions a page of any list but the inventory spans. May be changed at any time. */
  window: number;
  readonly defaultLimit: number;
  /** How many keys a page of the inventory has, which knows no limit. May be changed at any time. */
  keysPerPage: number;
  /** In the order of their list: at first only the default one. May be changed at any time. */
  readonly workspaces: LedgerWorkspace[] = [defaultWorkspace];
  readonly guardrails: Guardrails;
  /** A number stands for a position of `#source` that has not been made yet. */
  readonly #positions: (LedgerPosition | number)[];
  readonly #source: LedgerPositions;
  readonly #inventory: KeyInventory;
  #nextSample = 0;

  constructor({ positions = [], window = 100, defaultLimit = 50, keysPerPage = 100 }: LedgerOptions = {}) {
    this.#source = positions;
    this.#positions = Array.from({ length: positions.length }, (_, position) => position);
    this.#inventory = new KeyInventory(this.#source);
    this.guardrails = new Guardrails(guardrailIdsOf(this.#source));
    this.window = window;
    this.defaultLimit = defaultLimit;
    this.keysPerPage = keysPerPage;
  }

  /** Positions in all, orphans included: the true `total_count`. */
  get totalCount(): number {
    return this.#positions.length;
  }

  /** What stands at this position now; undefined past the end. */
  at(position: number): LedgerPosition | undefined {
    const entry = this.#positions[position];
    return typeof entry === "number" ? this.#source.at(entry) : entry;
  }

  /** Every assignment the service would list, in its order: the complete answer a reader should find. */
  assignments(): KeyAssignment[] {
    return this.#positions.map((_, position) => this.at(position)).filter(isAssignment);
  }

  /** Every key that exists, of all workspaces, disabled or not: the complete inventory a reader should find. */
  keys(): LedgerKey[] {
    return this.#inventory.all();
  }

  /**
   * Makes a key that has no assignment. What is left out is made up: an enabled key of the default workspace that never
   * expires.
   */
  addKey(wanted: Partial<LedgerKey> = {}): LedgerKey {
    return this.#hold(wanted, this.#sample());
  }

  /** Changes a key, assigned or not. A new name or label shows in its assignment too. */
  changeKey(keyHash: string, change: Partial<Omit<LedgerKey, "keyHash">>): LedgerKey {
    const held = this.#inventory.get(keyHash);
    if (held === undefined) throw new RangeError("no such key");
    const key = this.#hold({ ...change, keyHash }, held);
    const found = this.#find((row) => row.keyHash === keyHash);
    if (found !== undefined) this.#positions[found.position] = assignmentOf({ ...found.row, ...key });
    return key;
  }

  /** Whether a key with this hash exists, assigned or not. */
  hasKey(keyHash: string): boolean {
    return this.#inventory.get(keyHash) !== undefined;
  }

  /**
   * Assigns a key, a new one unless `keyHash` says which. A key holds at most one guardrail, so an assignment it
   * already has is replaced by a row with a new id. What is left out is made up; a guardrail that does not exist yet is
   * made too.
   *
   * @param placement - where the new row goes: the end unless `at` says otherwise
   */
  assign(
    wanted: Partial<KeyAssignment & LedgerKey> = {},
    { at = "end" }: { readonly at?: "start" | "end" | number } = {},
  ): KeyAssignment {
    const { keyHash } = wanted;
    const before = keyHash === undefined ? undefined : this.#find((row) => row.keyHash === keyHash);
    if (before !== undefined) this.removeAt(before.position);
    const sample = this.#sample();
    const row = assignmentOf({ ...sample, ...wanted, ...this.#hold(wanted, sample) });
    const position = at === "start" ? 0 : at === "end" ? this.#positions.length : at;
    this.#positions.splice(position, 0, row);
    this.guardrails.use(row.guardrailId);
    return row;
  }

  /** Removes the assignment with this id, or of the key with this hash; the key stays. */
  unassign(idOrKeyHash: string): void {
    const found = this.#find((row) => row.id === idOrKeyHash || row.keyHash === idOrKeyHash);
    if (found === undefined) throw new RangeError("no such assignment");
    this.removeAt(found.position);
  }

  /** Removes whatever stands at this position, an orphan too; the key of an assignment stays. */
  removeAt(position: number): void {
    if (this.at(position) === undefined) throw new RangeError("no such position");
    this.#positions.splice(position, 1);
  }

  /** Deletes a key. Its assignment, if it has one, becomes an orphan: still counted, no longer listed. */
  deleteKey(keyHash: string): void {
    this.#inventory.delete(keyHash);
    const found = this.#find((row) => row.keyHash === keyHash);
    if (found !== undefined) this.#positions[found.position] = "orphan";
  }

  /** Sorts the list by a rank of each position: `(position) => -position` turns it round. */
  reorder(rank: (position: number) => number): void {
    const ranked = this.#positions.map((entry, position) => ({ entry, rank: rank(position) }));
    ranked.sort((a, b) => a.rank - b.rank);
    for (const [position, { entry }] of ranked.entries()) this.#positions[position] = entry;
  }

  /** One page as the service sends it: the window is cut first, the orphans in it are dropped afterwards. */
  page({ offset = 0, limit = this.defaultLimit }: { offset?: number; limit?: number } = {}): WirePage {
    const end = Math.min(offset + Math.min(limit, this.window), this.totalCount);
    const data: WireKeyAssignment[] = [];
    for (let position = offset; position < end; position += 1) {
      const row = this.at(position);
      if (isAssignment(row)) data.push(assignmentRow(row));
    }
    return { data, total_count: this.totalCount };
  }

  /** The keys of one page of the inventory. */
  keysPage(filter: KeyFilter, offset: number): LedgerKey[] {
    return this.#inventory.page(filter, offset, this.keysPerPage);
  }

  #sample(): KeyAssignment {
    this.#nextSample += 1;
    return sampleAssignment(this.#nextSample, "new");
  }

  /** Holds a key as it is wanted, else as it was, else as the sample has it. */
  #hold(wanted: Partial<LedgerKey>, sample: KeyAssignment | LedgerKey): LedgerKey {
    const { keyHash } = wanted;
    const held = keyHash === undefined ? undefined : this.#inventory.get(keyHash);
    const key = keyOf({ ...ordinaryKey, ...sample, ...held, ...wanted });
    if (keyHash === undefined) this.#inventory.add(key);
    else this.#inventory.put(key);
    return key;
  }

  #find(
    matches: (row: KeyAssignment) => boolean,
  ): { readonly position: number; readonly row: KeyAssignment } | undefined {
    for (let position = 0; position < this.#positions.length; position += 1) {
      const row = this.at(position);
      if (isAssignment(row) && matches(row)) return { position, row };
    }
    return undefined;
  }
}
