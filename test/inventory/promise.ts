import assert from "node:assert/strict";
import { GuardrailsError } from "../../provider/errors";
import type { Failure, Passes } from "./model-service";
import type { Played } from "./play";

/** What became of the promise. Anything else fails the test that asked. */
export type Verdict = "kept" | "refused" | "undetectable" | "forgotten";

/**
 * Holds a read to its promise: every key that stayed unchanged, in a workspace that stayed, is listed exactly once, and
 * every listed one was in a response of this read; or it is refused. An account at rest whose service gives two positions
 * per page or more is never refused, and always exact where no rows are dropped.
 */
export function judge(played: Played): Verdict {
  const { outcome, service, stayed } = played;
  const { changes, failures, history } = service;
  const failed = failures.length > 0;
  // Lists that are cut off, or of which pages begin too early, may be refused.
  const isHonest = history.cutOff === undefined && history.roundsTo === 1;
  const atRest = changes.length === 0 && !failed && isHonest;
  const clear =
    atRest && !history.countsPage && !history.keys.flat().includes(false) && history.keys.length > 0;
  const joinable = Math.min(history.keysPerPage, history.workspacesPerPage, history.workspaceLimit) > 1;
  const readable = atRest && joinable && !history.countsPage && history.keys.length > 0;
  if (outcome.kind === "refusal") {
    assert(
      !readable || seemsOfOnePosition(played, outcome.error),
      `an account at rest was refused: ${String(outcome.error)}`,
    );
    assert(outcome.error instanceof GuardrailsError, `not a GuardrailsError: ${String(outcome.error)}`);
    const { kind, message } = outcome.error;
    const noWorkspace = service.workspacePasses.at(-1)?.[0]?.rows.length === 0;
    const reasons = [
      "unsettled",
      ...(failed ? ["network", "http"] : []),
      // Rows went, so that a page behind them is one of the end.
      ...(history.end !== "empty page" && changes.length > 0 ? ["http"] : []),
      ...(noWorkspace ? ["malformed"] : []),
    ];
    assert(reasons.includes(kind), `refused without reason: ${message}`);
    return "refused";
  }
  assert(service.failures.every(wasNotNeeded), "an account was given although a request it needs failed");
  const { workspaces, keys } = outcome;
  assert.equal(
    new Set(workspaces.map(({ id }) => id)).size,
    workspaces.length,
    "a workspace is listed twice",
  );
  assert.equal(new Set(keys.map(({ hash }) => hash)).size, keys.length, "a key is listed twice");
  if (clear) assert.deepEqual(new Set(keys), new Set(stayed.keys), "an account at rest is not exact");
  const verdicts = [
    judgeList(workspaces, stayed.workspaces, service.workspacePasses, atRest),
    ...stayed.workspaces.map(({ id }) => {
      const ofIt = (key: { readonly workspaceId: string }): boolean => key.workspaceId === id;
      const passes = service.keyPasses.get(id) ?? [];
      return judgeList(keys.filter(ofIt), stayed.keys.filter(ofIt), passes, changes.length === 0);
    }),
  ];
  return verdicts.find((verdict) => verdict !== "kept") ?? "kept";
}

/**
 * The first page shows one row, the next one, longer than those around it, another, and these do not: pages of a single
 * position, which are refused, look the same.
 */
function seemsOfOnePosition({ service: { history, keyPasses } }: Played, error: unknown): boolean {
  return (
    new Set(history.longerBy).size > 1 &&
    /its first page shows one row/u.test(String(error)) &&
    [...keyPasses.values()].some((passes) => passes.at(-1)?.[0]?.rows.length === 1)
  );
}

/**
 * Whether the page was asked for ahead: its pass was given up, or the plan that it belonged to, so that it was asked for
 * again and answered, an earlier page of it has shown the end of the list, or, of the look past a first page, more rows
 * showed behind that one, so that the list was read on.
 */
function wasNotNeeded({ passes, pass, offset }: Failure): boolean {
  if (pass !== passes.at(-1)) return true;
  const first = pass[0]?.rows ?? [];
  if (pass.some((page) => page.offset === offset)) return true;
  return pass.some(
    (page) =>
      page.offset < offset &&
      (page.rows.length === 0 ||
        page.offset + page.rows.length === page.claim?.total ||
        (page.offset <= Math.max(1, first.length - 1) && page.rows.some((row) => !first.includes(row)))),
  );
}

function judgeList<Row>(
  rows: readonly Row[],
  stayed: readonly Row[],
  passes: Passes<Row>,
  isAtRest: boolean,
): Exclude<Verdict, "refused"> {
  const pages = passes.at(-1) ?? [];
  const seen = new Set(pages.flatMap((page) => page.rows));
  assert(
    rows.every((row) => seen.has(row)),
    "a listed row was in no response of the last pass",
  );
  const lost = stayed.filter((row) => !rows.includes(row));
  if (lost.length === 0) return "kept";
  // What the promise leaves out on purpose (pass.ts, "not detectable"), and only this: the lost rows stand behind all
  // listed ones, and rows were dropped from the page that ended with the last row, or from an empty one behind all others.
  assert(!lost.some((row) => seen.has(row)), `lost although an answer showed it: ${JSON.stringify(lost)}`);
  // Nor one that an earlier reading showed, unless rows moved meanwhile.
  const ever = new Set(passes.flatMap((pass) => pass.flatMap((page) => page.rows)));
  const isForgotten = lost.some((row) => ever.has(row));
  assert(!isForgotten || !isAtRest, `lost although a reading showed it: ${JSON.stringify(lost)}`);
  const behindAll = stayed.slice(stayed.length - lost.length).every((row) => lost.includes(row));
  const farthest = Math.max(0, ...pages.filter((page) => page.rows.length > 0).map(({ offset }) => offset));
  const deceived = pages.some(
    (page) =>
      page.dropped > 0 &&
      (page.rows.at(-1) === rows.at(-1) || (page.rows.length === 0 && page.offset >= farthest)),
  );
  assert(behindAll && deceived, `lost although it stayed: ${JSON.stringify(lost)}`);
  return isForgotten ? "forgotten" : "undetectable";
}
