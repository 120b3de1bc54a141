import { InconsistentListError } from "../listing/inconsistent-list";
import type { ListPage, ListSource, ReadListPage } from "./list";
import { halfOf } from "./page-distance";
import type { PageJoiner } from "./page-joiner";
import { readLongList } from "./read-long-list";

/**
 * Most lists are one page, or what is left of one: it is asked for once more from its last row on, and at the same time
 * looked past, so that half a documented page at a time is looked at for a whole one behind the last row. Where more rows
 * show, the list is read on.
 * @returns the response that showed the end
 */
export async function readShortList<Row>(
  source: ListSource<Row>,
  read: ReadListPage<Row>,
  pages: PageJoiner<Row>,
): Promise<ListPage<Row>> {
  const { chain } = pages;
  const whole = source.documentedPageSize;
  const half = halfOf(whole);
  const count = chain.rows.length;
  if (count === 0) return lookPast(source, read, pages, asked([half, whole], read));
  // From a single row on, the page is the first one again, unless it begins at the next position.
  const from = Math.max(1, chain.lastAt);
  // A single row is no seam: behind the page from the next position on, no position may be left out either.
  const near = count === 1 ? from + half : from + half - 1;
  const far = from + whole - 1;
  const looks = asked(count === 1 ? [near] : [near, far], read);
  const again = await read(from);
  if (count === 1) {
    if (!pages.follow(again)) return readFirstAlone(source, read, pages, again, looks);
    looks.push(...asked([far], read));
  }
  await pages.take(again);
  if (chain.rows.length === count) return lookPast(source, read, pages, looks);
  pages.isRagged ||= count < source.pageSize();
  return readLongList(source, read, pages);
}

/** Where a look turns out not to be needed it must not count as unhandled; awaited, it still throws. */
function asked<Row>(offsets: readonly number[], read: ReadListPage<Row>): Promise<ListPage<Row>>[] {
  return offsets.map((offset) => {
    const look = read(offset);
    look.catch(() => undefined);
    return look;
  });
}

async function lookPast<Row>(
  source: ListSource<Row>,
  read: ReadListPage<Row>,
  pages: PageJoiner<Row>,
  looks: readonly Promise<ListPage<Row>>[],
): Promise<ListPage<Row>> {
  const { chain } = pages;
  const count = chain.rows.length;
  const shown = await Promise.all(looks);
  for (const page of shown) await pages.refuseFar(page);
  const behind = shown.findLast(({ rows }) => rows.length > 0);
  if (behind !== undefined) return readBehindDropped(source, read, pages, behind.offset);
  for (const page of shown) await pages.take(page);
  if (chain.rows.length > count) return readLongList(source, read, pages);
  return shown.at(-1) ?? chain.last;
}

/**
 * One row at the first position, behind which the next page shows it no more. Where that shows nothing, and after it the
 * row is still there, alone, nothing stood behind it at that moment. Where it shows others, they must stand farther on than
 * the first page is assumed to span, or pages of one position cannot be told from it.
 */
async function readFirstAlone<Row>(
  source: ListSource<Row>,
  read: ReadListPage<Row>,
  pages: PageJoiner<Row>,
  next: ListPage<Row>,
  looks: readonly Promise<ListPage<Row>>[],
): Promise<ListPage<Row>> {
  const whole = source.documentedPageSize;
  const [look = next] = await Promise.all(looks);
  const [follower] = next.rows;
  const isIn = ({ rows }: ListPage<Row>): boolean =>
    follower === undefined || rows.some((row) => source.identify(row) === source.identify(follower));
  if (follower === undefined && look.rows.length === 0) {
    pages.lookedAt(look);
    const isStillAlone = pages.follow(await read(0)) && pages.chain.rows.length === 1;
    if (isStillAlone) return look;
  } else if (isIn(look) || isIn(await read(halfOf(whole))) || isIn(await read(whole))) {
    return readBehindDropped(source, read, pages, look.offset);
  }
  throw cannotJoin(source, [...pages.chain.rows, ...next.rows]);
}

function cannotJoin<Row>({ identify }: ListSource<Row>, rows: readonly Row[]): InconsistentListError {
  return new InconsistentListError(
    "its first page shows one row, and the next does not join",
    "if it shows again",
    rows.map(identify).join(),
  );
}

/** Rows show behind what looked like the end. */
function readBehindDropped<Row>(
  source: ListSource<Row>,
  read: ReadListPage<Row>,
  pages: PageJoiner<Row>,
  reach: number,
): Promise<ListPage<Row>> {
  if (source.documentedPageSize === 1) throw cannotJoin(source, pages.chain.rows);
  pages.distance.rowsAreDropped();
  pages.isRagged = true;
  return readLongList(source, read, pages, reach);
}
