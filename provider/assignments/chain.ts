import { isDeepStrictEqual } from "node:util";
import { InconsistentListError } from "../listing/inconsistent-list";
import type { KeyAssignment } from "./contract";
import { ListedRows } from "./listed-rows";
import { indexOfRow, type Page, type SeenRow } from "./page";
import { bridgeBetween } from "./window";

/** Up to where rows are joined: how many, and from which offset the page begins that ends with the last of them. */
interface ChainEnd {
  readonly count: number;
  readonly from: number;
}

/**
 * The rows of one pass, joined page by page. Pure: it is given pages and says what they prove; docs/how-it-reads.md has
 * the reasons and a drawing.
 */
export class Chain {
  /** The fewest positions a page is assumed to span: half of the limit, less where a page showed that it spans less. */
  span: number;
  /** Whether pages are known to span what was asked for, as far as that can be known. */
  isConfirmed = false;
  readonly #rows: ListedRows;
  /** The page that ends with the last row so far; the first page where there is none. */
  #lastPage: Page;
  #lastAt = 0;
  /** The first position that was not looked at when the last row was shown first. */
  #shownAt = 0;
  #cover = 0;
  #reach = 0;
  #chained = true;
  #total: number;
  #highestTotal: number;
  #totalMoved = false;
  /** Whether each total so far was the number of rows beside it. */
  #totalsCountRows = true;
  #mostRows = 0;
  /** How many positions a page spans at the most, as far as pages have shown. */
  #longest: number;
  /** A listed row that showed again, before the last one has. */
  #again: SeenRow | undefined;

  constructor(
    readonly limit: number,
    first: Page,
  ) {
    this.#rows = new ListedRows(limit);
    this.span = Math.ceil(limit / 2);
    this.#lastPage = first;
    this.#longest = limit;
    this.#total = first.total;
    this.#highestTotal = first.total;
    this.note(first);
    this.#take(first, first.rows);
  }

  /** How many rows are joined so far. */
  get count(): number {
    return this.#rows.count;
  }

