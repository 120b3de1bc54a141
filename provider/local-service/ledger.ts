import type { KeyAssignment, WireKeyAssignment, WirePage } from "../contract";
import type { LedgerPosition, LedgerPositions } from "./positions";
import { sampleAssignment } from "./samples";

/** An API key that exists in the account, assigned or not. */
export interface LedgerKey {
  readonly keyHash: string;
  readonly keyName: string;
  readonly keyLabel: string;
}

export interface LedgerOptions {
  /** What the list holds at first; default nothing. */
  readonly positions?: readonly LedgerPosition[] | LedgerPositions;
  /** The most positions a page spans, whatever limit was asked for; default 100. A smaller one clamps quietly. */
  readonly window?: number;
  /** The limit of a request that names none; default 50. */
  readonly defaultLimit?: number;
}

/**
 * The account as it truly is, without any HTTP: which keys exist, which have an assignment, and in which order the
 * service lists them. Looking a key up by its hash reads the list from its start.
 */
export class Ledger {
  /** The most positions a page spans. May be changed at any time. */
  window: number;
  readonly defaultLimit: number;
  /** A number stands for a position of `#source` that has not been made yet. */
  readonly #positions: (LedgerPosition | number)[];
  readonly #source: (position: number) => LedgerPosition;
  readonly #keys = new Map<string, LedgerKey>();
  #nextSample = 0;

  constructor({ positions = [], window = 100, defaultLimit = 50 }: LedgerOptions = {}) {
    const lazy: LedgerPositions = "count" in positions ? positions : fromArray(positions);
    this.#positions = Array.from({ length: lazy.count }, (_, position) => position);
    this.#source = (position) => lazy.at(position);
    this.window = window;
    this.defaultLimit = defaultLimit;
  }

  /** Positions in all, orphans included: the true `total_count`. */
  get totalCount(): number {
    return this.#positions.length;
  }

  /** What stands at this position now; undefined past the end. */
  at(position: number): LedgerPosition | undefined {
    const entry = this.#positions[position];
    return typeof entry === "number" ? this.#source(entry) : entry;
  }

  /** Every assignment the service would list, in its order: the complete answer a reader should find. */
  assignments(): KeyAssignment[] {
    return this.#positions.map((_, position) => this.at(position)).filter(isAssignment);
  }

  /** Makes a key that has no assignment. What is left out is made up. */
  addKey(wanted: Partial<LedgerKey> = {}): LedgerKey {
    const { keyHash, keyName, keyLabel } = { ...this.#sample(), ...wanted };
    const key = { keyHash, keyName, keyLabel };
    this.#keys.set(keyHash, key);
    return key;
  }

  /** Whether a key with this hash exists, assigned or not. */
  hasKey(keyHash: string): boolean {
    return this.#keys.has(keyHash) || this.#find((row) => row.keyHash === keyHash) !== undefined;
  }

  /**
   * Assigns a key, a new one unless `keyHash` says which. A key holds at most one guardrail, so an assignment it
   * already has is replaced by a row with a new id. What is left out is made up.
   *
   * @param placement - where the new row goes: the end unless `at` says otherwise
   */
  assign(
    wanted: Partial<KeyAssignment> = {},
    { at = "end" }: { readonly at?: "start" | "end" | number } = {},
  ): KeyAssignment {
    const key = wanted.keyHash === undefined ? undefined : this.#takeKey(wanted.keyHash);
    const row = { ...this.#sample(), ...key, ...wanted };
    const position = at === "start" ? 0 : at === "end" ? this.#positions.length : at;
    this.#positions.splice(position, 0, row);
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
    const row = this.at(position);
    if (row === undefined) throw new RangeError("no such position");
    this.#positions.splice(position, 1);
    if (row !== "orphan") this.addKey(row);
  }

  /** Deletes a key. Its assignment, if it has one, becomes an orphan: still counted, no longer listed. */
  deleteKey(keyHash: string): void {
    const found = this.#find((row) => row.keyHash === keyHash);
    if (!this.#keys.delete(keyHash) && found === undefined) throw new RangeError("no such key");
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
      if (isAssignment(row)) data.push(toWire(row));
    }
    return { data, total_count: this.totalCount };
  }

  #sample(): KeyAssignment {
    this.#nextSample += 1;
    return sampleAssignment(this.#nextSample, "new");
  }

  /** The key with this hash, its present assignment taken off the list. */
  #takeKey(keyHash: string): LedgerKey | undefined {
    const found = this.#find((row) => row.keyHash === keyHash);
    if (found !== undefined) this.removeAt(found.position);
    return this.#keys.get(keyHash);
  }

  #find(matches: (row: KeyAssignment) => boolean): { readonly position: number } | undefined {
    for (let position = 0; position < this.#positions.length; position += 1) {
      const row = this.at(position);
      if (isAssignment(row) && matches(row)) return { position };
    }
    return undefined;
  }
}

function fromArray(positions: readonly LedgerPosition[]): LedgerPositions {
  return { count: positions.length, at: (position) => positions[position] ?? "orphan" };
}

function isAssignment(position: LedgerPosition | undefined): position is KeyAssignment {
  return position !== undefined && position !== "orphan";
}

function toWire(row: KeyAssignment): WireKeyAssignment {
  return {
    id: row.id,
    key_hash: row.keyHash,
    guardrail_id: row.guardrailId,
    key_name: row.keyName,
    key_label: row.keyLabel,
    assigned_by: row.assignedBy,
    created_at: row.createdAt,
  };
}
