import type { KeyAssignment } from "./contract";

/** One response: the rows among the positions `offset` … `offset + limit - 1` whose keys still exist, and the claimed total. */
export interface Page {
  readonly offset: number;
  readonly limit: number;
  readonly rows: readonly KeyAssignment[];
  readonly total: number;
}

/** A row, and a page that showed it. */
export interface SeenRow {
  readonly row: KeyAssignment;
  readonly page: Page;
}

/** Reads one page; refuses one that holds more rows than asked for. */
export type ReadPage = (offset: number, limit: number) => Promise<Page>;

/** Where pages come from. Reads opened with a signal end when it aborts. */
export interface PageSource {
  open(signal: AbortSignal): ReadPage;
  /** Refuses a list that would take more rows or further requests than allowed, before anything is planned. */
  checkPlan(rows: number, requests: number): void;
  /** How many pages may be asked for at once. */
  readonly lookAhead: number;
}

/** The list cannot be judged from what this pass has seen: it changed, or seems to have. Reading again may help. */
export class InconsistentListError extends Error {}

export function indexOfRow(page: Page, row: KeyAssignment): number {
  return page.rows.findIndex(({ id }) => id === row.id);
}
