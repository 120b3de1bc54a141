import { InconsistentListError } from "../listing/inconsistent-list";
import { BeyondTotalError, withinTotal } from "./beyond-total";
import { Chain } from "./chain";
import type { KeyAssignment } from "./contract";
import { readEnd } from "./list-end";
import type { PageSource } from "./page";
import { PassPages, shownAgain } from "./pass-pages";
import { Plan } from "./plan";
import { windowsFor } from "./window";

/**
 * Reads the list once: windows that overlap by one position, each joined to the rows before it, and the end
 * (docs/how-it-reads.md). Gives out each row once, in the service's order.
 * @throws InconsistentListError when the list changed in a way that leaves rows uncertain
 */
export async function* readPass(
  source: PageSource,
  limit: number,
): AsyncGenerator<readonly KeyAssignment[], Chain> {
  const cancel = new AbortController();
  let chain: Chain | undefined;
  try {
    const ask = source.open(cancel.signal);
    const first = withinTotal(await ask(0, limit));
    source.checkPlan(first.total, windowsFor(first.total, limit) - 1);
    chain = new Chain(limit, first);
    const pages = new PassPages(chain, ask, source.lookAhead);
    const plan = new Plan(chain, pages);
    yield* plan.readPages();
    await readEnd(chain, pages, (page) => plan.join(page));
    await pages.endLooks();
    yield chain.release();
    chain.check();
    return chain;
  } catch (error) {
    throw error instanceof BeyondTotalError && chain !== undefined ? reasonOf(error, chain) : error;
  } finally {
    cancel.abort();
  }
}

/** Why a page does not fit the total, where its rows tell. */
function reasonOf(error: BeyondTotalError, chain: Chain): InconsistentListError {
  if (chain.isAgain(error.page)) return shownAgain("surely");
  // Offsets rounded down to a multiple of a page, for instance: then nothing tells where a page ends.
  return chain.beganTooEarly(error.page)
    ? new InconsistentListError("its pages begin before the offsets asked for", "if it shows again")
    : error;
}
