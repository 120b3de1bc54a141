import assert from "node:assert/strict";
import type { PageLength } from "./history";
import type { Played } from "./play";
import type { Verdict } from "./promise";

const classes: Readonly<Record<string, (played: Played, verdict: Verdict) => boolean>> = {
  "an orphan": ({ service: { history } }) => history.rows.includes(false),
  "a run of orphans as long as a window": ({ service: { history } }) =>
    history.rows.some(
      (_, at) =>
        history.rows.slice(at, at + history.window).every((row) => !row) &&
        at + history.window <= history.rows.length,
    ),
  "only orphans": ({ service: { history } }) => history.rows.length > 0 && !history.rows.includes(true),
  "an orphan at the end": ({ service: { history } }) => history.rows.at(-1) === false,
  "a hidden seam": ({ service: { history } }) =>
    history.rows.some((row, at) => !row && at > 0 && at % Math.max(1, history.window - 1) === 0),
  "a clamp that cuts pages": ({ service: { history } }) =>
    history.clamp < Math.min(history.window, history.rows.length),
  "pages longer than asked for": ({ service: { history } }) =>
    history.ignoresLimit && history.rows.length > history.window,
  "a run of orphans within a page longer than asked for": ({ service: { history } }) =>
    history.ignoresLimit &&
    history.rows.some(
      (_, at) =>
        at + history.window < history.rows.length &&
        !history.rows.slice(at, at + history.window).includes(true),
    ),
  "newest first": ({ service: { history } }) => history.order === "newest-first",
  "another order": ({ service: { history } }) => history.order === "by-another-column",
  "an insert": ({ service: { changes } }) => changes.some(({ kind }) => kind === "insert"),
  "a removal": ({ service: { changes } }) => changes.some(({ kind }) => kind === "remove"),
  "a deleted key": ({ service: { changes } }) => changes.some(({ kind }) => kind === "delete-key"),
  "a renamed key": ({ service: { changes } }) => changes.some(({ kind }) => kind === "rename"),
  "a reassignment": ({ service: { changes } }) => changes.some(({ kind }) => kind === "reassign"),
  "a swap": ({ service: { changes } }) => changes.some(({ kind }) => kind === "swap"),
  "an old total": ({ service }) => service.falseTotals > 0 && service.history.claim.kind === "stale",
  "an invented total": ({ service }) => service.falseTotals > 0 && service.history.claim.kind === "fixed",
  "a total that wavers": ({ service }) => service.falseTotals > 0 && service.history.claim.kind === "wild",
  "pages cut in turn": (played) => hasUnequalPages(played, "turn"),
  "pages cut by their offset": (played) => hasUnequalPages(played, "offset"),
  "pages cut by how many wait": (played) => hasUnequalPages(played, "load"),
  "pages cut by their size": (played) => hasUnequalPages(played, "bytes"),
  "a list that is cut off": ({ service: { history } }) =>
    history.cutOff !== undefined && history.rows.length > history.cutOff + history.window,
  "an end answered 400": ({ service }) => service.refusedOffsets > 0 && service.history.end === 400,
  "an end answered 404": ({ service }) => service.refusedOffsets > 0 && service.history.end === 404,
  "an end answered 416": ({ service }) => service.refusedOffsets > 0 && service.history.end === 416,
  "an old answer of a cache": ({ service }) => service.staleAnswers > 0 && service.history.age.by === "url",
  "an old answer of a replica": ({ service }) =>
    service.staleAnswers > 0 && service.history.age.by === "turn",
  "a total of a page": ({ service }) => service.falseTotals > 0 && service.history.claim.kind === "page",
  "a total of living rows": ({ service }) =>
    service.falseTotals > 0 && service.history.claim.kind === "living",
  "a request that failed": ({ service }) => service.failedPass !== undefined,
  "pages cut out of order": ({ service }) => service.outOfOrder,
  "several pages at once": ({ service }) => service.maxWaiting > 1,
  "a row that stayed while others changed": ({ service, stayed }) =>
    service.changes.length > 0 && stayed.length > 0,
  "a list, although it changed": ({ service, outcome }) =>
    outcome.kind === "list" && service.changes.length > 0,
  "a list from one pass": ({ service, outcome }) => outcome.kind === "list" && service.passes.length === 1,
  "a list from several passes": ({ service, outcome }) =>
    outcome.kind === "list" && service.passes.length > 1,
  "a refusal": ({ outcome }) => outcome.kind === "refusal",
  "a loss that a false total hides": ({ service }, verdict) =>
    verdict === "undetectable" && service.falseTotals > 0,
  "a loss that two readings hide": ({ service }, verdict) =>
    verdict === "undetectable" && service.falseTotals === 0 && service.history.cutOff === undefined,
  "a loss that a list at rest could have": ({ service }, verdict) =>
    verdict === "undetectable" && service.history.cutOff !== undefined,
};

function hasUnequalPages({ service: { history } }: Played, by: PageLength["by"]): boolean {
  const { length } = history;
  return length.by === by && new Set(length.by === "bytes" ? length.sizes : length.spans).size > 1;
}

/** How many of the histories played held what: a generator that grew tame would show here, and fails. */
export class Coverage {
  readonly #counts = new Map<string, number>(Object.keys(classes).map((name) => [name, 0]));
  #histories = 0;

  record(played: Played, verdict: Verdict): void {
    this.#histories += 1;
    for (const [name, holds] of Object.entries(classes)) {
      if (holds(played, verdict)) this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
    }
  }

  get histories(): number {
    return this.#histories;
  }

  /** Per thousand histories. */
  share(name: string): number {
    const count = this.#counts.get(name);
    assert(count !== undefined, `no class is called ${name}`);
    return (1_000 * count) / this.#histories;
  }

  toString(): string {
    return [...this.#counts].map(([name, count]) => `${String(count).padStart(8)}  ${name}`).join("\n");
  }
}
