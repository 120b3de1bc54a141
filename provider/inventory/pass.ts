import { isDeepStrictEqual } from "node:util";
import { InconsistentListError } from "../assignments/page";
import { inOrder } from "../http/in-order";
import { JoinedRows } from "./joined-rows";
import type { ListPage, ListSource, ReadListPage } from "./list";

/*
 * One pass over a list without a total, and what is known after each response.
 *
 * The page size is not known either: the most rows a response has shown, n, is what the service may serve, and half of it
 * what each page is assumed to span at the least. Pages are asked for at offsets n - 1 apart: in a list at rest each shows
 * the last row of the one before, the *seam*, which joins them (joined-rows.ts). Where the seam does not show, because rows
 * went or were dropped after the page was cut, or because the service cuts shorter pages, a *bridge*, a page laid half a
 * page further back, is asked to show both sides. If it does not, the list is read anew, or, behind a page that came short,
 * looked at from the last row on, position by position that no page is known to have spanned.
 *
 * The end is a page from the last row on that shows nothing else, and, since rows dropped there would hide what follows, an
 * empty page further on; in a ragged list with no position between them that was not looked at.
 *
 * A page that came short although more rows follow tells that rows are dropped, that pages are cut shorter, or that rows
 * came at that moment: the pass is then *ragged*, and the caller reads again until two agree. A few rows may be what is
 * left of a whole page, so the look past a list of one page goes as far as a documented page. Not detectable: rows behind
 * a run of dropped ones that the look past them lies in, be it that their run is so long, be it that rows shift at that
 * moment.
 *
 * A single row gives no room to overlap and cannot come short: see `readSingleRow`. An empty first page is an empty list,
 * unless the look past it shows something.
 *
 * A page that says itself that it is the last, because its rows are fewer than asked for and reach the claimed total, is
 * believed, but for a first one whose total may be that of the page. Such a list must in the end have as many rows as it
 * claims.
 */

export interface Pass<Row> {
  /** Each row once, in the service's order. */
  readonly rows: readonly Row[];
  readonly isRagged: boolean;
}

/** Pages asked for at once behind the first: the second, and the look past it. Most lists end there. */
const firstAhead = 2;
/** Rows fewer than this share of a page are no page's worth: a first page that claims no more is believed. */
const smallestPage = 0.25;
/** So far, in documented pages, nobody who makes keys moves a row on between two responses, at least not twice in a row. */
const farthestMove = 0.9;

/**
 * Reads the list once.
 * @throws InconsistentListError when the list changed, or seems to have, in a way that leaves rows uncertain
 */
export async function readPass<Row>(source: ListSource<Row>): Promise<Pass<Row>> {
  const cancel = new AbortController();
  try {
    const read = source.open(cancel.signal);
    const list = new ListInPages(source, read, await read(0));
    const { claim } = await list.readToEnd();
    const { rows, isRagged } = list;
    const total = claim?.total ?? rows.length;
    if (total !== rows.length)
      throw new InconsistentListError(
        `it shows ${rows.length} rows and claims ${total}`,
        "if it shows again",
      );
    return { rows, isRagged };
  } finally {
    cancel.abort();
  }
}

class ListInPages<Row> {
  isRagged = false;
  readonly #source: ListSource<Row>;
  readonly #read: ReadListPage<Row>;
  readonly #first: ListPage<Row>;
  readonly #joined: JoinedRows<Row>;
  /** Every position before this one was looked at. */
  #cover = 0;
  /** The shortest page behind which more rows were found than it left room for. */
  #shortest = Number.POSITIVE_INFINITY;

  constructor(source: ListSource<Row>, read: ReadListPage<Row>, first: ListPage<Row>) {
    this.#source = source;
    this.#read = read;
    this.#first = first;
    this.#joined = new JoinedRows(first, source);
    this.#lookedAt(first);
  }

