import type { KeyAssignment } from "./contract";
import { InconsistentListError, indexOfRow, type Page, type SeenRow } from "./page";

/**
 * The rows of one pass, joined page by page. Pure: it is given pages and says what they prove.
 *
 * A response is made at one moment, and rows that stay keep their relative order. So when the
 * last row so far shows again in the next page, every row that stayed put and comes after it is in that page behind it,
 * or beyond that page's end: nothing can have slipped through between the two. They are *chained*.
 */
export class Chain {
  #held: KeyAssignment[] = [];
  #count = 0;
  #last: SeenRow | undefined;
  #windowConfirmed = false;
  #whole = true;
  // Every service serves at least one position per page.
  #mostRows = 1;

  constructor(
    readonly window: number,
    readonly total: number,
  ) {}

  /** How many rows are joined so far. */
  get count(): number {
    return this.#count;
  }

  /** The last row so far. */
  get last(): SeenRow | undefined {
    return this.#last;
  }

  /** Whether the service is known to serve `window` positions per page. */
  get windowConfirmed(): boolean {
    return this.#windowConfirmed;
  }

  /** Whether every page was chained to the one before. */
  get chained(): boolean {
    return this.#whole;
  }

  /** The most rows any page showed: at least so many positions the service serves per page. */
  get mostRows(): number {
    return this.#mostRows;
  }

  /** Whether the page that showed the last row surely reaches the total, so that no row can stand behind what it showed. */
  get reachesEnd(): boolean {
    return (this.#last?.page.offset ?? 0) + this.#mostRows >= this.total;
  }

  /** What follows the last row so far, if the page shows that row. */
  follow(page: Page): boolean {
    if (this.#last === undefined) return false;
    const at = indexOfRow(page, this.#last.row);
    if (at < 0) return false;
    // One row in two windows a stride apart: until the window is known, no others are asked for.
    this.#windowConfirmed = true;
    this.#add(page, page.rows.slice(at + 1));
    return true;
  }

  /** The first page: nothing comes before it. */
  start(page: Page): void {
    this.#add(page, page.rows);
  }

  /**
   * A page that could not be chained. All its rows are taken, although rows that shifted may then be listed twice: the
   * caller notices a row too many, but not one too few.
   */
  appendUnlinked(page: Page): void {
    this.#whole = false;
    this.#add(page, page.rows);
  }

  /** The end could not be chained. */
  markEndUnlinked(): void {
    this.#whole = false;
  }

  /** The window was measured, and is what was asked for. */
  confirmWindow(): void {
    this.#windowConfirmed = true;
  }

  /** Hands out the rows joined since the last call. */
  release(): readonly KeyAssignment[] {
    const rows = this.#held;
    this.#held = [];
    return rows;
  }

  #add(page: Page, fresh: readonly KeyAssignment[]): void {
    this.#mostRows = Math.max(this.#mostRows, page.rows.length);
    if (page.rows.length === this.window) this.#windowConfirmed = true;
    this.#held.push(...fresh);
    this.#count += fresh.length;
    if (this.#count > this.total)
      throw new InconsistentListError(`it shows more rows than its total of ${this.total}`);
    const row = page.rows.at(-1);
    if (row !== undefined) this.#last = { page, row };
  }
}
