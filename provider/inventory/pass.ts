import { counted } from "../counted";
import { InconsistentListError } from "../listing/inconsistent-list";
import { type ListPage, type ListSource, type ReadListPage, saysItIsLast } from "./list";
import { PageJoiner } from "./page-joiner";
import { readLongList } from "./read-long-list";
import { readShortList } from "./read-short-list";
import type { Search, ShownRows } from "./shown-rows";

/*
 * One pass over a list without a total. The page size is not known either. Pages are asked for so that, in a list at rest,
 * each shows the last row of the one before, the *seam*, which joins them (page-chain.ts, page-joiner.ts), as far apart
 * as what they showed allows (page-distance.ts).
 *
 * The end is a page from the last row on that shows nothing else, and, since rows dropped there would hide what follows, an
 * empty page further on; where rows are dropped, or pages are shorter than documented, no position of a documented page
 * behind the last row is left out.
 *
 * A page that came short although more rows follow tells that rows are dropped, that pages are cut shorter, or that rows
 * came at that moment: the pass is then *ragged*, and the caller reads again until two agree. Not detectable: rows behind a
 * run of dropped ones that the look past them lies in, be it that their run is so long, be it that rows shift at that
 * moment.
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

/** Rows fewer than this share of a page are no page's worth: a first page that claims no more is believed. */
const smallestPage = 0.25;

/**
 * Reads the list once.
 * @param shown what passes before it showed, and what it shows itself
 * @throws InconsistentListError when the list changed, or seems to have, in a way that leaves rows uncertain
 */
export async function readPass<Row>(
  source: ListSource<Row>,
  shown: ShownRows<Row>,
  search: Search,
): Promise<Pass<Row>> {
  const cancel = new AbortController();
  try {
    const read = shown.noting(source.open(cancel.signal));
    const pages = new PageJoiner(source, read, await read(0));
    let end = await readToEnd(source, read, pages, search);
    while (!saysItIsLast(end)) {
      const reach = await pages.confirmLast();
      if (reach === undefined) break;
      pages.isRagged = true;
      end = await readLongList(source, read, pages, reach);
    }
    const { rows } = pages.chain;
    if (search.kind === "closely") await shown.forgetDeleted(rows, read);
    shown.refuseUnlisted(rows);
    const total = end.claim?.total ?? rows.length;
    if (total !== rows.length)
      throw new InconsistentListError(
        `it shows ${counted(rows.length, "row")} and claims ${total}`,
        "if it shows again",
        pages.chain.identities,
      );
    return { rows, isRagged: pages.isRagged };
  } finally {
    cancel.abort();
  }
}

/** @returns the response that showed the end */
async function readToEnd<Row>(
  source: ListSource<Row>,
  read: ReadListPage<Row>,
  pages: PageJoiner<Row>,
  search: Search,
): Promise<ListPage<Row>> {
  if (search.kind === "closely") {
    pages.lookClosely();
    return readLongList(source, read, pages, search.reach);
  }
  const first = pages.chain.last;
  const { documentedPageSize } = source;
  if (saysItIsLast(first) && first.rows.length <= documentedPageSize * smallestPage) return first;
  // Of pages of one position none shows the last row of another.
  return source.pageSize() < Math.max(2, documentedPageSize)
    ? readShortList(source, read, pages)
    : readLongList(source, read, pages);
}
