import { InconsistentListError } from "../listing/inconsistent-list";
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
    if (error instanceof BeyondTotalError && chain?.beganTooEarly(error.page) === true) throw beganTooEarly();
    throw error;
  } finally {
    cancel.abort();
  }
}

/** Offsets rounded down to a multiple of a page, for instance: then nothing tells where a page ends. */
function beganTooEarly(): InconsistentListError {
  return new InconsistentListError("its pages begin before the offsets asked for", "if it shows again");
}