  /** The last row so far. */
  get last(): SeenRow | undefined {
    const row = this.#lastPage.rows.at(-1);
    return row && { row, page: this.#lastPage };
  }

  get lastPage(): Page {
    return this.#lastPage;
  }

  get end(): ChainEnd {
    return { count: this.count, from: this.#lastPage.offset };
  }

  /** Where the last row stands at the least. */
  get lastAt(): number {
    return this.#lastAt;
  }

  /** Where the last row stands at the least, if every page spans what it is assumed to. */
  get lastFrom(): number {
    return Math.max(this.#lastAt, this.#shownAt);
  }

  /**
   * Whether the last row came first in a page. That a page from its place on shows it does not do: of one that is longer than
   * the limit, not all is looked at.
   */
  get isLastConfirmed(): boolean {
    return this.#lastPage.offset >= this.lastFrom;
  }

  /** Where the last row stands at the most, as far as pages are known to reach. */
  get lastAtMost(): number {
    return this.#lastPage.offset + this.#longest - 1;
  }

  /** Every position before this one was looked at. */
  get cover(): number {
    return this.#cover;
  }

  /** The total that the newest page claims. */
  get total(): number {
    return this.#total;
  }

  /** The highest total that a page of this pass claims: as far as the end is looked for. */
  get highestTotal(): number {
    return this.#highestTotal;
  }

  get totalMoved(): boolean {
    return this.#totalMoved;
  }

  /** Whether every page was chained to the one before, the end included. */
  get chained(): boolean {
    return this.#chained;
  }

  /**
   * Whether the response that showed the last row as its last one reaches the total. As many rows as claimed do not prove
   * it: one may have gone and another come.
   */
  get reachesEnd(): boolean {
    return this.#reach >= this.#highestTotal;
  }

  /** Whether this page, which does not fit the total, shows listed rows: more than the last row of the page before. */
  showsListed({ offset, rows }: Page): boolean {
    return rows.filter((row) => this.#rows.has(row)).length > (offset < this.#highestTotal ? 1 : 0);
  }

  /** A response arrived: whatever it shows has to be listed in the end. */
  note(page: Page): void {
    if (page.total !== this.#total) this.#totalMoved = true;
    this.#totalsCountRows &&= page.total === page.rows.length;
    this.#total = page.total;
    this.#mostRows = Math.max(this.#mostRows, page.rows.length);
    this.#highestTotal = Math.max(this.#highestTotal, page.total);
    this.#rows.owe(page);
  }

  /**
   * Whether the page shows the last row so far further on than the page that showed it first is known to reach. Rows that
   * were made meanwhile move the others on, but not by half a page between two responses: then pages span more than what
   * was asked for, or one shows again what another offset showed.
   */
  isFarOn(page: Page): boolean {
    const at = this.#indexOfLast(page);
    return at >= 0 && page.offset + at >= this.#lastPage.offset + this.#longest + this.span;
  }

  /**
   * Whether the page shows no more and no less than the one that showed the last row first. Windows share a position: a
   * single row may well show in two.
   */
  isAgain({ rows, total }: Page): boolean {
    const { lastPage } = this;
    return rows.length > 1 && total === lastPage.total && isDeepStrictEqual(rows, lastPage.rows);
  }

  /**
   * Whether rows stand where they stood when that page was asked for, before others: it begins with the last row so far, and
   * the page that ends with that row leaves out no position.
   */
  isStillFollowedBy(page: Page): boolean {
    const isWhole = this.#lastPage.rows.length === this.limit;
    return page.total === this.#total && isWhole && this.#indexOfLast(page) === 0;
  }

  /** Takes what follows the last row so far, if the page shows that row. */
  follow(page: Page): boolean {
    const at = this.#indexOfLast(page);
    if (at < 0) return false;
    const before = this.#lastPage;
    this.#longest = Math.max(this.#longest, page.offset + at - before.offset + 1);
    this.#lastAt = Math.max(this.#lastAt, page.offset + at);
    this.#again = undefined;
    this.#take(page, page.rows.slice(at + 1));
    return true;
  }

  /**
   * Takes a page that does not show the last row so far. One that shows no others than are listed, or none, joins and breaks
   * nothing: it ends before the last row. Where it begins behind what is known of that one's place, it has to show once more.
   */
  append(page: Page): void {
    if (this.#addsNothing(page)) {
      const [row] = page.rows;
      const beforeLast = this.#lastAt - page.offset;
      if (row !== undefined && beforeLast > 0) this.#spanAtMost(beforeLast);
      if (row !== undefined && beforeLast < 0) this.#again ??= { row, page };
      this.#lookedAt(page);
    } else {
      this.#refuseAgain();
      this.#chained = false;
      this.#take(page, page.rows);
    }
  }

  /**
   * Rows between the last one and where its page was thought to end: pages span fewer positions. No more are counted on
   * from now on than rows that one showed.
   */
  comeShort(page: Page): void {
    if (!this.#addsNothing(page)) this.#spanAtMost(this.#lastPage.rows.length);
  }

  /**
   * Rows that came to light between an earlier end and the first row of this page stand before its offset, or it would have
   * shown them: the page of that end spans no more than the positions that these leave.
   */
  comeShortOf(page: Page, { count, from }: ChainEnd): void {
    const between = this.count - page.rows.length - count;
    if (between > 0 && this.#lastPage === page) this.#spanAtMost(page.offset - from - between);
  }

  #spanAtMost(positions: number): void {
    if (positions >= this.span) return;
    this.span = Math.max(1, positions);
    this.#cover = this.#lastAt + 1;
  }

  /** From where a page may show the last row and reach the total, and from where it would at least begin with that row. */
  mayShowLast(): number[] {
    const { from } = this.end;
    const reaching = Math.max(this.#lastAt, this.#highestTotal - this.span);
    if (this.count === 0 || reaching >= from + this.limit) return [];
    return [reaching, this.#lastAt].filter((at) => at > from);
  }

  /** The end could not be chained. */
  markEndUnlinked(): void {
    this.#chained = false;
  }

  /** Where a page may show the last row and, behind it, what the page at this offset begins with. */
  bridgeTo(offset: number): number | undefined {
    if (this.count === 0) return undefined;
    const at = bridgeBetween(this.#lastPage.offset, this.#lastAt, offset);
    return at < offset ? at : undefined;
  }

  /** Hands out the rows joined since the last call. */
  release(): readonly KeyAssignment[] {
    return this.#rows.release();
  }

  /** @throws InconsistentListError where a response showed what is not listed, or more is listed than there can be */
  check(): void {
    this.#refuseAgain();
    // Of pages of one position none shows the last row of another.
    if (this.#rows.owesRows && this.#mostRows === 1)
      throw new InconsistentListError("each of its pages shows one row", "if it shows elsewhere");
    if (this.#rows.owesRows)
      throw new InconsistentListError("one of its answers showed a row that the others leave no place for");
    if (this.count > this.#highestTotal) throw tooManyRows(this.#highestTotal, this.#rows);
    if (!this.#totalMoved || (this.#chained && this.count <= this.#total)) return;
    if (this.#totalsCountRows)
      throw new InconsistentListError("its total counts the rows of one page", "if it shows again");
    throw new InconsistentListError("its total moved");
  }

  /** A listed row showed behind the last one, unless that one did once more. */
  #refuseAgain(): void {
    if (this.#again !== undefined) throw this.#rows.shownTwice(this.#again.row, this.#again.page.offset);
  }

  #indexOfLast(page: Page): number {
    const row = this.#lastPage.rows.at(-1);
    return row === undefined ? -1 : indexOfRow(page, row);
  }

  #addsNothing({ rows }: Page): boolean {
    return rows.every((row) => this.#rows.has(row));
  }

  #lookedAt({ offset, rows }: Page): void {
    if (rows.length === this.limit) this.isConfirmed = true;
    this.#cover = Math.max(this.#cover, offset + Math.max(rows.length, this.span));
  }

  #take(page: Page, fresh: readonly KeyAssignment[]): void {
    for (const row of fresh) this.#rows.add(row, page.offset);
    if (!this.#totalMoved && this.count > this.#total) throw tooManyRows(this.#total, this.#rows);
    if (fresh.length > 0) {
      this.#lastAt = page.offset + page.rows.length - 1;
      this.#shownAt = this.#cover;
    }
    this.#lookedAt(page);
    this.#lastPage = page;
    // A page of several rows may end with the last of them: only where that one comes first, a page's span lies behind it.
    this.#reach = page.offset + (page.rows.length === 1 ? this.span : page.rows.length);
  }
}

/** One row may have gone when it was listed, and another come: then other rows show it when the list is read again. */
function tooManyRows(total: number, { lastIds }: ListedRows): InconsistentListError {
  const what = `it shows more rows than its total of ${total}`;
  return new InconsistentListError(what, "if it shows again", lastIds.join());
}
