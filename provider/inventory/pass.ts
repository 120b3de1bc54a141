import { isDeepStrictEqual } from "node:util";
import { InconsistentListError } from "../assignments/page";
import { inOrder } from "../http/in-order";
import { JoinedRows } from "./joined-rows";
import type { ListPage, ListSource, ReadListPage } from "./list";

/*
 * One pass over a list without a total, and what is known after each response.
 *
 * The page size is not known either: the most rows a response has shown, n, is what the service serves at the least. So
 * pages are asked for at offsets n - 1 apart: in a list at rest each shows the last row of the one before, the *seam*,
 * which joins them (joined-rows.ts). Rows that went meanwhile, or that the service dropped after it had cut the page,
 * can hide the seam, and so does a change of that row: then a *bridge*, a page laid half a page further back, is asked to
 * show both sides; if it does not, the list is read anew.
 *
 * A page that ends with the last row and holds fewer rows than n had room for more: at its moment nothing stood behind.
 * That alone is the end where no rows are dropped. Where some are, the free places may be theirs, so the next page, which
 * looks past that one, must show nothing as well. A full page that ends with the last row says nothing.
 *
 * A page that came short although more rows follow shows that rows are dropped (or were added at that moment): the pass
 * is then *ragged*, short pages do not mean the end, and the caller reads again until two agree. So it is where dropped rows
 * fill a whole page and no bridge reaches across them: what lies between was looked at all the same. A few rows may be what
 * is left of a whole page, so the look past a list of one page goes as far as a documented page. Not detectable: rows behind
 * dropped ones in the last page, while the look past it shows nothing, be it that their run is so long, be it that rows
 * shift at that moment.
 *
 * A single row gives no room to overlap and cannot come short: see `readSingleRow`. An empty first page is an empty list,
 * unless the look past it shows something.
 *
 * A page that says itself that it is the last, because its rows are fewer than asked for and reach the claimed total, is
 * believed. Such a list must in the end have as many rows as it claims.
 */

export interface Pass<Row> {
  /** Each row once, in the service's order. */
  readonly rows: readonly Row[];
  readonly isRagged: boolean;
}

/** A page of fewer rows may show again because rows were made before it. */
const fewestRepeated = 4;
/** Pages asked for at once behind the first: the second, and the look past it. Most lists end there. */
const firstAhead = 2;

/**
 * Reads the list once.
 * @throws InconsistentListError when the list changed, or seems to have, in a way that leaves rows uncertain
 */
export async function readPass<Row>(source: ListSource<Row>): Promise<Pass<Row>> {
  const cancel = new AbortController();
  try {
    const { rows, isRagged, lastPage } = await readToEnd(source, source.open(cancel.signal));
    const total = lastPage.claim?.total ?? rows.length;
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

interface ReadToEnd<Row> extends Pass<Row> {
  /** The response that showed the end. */
  readonly lastPage: ListPage<Row>;
}

async function readToEnd<Row>(source: ListSource<Row>, read: ReadListPage<Row>): Promise<ReadToEnd<Row>> {
  const first = await read(0);
  const joined = new JoinedRows(first, source.identify);
  const { rows } = joined;
  let isRagged = false;
  if (saysItIsLast(first)) return { rows, isRagged, lastPage: first };
  if (rows.length === 0) return { rows, isRagged, lastPage: await lookPastNothing(source, read) };
  if (source.pageSize() === 1) return { rows, isRagged, lastPage: await readSingleRow(joined, read) };

  let asked = 1;
  let from = 0;
  /** Rows stand there: no empty page before it is the end. */
  let reach = 0;
  if (source.pageSize() < source.documentedPageSize) {
    const short = await readShortList(joined, source, read);
    if (short.end !== undefined) return { rows, isRagged, lastPage: short.end };
    ({ isRagged, reach, from } = short);
    asked += firstAhead;
  }
  for (;;) {
    // At most half as many again as are read: what turns out to lie past the end stays a third of all.
    const ahead = Math.min(source.lookAhead, Math.max(firstAhead, Math.ceil(asked / 2)));
    const stride = source.pageSize() - 1;
    const offsets = Array.from({ length: ahead }, (_, index) => from + (index + 1) * stride);
    for await (const page of inOrder(offsets, ahead, read)) {
      const cameShort = joined.last.rows.length < source.pageSize();
      if (page.rows.length === 0 && cameShort) {
        if (page.offset > reach) return { rows, isRagged, lastPage: page };
        isRagged = true;
        continue;
      }
      const count = rows.length;
      if (!joined.follow(page) && !(await join(joined, page, source, read))) isRagged = true;
      if (rows.length === count) refuseRepeat(page, first);
      if (cameShort && rows.length > count) isRagged = true;
      if (saysItIsLast(joined.last)) return { rows, isRagged, lastPage: joined.last };
    }
    asked += ahead;
    from += ahead * stride;
  }
}

/** Somebody who makes keys moves the others on, but not a whole page of them to where the next one was asked for. */
function refuseRepeat<Row>(page: ListPage<Row>, first: ListPage<Row>): void {
  if (page.rows.length < fewestRepeated || !isDeepStrictEqual(page.rows, first.rows)) return;
  throw new InconsistentListError("it answers every offset with the same page", "surely");
}

function saysItIsLast<Row>({ offset, rows, claim }: ListPage<Row>): boolean {
  return claim !== undefined && rows.length < claim.limit && offset + rows.length === claim.total;
}

/**
 * Joins a page that does not show the last row, by a bridge. An empty one only needs the last row to show once more. Where
 * an earlier page came short, rows that were dropped may fill the bridge as well: then the page follows unjoined.
 * @returns whether it was joined
 */
async function join<Row>(
  joined: JoinedRows<Row>,
  page: ListPage<Row>,
  source: ListSource<Row>,
  read: ReadListPage<Row>,
): Promise<boolean> {
  const cameShort = joined.last.rows.length < source.pageSize();
  const bridge = await read(Math.max(0, page.offset - Math.floor(source.pageSize() / 2)));
  if (joined.follow(bridge) && (page.rows.length === 0 || joined.follow(page))) return true;
  if (!cameShort) throw new InconsistentListError("two of its pages do not join");
  joined.append(page);
  return false;
}

interface ShortList<Row> {
  /** The look past it, where nothing follows. */
  readonly end: ListPage<Row> | undefined;
  readonly isRagged: boolean;
  readonly reach: number;
  readonly from: number;
}

/**
 * Most lists are one page: it is asked for once more from its last row on, and at the same time looked past. Where more rows
 * show, the list is read on from there.
 */
async function readShortList<Row>(
  joined: JoinedRows<Row>,
  source: ListSource<Row>,
  read: ReadListPage<Row>,
): Promise<ShortList<Row>> {
  const from = source.pageSize() - 1;
  const looking = read(from + source.documentedPageSize - 1);
  // Where it turns out not to be needed it must not count as unhandled; awaited, it still throws.
  looking.catch(() => undefined);
  const first = joined.last;
  const count = joined.rows.length;
  const again = await read(from);
  const isJoined = joined.follow(again);
  if (joined.rows.length > count) {
    const isRagged = first.rows.length < source.pageSize();
    return { end: undefined, isRagged, reach: 0, from };
  }
  refuseRepeat(again, first);
  if (!isJoined) return { end: undefined, isRagged: false, reach: 0, from: 0 };
  const look = await looking;
  refuseRepeat(look, first);
  const end = look.rows.length === 0 ? look : undefined;
  return { end, isRagged: false, reach: look.offset, from };
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
    throw new InconsistentListError("its first page shows one row, and the next does not join");
  return behind;
}
