import { BeyondTotalError, withinTotal } from "./beyond-total";
import { Chain } from "./chain";
import type { KeyAssignment } from "./contract";
import { readEnd } from "./list-end";
import type { PageSource } from "./page";
import { PassPages } from "./pass-pages";
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
  let pages: PassPages | undefined;
  try {
    const ask = source.open(cancel.signal);
    const first = withinTotal(await ask(0, limit));
    source.checkPlan(first.total, windowsFor(first.total, limit) - 1);
    const chain = new Chain(limit, first);
    pages = new PassPages(chain, ask, source.lookAhead, (pause) => source.rest(pause));
    const plan = new Plan(chain, pages);
    yield* plan.readPages();
    await readEnd(chain, pages, (page) => plan.join(page));
    await pages.endLooks();
    yield chain.release();
    chain.check();
    return chain;
  } catch (error) {
    throw error instanceof BeyondTotalError && pages !== undefined ? await pages.reasonOf(error) : error;
  } finally {
    cancel.abort();
  }
}
