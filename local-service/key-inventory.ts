import { keyOf, type LedgerKey, ordinaryKey } from "./ledger-key";
import { isOrphan, type LedgerPositions } from "./positions";

/** Which keys of the inventory are wanted. */
export interface KeyFilter {
  readonly workspaceId: string;
  readonly includeDisabled: boolean;
}

/**
 * Every key of the account. The order is its own, so that assigning or renaming a key moves none: pages read one after
 * the other lose a key only where one before it was deleted, disabled or moved to another workspace.
 */
export class KeyInventory {
  /** A number stands for the key of that row of `#rows`, as it was at first. */
  #entries: (LedgerKey | number)[];
  #orphansDropped = false;
  readonly #rows: LedgerPositions;

  constructor(rows: LedgerPositions) {
    this.#rows = rows;
    this.#entries = Array.from({ length: rows.length }, (_, position) => position);
  }

  all(): LedgerKey[] {
    return this.#made(this.#entries);
  }

  /** At most `length` of the keys that match, after the first `offset` of them. Only these are made. */
  page({ workspaceId, includeDisabled }: KeyFilter, offset: number, length: number): LedgerKey[] {
    this.#dropOrphans();
    const shown: (LedgerKey | number)[] = [];
    let passed = 0;
    for (const entry of this.#entries) {
      if (shown.length >= length) break;
      const key = typeof entry === "number" ? ordinaryKey : entry;
      if (key.workspaceId !== workspaceId || (key.disabled && !includeDisabled)) continue;
      if (passed >= offset) shown.push(entry);
      passed += 1;
    }
    return this.#made(shown);
  }

  get(keyHash: string): LedgerKey | undefined {
    const entry = this.#entries[this.#placeOf(keyHash)];
    return entry === undefined ? undefined : this.#keyAt(entry);
  }

  /** Adds a key whose hash is known to be new. */
  add(key: LedgerKey): void {
    this.#entries.push(key);
  }

  /** Puts a key in the place of the one with its hash, or at the end. */
  put(key: LedgerKey): void {
    const place = this.#placeOf(key.keyHash);
    this.#entries[place === -1 ? this.#entries.length : place] = key;
  }

  delete(keyHash: string): void {
    const place = this.#placeOf(keyHash);
    if (place === -1) throw new RangeError("no such key");
    this.#entries.splice(place, 1);
  }

  /** A row without a key has no place among the keys; whether it is one may need the row, of which none is kept. */
  #dropOrphans(): void {
    if (this.#orphansDropped) return;
    this.#entries = this.#entries.filter(
      (entry) => typeof entry !== "number" || !isOrphan(this.#rows, entry),
    );
    this.#orphansDropped = true;
  }

  #made(entries: readonly (LedgerKey | number)[]): LedgerKey[] {
    return entries.flatMap((entry) => this.#keyAt(entry) ?? []);
  }

  #placeOf(keyHash: string): number {
    return this.#entries.findIndex((entry) => {
      const held = typeof entry === "number" ? this.#rows.at(entry) : entry;
      return held !== undefined && held !== "orphan" && held.keyHash === keyHash;
    });
  }

  #keyAt(entry: LedgerKey | number): LedgerKey | undefined {
    if (typeof entry !== "number") return entry;
    const row = this.#rows.at(entry);
    return row === undefined || row === "orphan" ? undefined : keyOf({ ...ordinaryKey, ...row });
  }
}
