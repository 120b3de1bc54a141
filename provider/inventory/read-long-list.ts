import { inOrder } from "../listing/in-order";
import { type ListPage, type ListSource, type ReadListPage, saysItIsLast } from "./list";
import type { PageJoiner } from "./page-joiner";

/** Pages asked for at once behind the first: the second, and the look past it. */
const firstAhead = 2;
/** At most half as many again as are read: what turns out to lie past the end stays a third of all. */
const aheadOfMany = 1 / 2;
/** Where rows are dropped, pages are many for what they show, and are read twice. */
const aheadWhereDropped = 1 / 8;

/**
 * Reads a list of several pages to its end.
 * @param reach a page there showed rows: no empty one before it is the end
 * @returns the response that showed the end
 */
export async function readLongList<Row>(
  source: ListSource<Row>,
  read: ReadListPage<Row>,
  pages: PageJoiner<Row>,
  reach = 0,
): Promise<ListPage<Row>> {
  const { chain, distance } = pages;
  let farthest = reach;
  let from = chain.last.offset;
  for (let asked = 1; ; ) {
    const { stride, isSparse } = distance;
    const share = isSparse ? aheadWhereDropped : aheadOfMany;
    const ahead = Math.min(source.lookAhead, Math.max(firstAhead, Math.ceil(asked * share)));
    const begin = from;
    const offsets = Array.from({ length: ahead }, (_, index) => begin + (index + 1) * stride);
    from += ahead * stride;
    for await (const page of inOrder(offsets, ahead, read)) {
      asked += 1;
      const count = chain.rows.length;
      const { cameShort } = pages;
      await pages.take(page);
      if (cameShort && chain.rows.length > count) pages.isRagged = true;
      if (isBehindAll(page, count, pages)) {
        const further = page.offset > farthest ? await lookFurther(source, read, pages) : undefined;
        if (page.offset > farthest && further === undefined) return page;
        pages.isRagged = true;
        farthest = Math.max(farthest, further ?? 0);
      }
      if (saysItIsLast(chain.last) && pages.cameShort) return chain.last;
      if (distance.isSparse === isSparse && distance.stride >= stride) continue;
      // The pages of this plan lie too far apart, or too close together.
      from = chain.last.offset;
      break;
    }
  }
}

function isBehindAll<Row>(page: ListPage<Row>, count: number, { chain }: PageJoiner<Row>): boolean {
  return page.rows.length === 0 && chain.rows.length === count && chain.lastAt < page.offset;
}

/**
 * Where no page was as long as documented, or rows are dropped, a run of dropped ones may fill an empty page: a documented
 * page behind the last row is looked at without a gap.
 * @returns where rows showed
 */
async function lookFurther<Row>(
  source: ListSource<Row>,
  read: ReadListPage<Row>,
  pages: PageJoiner<Row>,
): Promise<number | undefined> {
  const { chain, distance } = pages;
  const { documentedPageSize } = source;
  if (source.pageSize() >= documentedPageSize && !distance.isSparse) return undefined;
  const last = (): number => (distance.isSparse ? chain.last.offset + documentedPageSize - 1 : chain.lastAt);
  while (pages.cover < last() + documentedPageSize - 1) {
    const page = await read(pages.cover);
    await pages.refuseFar(page);
    if (page.rows.length > 0) {
      distance.rowsAreDropped();
      return page.offset;
    }
    pages.lookedAt(page);
  }
  return undefined;
}
