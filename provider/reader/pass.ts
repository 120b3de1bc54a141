import type { KeyAssignment } from "../contract";
import { Chain } from "./chain";
import { inOrder } from "./in-order";
import { Doubt, indexOfRow, type Page, type PageSource, type ReadPage } from "./page";
import { laterOffsets, measureWindow, windowsFor } from "./window";

/*
 * One pass over the list, and what is known after each response.
 *
 * Windows of `window` positions follow each other, overlapping by one: 0, 99, 198, … In a list at rest the one position
 * that two neighbours share, the seam, chains them (chain.ts). A deleted key can hide the seam: then a *bridge*, a window
 * laid across the joint, is asked to show both sides. Only a run of deleted keys about as long as a window cannot be
 * bridged, nor can one at the very start: the pass is then *unchained*, and the caller reads again until two agree.
 *
 * The end is the end when the last window reaches past the total, the service is known to serve that many positions, and,
 * if rows are missing, a look at the position after the total shows nothing. How many positions are served is known when
 * a page came full, when a seam showed (one row in two windows a stride apart), or by measuring it. Until it is known, no
 * row is given out: a service that quietly cuts the limit is then read anew with its real window.
 */

export type PassEnd =
  | { readonly kind: "whole"; readonly chain: Chain }
  /** The service serves at least this many positions per page, fewer than asked for. No row was given out. */
  | { readonly kind: "clamped"; readonly window: number };

/**
 * Reads the list once, in windows of that many positions. Gives out each row once, in the service's order.
 * @throws Doubt when the list changed in a way that leaves rows uncertain
 */
export async function* readPass(
  source: PageSource,
  window: number,
): AsyncGenerator<readonly KeyAssignment[], PassEnd> {
  const cancel = new AbortController();
  try {
    const readAny = source.open(cancel.signal);
    const first = await readAny(0, window);
    const { total } = first;
    source.checkPlan(total, windowsFor(total, window));
    const read: ReadPage = async (offset, limit) => {
      const page = await readAny(offset, limit);
      if (page.total !== total) throw new Doubt(`its total moved from ${total} to ${page.total}`);
      return page;
    };
    const readBridge = (to: Page): Promise<Page> =>
      read(Math.max(0, to.offset - Math.floor(window / 2)), window);

    const chain = new Chain(window, total);
    chain.start(first);

    let newest = Promise.resolve(first);
    /** A later page, and the bridge to it where it is already clear that one is needed: so bridges do not queue up. */
    const readJoint = async (offset: number): Promise<{ page: Page; bridge: Page | undefined }> => {
      const earlier = newest;
      newest = read(offset, window);
      const page = await newest;
      const seam = (await earlier).rows.at(-1);
      const hidden = seam !== undefined && indexOfRow(page, seam) < 0;
      return { page, bridge: hidden && chain.honoured ? await readBridge(page) : undefined };
    };

    for await (const joint of inOrder(laterOffsets(total, window), source.lookAhead, readJoint)) {
      const { page } = joint;
      if (!chain.follow(page)) {
        if (!chain.honoured && page.rows.length > 0) {
          const measured = await measureWindow(read, page);
          if (measured < window) return { kind: "clamped", window: measured };
          chain.confirmWindow();
        }
        const before = chain.last?.page;
        const bridge =
          before === undefined || !chain.honoured ? undefined : (joint.bridge ?? (await readBridge(page)));
        if (bridge === undefined || !crosses(chain, bridge, page)) chain.breakAt(page, [before, bridge]);
      }
      if (chain.honoured) yield chain.release();
    }

    if (chain.count < total) {
      if (!chain.honoured) {
        // Only the first page showed rows, if any did: reaching past the total is all it has to do.
        const measured = chain.last === undefined ? 1 : await measureWindow(read, chain.last.page);
        if (measured < Math.min(window, total)) return { kind: "clamped", window: measured };
      }
      const beyond = await read(total, window);
      if (beyond.rows.length > 0) throw new Doubt(`it has rows beyond its total of ${total}`);
    }
    yield chain.release();
    return { kind: "whole", chain };
  } finally {
    cancel.abort();
  }
}

/** Whether the bridge chains the page, or shows by itself that the list ends before the (then empty) page. */
function crosses(chain: Chain, bridge: Page, page: Page): boolean {
  if (!chain.follow(bridge)) return false;
  return chain.follow(page) || (page.rows.length === 0 && bridge.offset + bridge.limit > bridge.total);
}
