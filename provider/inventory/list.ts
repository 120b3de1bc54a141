/** One response: the rows that the service shows of the positions from `offset` on. */
export interface ListPage<Row> {
  readonly offset: number;
  readonly rows: readonly Row[];
  /** The total the response claims, and how many rows it was asked for at most; undefined where lists have neither. */
  readonly claim: { readonly total: number; readonly limit: number } | undefined;
}

/** By the furthest row: these lists claim nothing, or nothing that all of them do. */
export const endOfListPages = {
  isClaim: false,
  reachOf: ({ offset, rows }: ListPage<unknown>, before: number) =>
    Math.max(before, positionsIn(offset, rows)),
  emptyAt: (offset: number, { claim }: ListPage<unknown>) => ({ offset, rows: [], claim }),
};

/** How many positions a list has at the least. Where a page shows nothing, there may be no position either. */
export function positionsIn(offset: number, rows: readonly unknown[]): number {
  return rows.length === 0 ? 0 : offset + rows.length;
}

/** Whether its rows are fewer than asked for and reach the total it claims. */
export function saysItIsLast({ offset, rows, claim }: ListPage<unknown>): boolean {
  return claim !== undefined && rows.length < claim.limit && offset + rows.length === claim.total;
}

/** Reads the page that begins at this offset. */
export type ReadListPage<Row> = (offset: number) => Promise<ListPage<Row>>;

/** Where the pages of one list come from. Reads opened with a signal end when it aborts. */
export interface ListSource<Row> {
  /** What is listed, for messages: `the list of workspaces`. */
  readonly subject: string;
  identify(row: Row): string;
  open(signal: AbortSignal): ReadListPage<Row>;
  /** The most rows one response has shown so far: the service serves at least so many positions per page. */
  pageSize(): number;
  /** How many rows per page the service documents. Nothing is proven with it: it says how far to look past an empty page. */
  readonly documentedPageSize: number;
  /** How many pages may be asked for at once. */
  readonly lookAhead: number;
  /** Lets so many milliseconds pass, if the read has them; tells whether it had. */
  rest(milliseconds: number): Promise<boolean>;
}