  /** Each row once, in the service's order. */
  get rows(): readonly Row[] {
    return this.#joined.rows;
  }

  /** @returns the response that showed the end */
  async readToEnd(): Promise<ListPage<Row>> {
    const { pageSize, documentedPageSize } = this.#source;
    const first = this.#first;
    if (saysItIsLast(first) && first.rows.length <= documentedPageSize * smallestPage) return first;
    if (first.rows.length === 0) return lookPastNothing(this.#source, this.#read);
    if (pageSize() === 1) return readSingleRow(this.#joined, this.#read);
    return pageSize() < documentedPageSize ? this.#readShort() : this.#readOn(0, 0);
  }

  /**
   * Most lists are one page: it is asked for once more from its last row on, and at the same time looked past. Where more
   * rows show, the list is read on.
   */
  async #readShort(): Promise<ListPage<Row>> {
    const joined = this.#joined;
    const from = joined.lastAt;
    const count = joined.rows.length;
    const looking = this.#read(from + this.#source.documentedPageSize - 1);
    // Where it turns out not to be needed it must not count as unhandled; awaited, it still throws.
    looking.catch(() => undefined);
    const again = await this.#read(from);
    await this.#take(again);
    if (joined.rows.length > count) {
      this.isRagged ||= count < this.#source.pageSize();
      return this.#readOn(from, 0);
    }
    const look = await looking;
    this.#refuseFar(look);
    if (look.rows.length > 0) return this.#readOn(from, look.offset);
    await this.#take(look);
    return joined.rows.length > count ? this.#readOn(from, 0) : look;
  }

  /** @param reach rows stand there: no empty page before it is the end */
  async #readOn(begin: number, reach: number): Promise<ListPage<Row>> {
    const joined = this.#joined;
    let from = begin;
    let asked = 1;
    for (;;) {
      // At most half as many again as are read: what turns out to lie past the end stays a third of all.
      const ahead = Math.min(this.#source.lookAhead, Math.max(firstAhead, Math.ceil(asked / 2)));
      const stride = this.#stride();
      const offsets = Array.from({ length: ahead }, (_, index) => from + (index + 1) * stride);
      from += ahead * stride;
      for await (const page of inOrder(offsets, ahead, this.#read)) {
        asked += 1;
        const count = joined.rows.length;
        const cameShort = this.#cameShort();
        await this.#take(page);
        const isBehind =
          page.rows.length === 0 && joined.rows.length === count && joined.lastAt < page.offset;
        if (isBehind && page.offset > reach) return page;
        if (isBehind) this.isRagged = true;
        if (cameShort && joined.rows.length > count) this.isRagged = true;
        if (saysItIsLast(joined.last) && this.#cameShort()) return joined.last;
        if (this.#stride() >= stride) continue;
        // The pages of this plan lie too far apart.
        from = joined.lastAt;
        break;
      }
    }
  }

  #stride(): number {
    const n = this.#source.pageSize();
    return Math.max(1, Math.min(n, Math.max(this.#shortest, Math.ceil(n * smallestPage))) - 1);
  }

  #cameShort(): boolean {
    return this.#joined.last.rows.length < this.#source.pageSize();
  }

  #lookedAt({ offset, rows }: ListPage<Row>): void {
    const span = Math.max(rows.length, Math.ceil(this.#source.pageSize() / 2));
    this.#cover = Math.max(this.#cover, offset + span);
  }

  /** Joins a page to the rows so far, or, where dropped rows lie between, takes it unjoined. */
  async #take(page: ListPage<Row>): Promise<void> {
    this.#refuseFar(page);
    if (page.rows.length === 0) {
      await this.#walkTo(page);
    } else if (!this.#follow(page) && !(await this.#bridge(page))) {
      if (!this.#cameShort()) throw new InconsistentListError("two of its pages do not join");
      if (!(await this.#walkTo(page))) {
        this.#joined.append(page);
        this.isRagged = true;
      }
    }
    this.#lookedAt(page);
  }

  /** Takes what a page adds, which may be nothing: all it shows may be listed already, the last row further on. */
  #follow(page: ListPage<Row>): boolean {
    return this.#joined.follow(page) || this.#joined.isBehind(page);
  }

  /** Some endpoints answer every offset with the same page, or those behind the end with the last one. */
  #refuseFar(page: ListPage<Row>): void {
    const place = this.#joined.placeOfLast(page);
    const farthest = this.#joined.lastAtMost + this.#source.documentedPageSize * farthestMove;
    if (place === undefined || place < farthest) return;
    const isRepeated = isDeepStrictEqual(page.rows, this.#first.rows);
    throw isRepeated
      ? new InconsistentListError("it answers every offset with the same page", "surely")
      : new InconsistentListError(
          "an offset far behind its last row shows that row again",
          "if it shows again",
        );
  }

  async #bridge(page: ListPage<Row>): Promise<boolean> {
    const at = Math.max(0, page.offset - Math.floor(this.#source.pageSize() / 2));
    const bridge = await this.#read(at);
    if (!this.#joined.follow(bridge)) return false;
    this.#lookedAt(bridge);
    return this.#follow(page);
  }

  /**
   * Looks, from the last row on, at what lies before this page. Rows found there join it, or another last row from which
   * it goes on; where none are, every position is looked at that no page is known to have spanned.
   * @returns whether the page is joined
   */
  async #walkTo(page: ListPage<Row>): Promise<boolean> {
    const joined = this.#joined;
    for (let tried = joined.last.offset; ; ) {
      const isFromLast = joined.lastAt > tried;
      // Behind the last row of a list whose pages were all full only dropped rows can hide others.
      const isPlainEnd = page.rows.length === 0 && !this.isRagged;
      if (!isFromLast && (isPlainEnd || this.#cover >= page.offset)) return false;
      const at = isFromLast ? joined.lastAt : this.#cover;
      if (isFromLast) tried = at;
      await this.#lookFrom(at, isFromLast);
      if (this.#follow(page)) return true;
    }
  }

  async #lookFrom(at: number, isFromLast: boolean): Promise<void> {
    const joined = this.#joined;
    const { length } = joined.last.rows;
    const count = joined.rows.length;
    const page = await this.#read(at);
    const isJoined = joined.follow(page);
    if (isJoined && joined.rows.length > count) this.#shortest = Math.min(this.#shortest, length);
    if (!isJoined && page.rows.length > 0) joined.append(page);
    // Where the last row does not show again, nobody knows what followed it.
    if (!isJoined && (isFromLast || page.rows.length > 0)) this.isRagged = true;
    this.#lookedAt(page);
  }
}

function saysItIsLast<Row>({ offset, rows, claim }: ListPage<Row>): boolean {
  return claim !== undefined && rows.length < claim.limit && offset + rows.length === claim.total;
}

async function lookPastNothing<Row>(
  source: ListSource<Row>,
  read: ReadListPage<Row>,
): Promise<ListPage<Row>> {
  const past = await read(source.documentedPageSize);
  if (past.rows.length > 0)
    throw new InconsistentListError("its first page is empty, and a later one is not");
  return past;
}

/**
 * One row, from a service that may serve one position per page. The position behind it shows nothing, and after that the
 * row is still there, alone: so it was there at that moment too, at the first position, and nothing stood behind it.
 */
async function readSingleRow<Row>(joined: JoinedRows<Row>, read: ReadListPage<Row>): Promise<ListPage<Row>> {
  const behind = await read(1);
  const isStillAlone = behind.rows.length === 0 && joined.follow(await read(0)) && joined.rows.length === 1;
  if (!isStillAlone)
    throw new InconsistentListError(
      "its first page shows one row, and the next does not join",
      "if it shows again",
    );
  return behind;
}
