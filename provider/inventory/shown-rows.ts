import { InconsistentListError } from "../listing/inconsistent-list";
import type { ListPage, ListSource, ReadListPage } from "./list";
import { halfOf } from "./page-distance";

/** How a pass looks: as usual, or again and closely, because an answer of the last one showed a row that it did not list. */
export type Search = { readonly kind: "usual" } | { readonly kind: "closely"; readonly reach: number };

/** An answer showed a row that the others left no place for: it was deleted just then, or rows are dropped beside it. */
export class UnlistedRowError extends InconsistentListError {
  /**
   * @param place where the farthest of them stands at the least
   * @param identities of all of them
   */
  constructor(
    readonly place: number,
    readonly documentedPageSize: number,
    identities: readonly string[],
  ) {
    super(
      "one of its answers showed a row that the others leave no place for",
      "if it shows again",
      identities.toSorted().join(),
    );
  }

  /** As far as one of them may stand, if the page that showed it, before which rows may be dropped, is so many pages long. */
  reach(pages: number): number {
    return this.place + pages * this.documentedPageSize;
  }
}

/** Where a row showed: in which page, and as which position at the least. */
interface Sight {
  readonly offset: number;
  readonly place: number;
}

/**
 * Every row that any answer showed, those of looks that were given up included, and those of passes that proved nothing:
 * a later one has to list it, unless the page that showed it does so no more.
 */
export class ShownRows<Row> {
  readonly #sights = new Map<string, Sight>();
  readonly #source: Pick<ListSource<Row>, "identify" | "documentedPageSize">;

  constructor(source: Pick<ListSource<Row>, "identify" | "documentedPageSize">) {
    this.#source = source;
  }

  noting(read: ReadListPage<Row>): ReadListPage<Row> {
    return async (offset) => {
      const page = await read(offset);
      this.#note(page);
      return page;
    };
  }

  /**
   * Asks once more for the pages that showed what is not listed, and for what lies half a page around them, where rows may
   * have moved: a key that was deleted meanwhile is there no more.
   */
  async forgetDeleted(rows: readonly Row[], read: ReadListPage<Row>): Promise<void> {
    const { identify, documentedPageSize } = this.#source;
    const half = halfOf(documentedPageSize);
    const unlisted = this.#unlistedIn(rows);
    for (const offset of new Set(unlisted.map(([, sight]) => sight.offset))) {
      const around = [Math.max(0, offset - half), offset, offset + half];
      const pages = await Promise.all(around.map(read));
      const shown = new Set(pages.flatMap((page) => page.rows.map(identify)));
      for (const [identity, sight] of unlisted)
        if (sight.offset === offset && !shown.has(identity)) this.#sights.delete(identity);
    }
  }

  /** @throws UnlistedRowError */
  refuseUnlisted(rows: readonly Row[]): void {
    const unlisted = this.#unlistedIn(rows);
    if (unlisted.length === 0) return;
    const farthest = unlisted.reduce((one, [, { place }]) => Math.max(one, place), 0);
    throw new UnlistedRowError(
      farthest,
      this.#source.documentedPageSize,
      unlisted.map(([identity]) => identity),
    );
  }

  #unlistedIn(rows: readonly Row[]): readonly (readonly [string, Sight])[] {
    const listed = new Set(rows.map(this.#source.identify));
    return [...this.#sights].filter(([identity]) => !listed.has(identity));
  }

  #note({ offset, rows }: ListPage<Row>): void {
    for (const [at, row] of rows.entries()) {
      const identity = this.#source.identify(row);
      const place = offset + at;
      const known = this.#sights.get(identity);
      if (known === undefined || known.place <= place) this.#sights.set(identity, { offset, place });
    }
  }
}
