import { InconsistentListError, rowTwice } from "../listing/inconsistent-list";
import type { KeyAssignment } from "./contract";
import type { Page } from "./page";

/** How many listed rows are remembered, in pages: as far back as a response of the same stretch can reach. */
const rememberedPages = 3;

/** The rows that one pass lists, each once, and those that some answer showed and that it does not list yet. */
export class ListedRows {
  #unreleased: KeyAssignment[] = [];
  #count = 0;
  readonly #owed = new Set<string>();
  /** The last rows listed, each with the offset of the page that it was taken from. */
  readonly #recent = new Map<string, number>();

  constructor(readonly limit: number) {}

  get count(): number {
    return this.#count;
  }

  /** Whether an answer showed a row that is not listed. */
  get owesRows(): boolean {
    return this.#owed.size > 0;
  }

  /** The ids of the last rows, in the list's order. */
  get lastIds(): readonly string[] {
    return [...this.#recent.keys()];
  }

  has({ id }: KeyAssignment): boolean {
    return this.#recent.has(id);
  }

  /** What an answer shows has to be listed in the end. */
  owe({ rows }: Page): void {
    for (const row of rows) if (!this.has(row)) this.#owed.add(row.id);
  }

  /** @throws InconsistentListError where it is listed already */
  add(row: KeyAssignment, offset: number): void {
    if (this.has(row)) throw this.shownTwice(row, offset);
    this.#unreleased.push(row);
    this.#count += 1;
    this.#owed.delete(row.id);
    this.#recent.set(row.id, offset);
    if (this.#recent.size <= rememberedPages * this.limit) return;
    for (const oldest of this.#recent.keys()) {
      this.#recent.delete(oldest);
      return;
    }
  }

  /** Hands out the rows listed since the last call. */
  release(): readonly KeyAssignment[] {
    const rows = this.#unreleased;
    this.#unreleased = [];
    return rows;
  }

  /** @param offset of the page that shows it again */
  shownTwice({ id }: KeyAssignment, offset: number): InconsistentListError {
    // Pages that lie this close may show one position, and were only joined wrongly.
    const mayBeOnePlace = offset < (this.#recent.get(id) ?? 0) + this.limit;
    return mayBeOnePlace ? new InconsistentListError("a row shows twice") : rowTwice(id);
  }
}
