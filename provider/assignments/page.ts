import type { KeyAssignment } from "./contract";

/** One response: the rows among the positions from `offset` on whose keys still exist, and the claimed total. */
export interface Page {
  readonly offset: number;
  /** How many positions were asked for; the response may span fewer. */
  readonly limit: number;
  readonly rows: readonly KeyAssignment[];
  readonly total: number;
}

/** A row, and a page that showed it. */
export interface SeenRow {
  readonly row: KeyAssignment;
  readonly page: Page;
}

/** Reads one page, of which rows beyond those asked for are left out. */
export type ReadPage = (offset: number, limit: number) => Promise<Page>;

/** Where pages come from. Reads opened with a signal end when it aborts. */
export interface PageSource {
  open(signal: AbortSignal): ReadPage;
  /** Refuses a list that would take more rows or further requests than allowed, before anything is planned. */
  checkPlan(rows: number, requests: number): void;
  /** How many pages may be asked for at once. */
  readonly lookAhead: number;
  /** Lets so many milliseconds pass, if the read has them; tells whether it had. */
  rest(milliseconds: number): Promise<boolean>;
}

/** By the newest total: the list may have become shorter. */
export const endOfPages = {
  reachOf: ({ total }: Page) => total,
  isClaim: true,
  emptyAt: (offset: number, { limit, total }: Page): Page => ({ offset, limit, total, rows: [] }),
};

export function indexOfRow(page: Page, row: KeyAssignment): number {
  return page.rows.findIndex(({ id }) => id === row.id);
}
