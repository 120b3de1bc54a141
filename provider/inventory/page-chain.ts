import { isDeepStrictEqual } from "node:util";
import { rowTwice } from "../listing/inconsistent-list";
import type { ListPage, ListSource } from "./list";

/**
 * The rows of one pass, joined page by page at the last row seen. Pure: it is given pages and says what they prove.
 *
 * A response is made at one moment, and rows that stay unchanged keep their relative order. So whenever a page was cut:
 * if it shows the last row so far, unchanged, then every row that stayed and comes after that one is in the page behind
 * it, or beyond the page's end. Nothing can have slipped through between the two.
 *
 * Unlike an assignment, a key can be edited, and a service that sorts by what was edited moves it. Then it joins nothing,
 * and neither does a page with unknown rows before the last one: they may be rows that the last one was moved past.
 */
export class PageChain<Row> {
  readonly rows: Row[] = [];
  readonly #known = new Set<string>();
  #last: ListPage<Row>;
  #lastAt = 0;
  #longest = 0;
  #seenFrom = 0;
  /** Where the last row stood at the least when it was first seen. */
  #seenAt = 0;

  constructor(
    first: ListPage<Row>,
    readonly source: Pick<ListSource<Row>, "identify" | "pageSize" | "documentedPageSize">,
  ) {
    this.#last = first;
    this.#take(first, first.rows);
  }

  /** The page that showed the last row so far, as its last. */
  get last(): ListPage<Row> {
    return this.#last;
  }

  /** Where the last row stands at the least: rows before it may have been dropped from the page that showed it. */
  get lastAt(): number {
    return this.#lastAt;
  }

  /** The offset of the page that showed the last row first. */
  get seenFrom(): number {
    return this.#seenFrom;
  }

  /** Of all rows, in one text. */
  get identities(): string {
    return this.rows.map(this.source.identify).join();
  }

  /** Where it stood at the most when it was first seen, as far as pages are known to reach. */
  get lastAtMost(): number {
    const { pageSize, documentedPageSize } = this.source;
    return this.#seenFrom + Math.max(pageSize(), documentedPageSize, this.#longest) - 1;
  }

  /** Whether a page showed the last row that begins where it stood, as far as was known when it was first seen. */
  get isLastConfirmed(): boolean {
    return this.rows.length === 0 || this.#last.offset >= this.#seenAt;
  }

  /** The page that showed the last row first is known to span this position. */
  spansAsFarAs(place: number): void {
    this.#longest = Math.max(this.#longest, place - this.#seenFrom + 1);
  }

  /** Takes what follows the last row so far, if the page joins there. */
  follow(page: ListPage<Row>): boolean {
    const at = this.#indexOfLast(page);
    if (at < 0 || !page.rows.slice(0, at).every((row) => this.#known.has(this.source.identify(row))))
      return false;
    this.#take(page, page.rows.slice(at + 1));
    return true;
  }

  /** Where this page shows the last row so far. */
  placeOfLast(page: ListPage<Row>): number | undefined {
    const at = this.#indexOfLast(page);
    return at < 0 ? undefined : page.offset + at;
  }

  /** Whether this page shows the last row so far, but not as it was. */
  showsLastEdited(page: ListPage<Row>): boolean {
    const { identify } = this.source;
    const [last] = this.rows.slice(-1).map(identify);
    return this.#indexOfLast(page) < 0 && page.rows.some((row) => identify(row) === last);
  }

  /** Whether the last row stands behind this page, of which everything is listed. */
  isBehind(page: ListPage<Row>): boolean {
    return this.knowsAll(page) && this.#lastAt >= page.offset + page.rows.length - 1;
  }

  /** Whether this page shows rows, and listed ones only. */
  knowsAll({ rows }: ListPage<Row>): boolean {
    return rows.length > 0 && rows.every((row) => this.#known.has(this.source.identify(row)));
  }

  #indexOfLast(page: ListPage<Row>): number {
    const last = this.rows.at(-1);
    return page.rows.findIndex((row) => isDeepStrictEqual(row, last));
  }

  /** Takes a page that joins nothing: what lies between was looked at and shows no row. */
  append(page: ListPage<Row>): void {
    this.#take(page, page.rows);
  }

  #take(page: ListPage<Row>, fresh: readonly Row[]): void {
    this.#last = page;
    if (page.rows.length > 0) this.#lastAt = page.offset + page.rows.length - 1;
    if (fresh.length > 0) {
      this.#seenFrom = page.offset;
      this.#seenAt = this.#lastAt;
    }
    for (const row of fresh) {
      const identity = this.source.identify(row);
      if (this.#known.has(identity)) throw rowTwice(identity);
      this.rows.push(row);
      this.#known.add(identity);
    }
  }
}
