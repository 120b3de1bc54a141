import { indexOfRow, type Page, type SeenRow } from "./page";

/** How far neighbouring windows are apart: they overlap by one position, the seam. A window of one cannot. */
export function strideOf(window: number): number {
  return Math.max(1, window - 1);
}

/** How many windows it takes to reach past position `total`. */
export function windowsFor(total: number, window: number): number {
  return Math.max(1, 1 + Math.ceil((total - window + 1) / strideOf(window)));
}

/** The offsets of windows from this one on, up to the first that reaches past the total, which may move. */
export function* offsetsFrom(from: number, stride: number, total: () => number): Generator<number> {
  for (let offset = from; offset < total(); offset += stride) yield offset;
}

/** The last of these offsets, as long as the total does not move. */
export function lastOf(from: number, stride: number, total: number): number {
  return from + stride * (Math.ceil((total - from) / stride) - 1);
}

/** From where the last row of an earlier page stands at the least; half way where that page showed nothing before it. */
export function bridgeBetween(earlier: number, lastAt: number, later: number): number {
  return lastAt > earlier ? lastAt : Math.ceil((lastAt + later) / 2);
}

/**
 * How many positions the service really serves per page: it may quietly cut the limit, and a short page does not tell,
 * because rows of deleted keys are dropped after the page is cut.
 *
 * A row at position p shows in windows that start from p - w + 1 to p. The highest and the lowest offset that show the
 * last row of a page are found by bisection (at most 14 requests), and their distance gives w. Where the lowest would lie
 * before the start of the list, that is no more than a lower bound: then undefined.
 */
export async function measureWindow(
  read: (offset: number) => Promise<Page>,
  { row, page }: SeenRow,
): Promise<number | undefined> {
  const shows = async (offset: number): Promise<boolean> => indexOfRow(await read(offset), row) >= 0;
  const first = page.offset + page.rows.length - 1;
  const last = Math.max(first, Math.min(page.offset + page.limit, page.total) - 1);
  const highest = await furthest(first, last, shows);
  const lowest = -(await furthest(-page.offset, -Math.max(0, highest - page.limit + 1), (offset) =>
    shows(-offset),
  ));
  return lowest === 0 ? undefined : highest - lowest + 1;
}

/** The largest number from `from` (known to hold) to `to` for which `holds`, where holding once lost does not come back. */
async function furthest(from: number, to: number, holds: (at: number) => Promise<boolean>): Promise<number> {
  let known = from;
  let end = to;
  while (known < end) {
    const middle = Math.ceil((known + end) / 2);
    if (await holds(middle)) known = middle;
    else end = middle - 1;
  }
  return known;
}
