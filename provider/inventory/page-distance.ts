import type { ListSource } from "./list";

/** Rows fewer than this share of a page do not make pages lie closer together. */
const closest = 0.25;
/** So many pages in a row that do not join show that they lie too far apart. */
const patience = 2;
/** How often it is tried whether pages really span what they are taken to, before that is believed. */
const doubts = 4;

/**
 * How many positions a page is taken to span, and how far apart pages are asked for.
 *
 * Where no rows are dropped, a page spans as many positions as it shows rows, and the most rows shown so far, less one, is
 * the distance. Where rows are dropped, rows tell nothing: then pages lie a documented page apart, and half as far each
 * time that rows come to light between two of them, or that pages do not join. Half a documented page is what each is
 * assumed to span at the least.
 */
export class PageDistance {
  readonly #source: Pick<ListSource<unknown>, "pageSize" | "documentedPageSize">;
  /** The shortest page behind which more rows were found than it left room for. */
  #shortest = Number.POSITIVE_INFINITY;
  /** Where rows are dropped: what a page is hoped to span. */
  #hoped: number | undefined;
  #apart = 0;
  #doubts = doubts;

  constructor(source: Pick<ListSource<unknown>, "pageSize" | "documentedPageSize">) {
    this.#source = source;
  }

  /** Whether rows are known to be dropped from the pages. */
  get isSparse(): boolean {
    return this.#hoped !== undefined;
  }

  /** How many positions a page spans at the least. */
  get span(): number {
    const half = halfOf(this.#source.documentedPageSize);
    return Math.min(half, this.#hoped ?? half);
  }

  get stride(): number {
    const shown = this.#source.pageSize();
    const byRows = Math.min(shown, Math.max(this.#shortest, Math.ceil(shown * closest)));
    return Math.max(1, Math.max(byRows, this.#hoped ?? 0) - 1);
  }

  rowsAreDropped(): void {
    this.#hoped ??= this.#source.documentedPageSize;
  }

  lookClosely(): void {
    this.#hoped = halfOf(this.#source.documentedPageSize);
  }

  rowsCameToLight(): void {
    if (this.#hoped === undefined) return;
    this.#hoped = halfOf(this.#hoped);
    this.#doubts = doubts;
  }

  pagesJoin(doJoin: boolean): void {
    this.#apart = doJoin ? 0 : this.#apart + 1;
    const { documentedPageSize } = this.#source;
    if (this.#apart >= patience && this.#hoped === documentedPageSize)
      this.#hoped = halfOf(documentedPageSize);
  }

  /** Whether to look whether rows follow that a page should have shown. */
  mayDoubt(): boolean {
    this.#doubts -= 1;
    return this.#hoped === undefined || this.#doubts >= 0;
  }

  cameShort(rows: number): void {
    this.#shortest = Math.min(this.#shortest, rows);
  }
}

/** Pages are assumed to span this much of what the service documents. */
export function halfOf(page: number): number {
  return Math.ceil(page / 2);
}
