import { isDeepStrictEqual } from "node:util";
import { InconsistentListError, lastRowGone, reachOfLongPages } from "../listing/inconsistent-list";
import type { ListPage, ListSource, ReadListPage } from "./list";
import { PageChain } from "./page-chain";
import { PageDistance } from "./page-distance";

/** So far, in documented pages, nobody who makes keys moves a row on between two responses, at least not twice in a row. */
const farthestMove = 0.9;
/** No page spans so many positions: an answer of more entries is refused. */
const longestSpan = 10_000;

/**
 * Joins each page to the rows so far, and asks for what is missing in between: a *bridge*, a page laid further back, is to
 * show both sides. If it does not, the list is read anew, or, where dropped rows may lie between, looked at from the last
 * row on, position by position that no page is taken to have spanned.
 */
export class PageJoiner<Row> {
  readonly chain: PageChain<Row>;
  readonly distance: PageDistance;
  /** Whether pages came short before the end: one pass proves nothing then. */
  isRagged = false;
  readonly #source: ListSource<Row>;
  readonly #read: ReadListPage<Row>;
  readonly #first: ListPage<Row>;
  #cover = 0;

  constructor(source: ListSource<Row>, read: ReadListPage<Row>, first: ListPage<Row>) {
    this.#source = source;
    this.#read = read;
    this.#first = first;
    this.chain = new PageChain(first, source);
    this.distance = new PageDistance(source);
    this.lookedAt(first);
  }

  /** Every position before this one was looked at. */
  get cover(): number {
    return this.#cover;
  }

  /** Whether rows were dropped from the last page, or may have been. */
  get cameShort(): boolean {
    return this.distance.isSparse || this.chain.last.rows.length < this.#source.pageSize();
  }

  /** From now on every position is looked at by two pages, as far as pages span what they are assumed to. */
  lookClosely(): void {
    this.distance.lookClosely();
    this.isRagged = true;
  }

  lookedAt({ offset, rows }: ListPage<Row>): void {
    this.#cover = Math.max(this.#cover, offset + Math.max(rows.length, this.distance.span));
  }

