import { InconsistentListError } from "../listing/inconsistent-list";
import type { ListPage, ListSource, ReadListPage } from "./list";

/** How a pass looks: as usual, or again and closely, because an answer of the last one showed a row that it did not list. */
export type Search = { readonly kind: "usual" } | { readonly kind: "closely"; readonly reach: number };

/** An answer showed a row that the others left no place for: it was deleted just then, or rows are dropped beside it. */
export class UnlistedRowError extends InconsistentListError {
  /** @param reach the offset of the last page that showed one */
  constructor(readonly reach: number) {
    super("one of its answers showed a row that the others leave no place for");
  }
}

/**
 * Every row that any answer showed, those of looks that were given up included, and those of passes that ended in another
 * doubt: what such a pass showed has to be listed by a later one.
 */
export class ShownRows<Row> {
  readonly #offsets = new Map<string, number>();
  readonly #identify: (row: Row) => string;

  constructor({ identify }: Pick<ListSource<Row>, "identify">) {
    this.#identify = identify;
  }

  noting(read: ReadListPage<Row>): ReadListPage<Row> {
    return async (offset) => {
      const page = await read(offset);
      this.#note(page);
      return page;
    };
  }

  /** @throws UnlistedRowError */
  refuseUnlisted(rows: readonly Row[]): void {
    for (const row of rows) this.#offsets.delete(this.#identify(row));
    if (this.#offsets.size === 0) return;
    const reach = [...this.#offsets.values()].reduce((one, other) => Math.max(one, other));
    // The pass that looks closely is to tell: a key that was deleted meanwhile is shown by no answer any more.
    this.#offsets.clear();
    throw new UnlistedRowError(reach);
  }

  #note({ offset, rows }: ListPage<Row>): void {
    for (const row of rows) {
      const identity = this.#identify(row);
      this.#offsets.set(identity, Math.max(offset, this.#offsets.get(identity) ?? 0));
    }
  }
}