  /** Joins a page, or, where dropped rows lie between, takes it unjoined. */
  async take(page: ListPage<Row>): Promise<void> {
    await this.refuseFar(page);
    const { length } = this.chain.rows;
    if (page.rows.length === 0) {
      await this.#walkTo(page);
    } else {
      const doesJoin = this.follow(page);
      if (!doesJoin) await this.#joinOrAppend(page);
      this.distance.pagesJoin(doesJoin);
    }
    if (this.#isBetween(length, page)) this.distance.rowsCameToLight();
    this.lookedAt(page);
  }

  /** Takes what a page adds, which may be nothing: all it shows may be listed already, the last row further on. */
  follow(page: ListPage<Row>): boolean {
    const place = this.chain.placeOfLast(page);
    // The last row of a page that is as long as documented stands where it is taken to: it was moved.
    const isFull = this.chain.last.rows.length >= this.#source.documentedPageSize;
    if (place !== undefined && place > this.chain.lastAt && !isFull) this.distance.rowsAreDropped();
    return this.chain.follow(page) || this.chain.isBehind(page);
  }

  /**
   * Some endpoints answer every offset with the same page, or those behind one with that page, or begin again. Others span
   * more positions than documented: where listed rows show farther on than pages were known to reach, a page that lies
   * farther still tells which.
   */
  async refuseFar(page: ListPage<Row>): Promise<void> {
    const place = this.#placeListed(page);
    const most = this.chain.lastAtMost;
    const move = this.#source.documentedPageSize * farthestMove;
    if (place === undefined || place <= most) return;
    const isFirst = page.offset >= move && isDeepStrictEqual(page.rows, this.#first.rows);
    if (!isFirst && place < most + move) return;
    const canSpan = place < this.chain.seenFrom + longestSpan;
    if (canSpan && this.#placeListed(await this.#read(place + longestSpan)) === undefined) {
      this.chain.spansAsFarAs(place);
      return;
    }
    const what = isFirst
      ? "it answers every offset with the same page"
      : "an offset far behind its last row shows listed rows again";
    throw new InconsistentListError(what, "surely");
  }

  /**
   * A list that is cut off at an offset shows a row, and from where that row stands on nothing. In one at rest the last row
   * shows in a page from its place on.
   * @returns the offset of the page that showed it, if others came to light behind it
   * @throws InconsistentListError where it does not show: it was edited or deleted just then, or rows are kept back
   */
  async confirmLast(): Promise<number | undefined> {
    const { chain, distance } = this;
    const { length } = chain.rows;
    const farthest = chain.lastAtMost + reachOfLongPages * this.#source.documentedPageSize;
    for (let at = chain.lastAt; !chain.isLastConfirmed; at += distance.span) {
      if (at > farthest) throw lastRowGone(chain.identities);
      const page = await this.#read(at);
      if (chain.follow(page)) return chain.rows.length > length ? at : undefined;
      if (chain.showsLastEdited(page))
        throw new InconsistentListError("its last row is edited while it is read");
    }
    return undefined;
  }

  /** Where a page shows the last row, or, of one that shows nothing new, where it begins. */
  #placeListed(page: ListPage<Row>): number | undefined {
    return this.chain.placeOfLast(page) ?? (this.chain.knowsAll(page) ? page.offset : undefined);
  }

  async #joinOrAppend(page: ListPage<Row>): Promise<void> {
    if (!this.distance.isSparse && (await this.#bridge(page))) return;
    this.#mayBeSparse(page);
    if (!this.cameShort) throw new InconsistentListError("two of its pages do not join");
    if (await this.#walkTo(page)) return;
    if (this.chain.knowsAll(page)) this.isRagged = true;
    else this.#append(page);
  }

  #append(page: ListPage<Row>): void {
    this.chain.append(page);
    this.distance.rowsAreDropped();
    this.isRagged = true;
  }

  async #bridge(page: ListPage<Row>): Promise<boolean> {
    const back = Math.floor(this.#source.pageSize() / 2);
    const bridge = await this.#read(Math.max(0, page.offset - back));
    if (!this.chain.follow(bridge)) {
      this.#mayBeSparse(bridge);
      return false;
    }
    this.lookedAt(bridge);
    return this.follow(page);
  }

  /** Only dropped rows keep the last one from a page that shows some before it. */
  #mayBeSparse(page: ListPage<Row>): void {
    if (this.chain.knowsAll(page)) this.distance.rowsAreDropped();
  }

  /** Whether rows came to light before those that this page adds: then the page before it ended before this one began. */
  #isBetween(from: number, page: ListPage<Row>): boolean {
    const { identify } = this.#source;
    const shown = new Set(page.rows.map(identify));
    return this.chain.rows.slice(from).findIndex((row) => shown.has(identify(row))) > 0;
  }

  /**
   * Looks, from the last row on, at what lies before this page. Rows found there join it, or another last row from which
   * it goes on; where none are, every position is looked at that no page is taken to have spanned.
   * @returns whether the page is joined
   */
  async #walkTo(page: ListPage<Row>): Promise<boolean> {
    const { chain } = this;
    let tried = chain.last.offset;
    for (let isFirst = true; ; isFirst = false) {
      const isFromLast = chain.lastAt > tried && this.#mayLookFromLast(page, isFirst);
      if (!isFromLast && this.#cover >= page.offset) return false;
      const at = isFromLast ? chain.lastAt : this.#cover;
      if (isFromLast) tried = at;
      this.#lookFrom(await this.#read(at), isFromLast);
      if (this.follow(page)) return true;
    }
  }

  /** Where rows are dropped, nobody knows where the last row stands: a look or two from where it may stand must do. */
  #mayLookFromLast({ rows }: ListPage<Row>, isFirst: boolean): boolean {
    if (!this.distance.isSparse) return true;
    return isFirst && (rows.length === 0 || this.distance.mayDoubt());
  }

  #lookFrom(page: ListPage<Row>, isFromLast: boolean): void {
    const { chain } = this;
    const { length } = chain.last.rows;
    const count = chain.rows.length;
    const isJoined = chain.follow(page);
    if (isJoined && chain.rows.length > count) this.distance.cameShort(length);
    if (!isJoined && page.rows.length > 0 && !chain.knowsAll(page)) this.#append(page);
    // Where the last row does not show again, nobody knows what followed it.
    if (!isJoined && (isFromLast || page.rows.length > 0)) this.isRagged = true;
    this.lookedAt(page);
  }
}
