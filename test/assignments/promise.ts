import assert from "node:assert/strict";
import type { KeyAssignment } from "../../provider/assignments/contract";
import { indexOfRow, type Page } from "../../provider/assignments/page";
import { GuardrailsError } from "../../provider/errors";
import type { Played } from "./play";

/** What became of the promise. Anything else fails the test that asked. */
export type Verdict = "kept" | "refused" | "undetectable" | "lost";

/**
 * Holds a read to what the reader promises of a list: every assignment that stayed is listed exactly once, and every
 * listed one was in a response of this read; or it is refused. A list at rest, honestly served, is never refused and
 * always exact.
 */
export function judge(played: Played): Verdict {
  const { outcome, service, stayed } = played;
  const { claim, cutOff } = service.history;
  const isHonest = claim.kind === "honest" && cutOff === undefined;
  const atRest = service.changes.length === 0 && isHonest && service.failedPass === undefined;
  if (outcome.kind === "refusal") {
    assert(!atRest, `a list at rest was refused: ${String(outcome.error)}`);
    assert(outcome.error instanceof GuardrailsError, `not a GuardrailsError: ${String(outcome.error)}`);
    const reasons = [
      "unsettled",
      ...(service.failedPass === undefined ? [] : ["network"]),
      ...(claim.kind === "fixed" ? ["too-large"] : []),
      ...(service.refusedOffsets > 0 ? ["http"] : []),
    ];
    assert(reasons.includes(outcome.error.kind), `refused without reason: ${outcome.error.message}`);
    return "refused";
  }
  const { rows } = outcome;
  const ids = new Set(rows.map(({ id }) => id));
  assert.equal(ids.size, rows.length, "a row is listed twice");
  assert(
    service.failedPass !== service.passes.at(-1),
    "a list was given although a request of its pass failed",
  );
  const seen = new Set(service.passes.flat().flatMap((page) => page.rows));
  assert(
    rows.every((row) => seen.has(row)),
    "a listed row was in no response",
  );
  assert(outcome.total === undefined || rows.length <= outcome.total, "more rows than the total");
  if (atRest) assert.deepEqual(rows, stayed, "a list at rest is not exact");
  const lost = stayed.filter(({ id }) => !ids.has(id));
  if (lost.length === 0) return "kept";
  return undetectable(played, rows, lost) ? "undetectable" : "lost";
}

/**
 * What the promise leaves out on purpose because nobody could detect it. Only this is excused:
 * - the total was false: the lost rows stand behind all listed ones, and where the total says the list ends, the reader
 *   looked further, and saw nothing, because just there stand rows of deleted keys or, where totals waver, rows moved up;
 * - deleted keys hide a joint of the pages in two passes that agree, and the lost rows lay hidden in it both times. All
 *   responses of both passes are then those of a list at rest that holds just the rows listed;
 * - the list is cut off at an offset, and all responses are those of such a list at rest.
 */
function undetectable(
  { service, stayed }: Played,
  rows: readonly KeyAssignment[],
  lost: readonly KeyAssignment[],
): boolean {
  const last = service.passes.at(-1) ?? [];
  const both = [...(service.passes.at(-2) ?? []), ...last];
  const { claim, cutOff } = service.history;
  if (cutOff !== undefined) return fitsOddPages(last, rows);
  const wavers = last.some(({ total }) => total !== last[0]?.total);
  const deceived =
    service.falseTotals > 0 &&
    (!wavers || claim.kind === "wild" || claim.kind === "stale") &&
    lookedPast(last, rows.length);
  const agreed = service.passes.length > 1 && fitsListAtRest(both, rows);
  return lost.every((row) => {
    const behindAll = !stayed.slice(stayed.indexOf(row)).some((other) => rows.includes(other));
    const hidden = jointsAround(row, stayed, rows).some((joint) => !shown(joint, both));
    return (deceived && behindAll) || (agreed && hidden);
  });
}

/** Whether no page shows more rows than its total leaves room for, and one looks beyond the highest of the totals. */
function lookedPast(pages: readonly Page[], count: number): boolean {
  const total = Math.max(...pages.map((page) => page.total));
  const credible = pages.every((page) => page.rows.length <= Math.max(0, page.total - page.offset));
  const reach = Math.max(...pages.map(({ offset, limit }) => offset + limit));
  return credible && (count < total ? pages.some(({ offset }) => offset === total) : reach > total);
}

/** Whether these rows can be laid out on the claimed positions so that a list at rest gives exactly these pages. */
function fitsListAtRest(pages: readonly Page[], rows: readonly KeyAssignment[]): boolean {
  const [first] = pages;
  if (first === undefined || pages.some(({ total }) => total !== first.total)) return false;
  const ids = pages.map((page) => new Set(page.rows.map(({ id }) => id)));
  // By id: a key may have been renamed between the two passes.
  const listed = new Set(rows.map(({ id }) => id));
  if (pages.some((page) => page.rows.some(({ id }) => !listed.has(id)))) return false;
  const limits = Array.from(
    { length: Math.max(...pages.map(({ limit }) => limit)) },
    (_, index) => index + 1,
  );
  return limits.some((served) => {
    // Each row goes to the first position, after the row before it, that shows it in just the pages that show it.
    let position = -1;
    for (const { id } of rows) {
      const fits = (at: number): boolean =>
        pages.every(
          ({ offset, limit }, page) =>
            ids[page]?.has(id) === (at >= offset && at < offset + Math.min(limit, served)),
        );
      do position += 1;
      while (position < first.total && !fits(position));
      if (position >= first.total) return false;
    }
    return true;
  });
}

/** Whether these rows can be laid out so that pages of half the limit or more, each as long as it likes, show just this. */
function fitsOddPages(pages: readonly Page[], rows: readonly KeyAssignment[]): boolean {
  const ids = pages.map((page) => new Set(page.rows.map(({ id }) => id)));
  const most = Math.max(...pages.map(({ offset, limit }) => offset + limit));
  let position = -1;
  return rows.every(({ id }) => {
    const fits = (at: number): boolean =>
      pages.every(({ offset, limit }, page) => {
        const reach = ids[page]?.has(id) === true ? limit : Math.ceil(limit / 2);
        return ids[page]?.has(id) === (at >= offset && at < offset + reach);
      });
    do position += 1;
    while (position < most && !fits(position));
    return position < most;
  });
}

/** Two rows listed one after the other; undefined stands for the start or the end of the list. */
type Joint = readonly [KeyAssignment | undefined, KeyAssignment | undefined];

/** The joints between the listed rows on both sides of a lost one: it must have stood in one of them. */
function jointsAround(
  row: KeyAssignment,
  stayed: readonly KeyAssignment[],
  rows: readonly KeyAssignment[],
): Joint[] {
  const at = stayed.indexOf(row);
  const before = stayed.slice(0, at).findLast((other) => rows.includes(other));
  const after = stayed.slice(at).find((other) => rows.includes(other));
  const from = before === undefined ? 0 : rows.indexOf(before) + 1;
  const to = after === undefined ? rows.length : rows.indexOf(after);
  return Array.from({ length: to - from + 1 }, (_, step) => [rows[from + step - 1], rows[from + step]]);
}

/** Whether one page shows both sides of a joint: then whatever stayed between them is in that page too. */
function shown([before, after]: Joint, pages: readonly Page[]): boolean {
  return pages.some(
    (page) =>
      (before === undefined ? page.offset === 0 : indexOfRow(page, before) >= 0) &&
      (after === undefined ? page.offset + page.limit > page.total : indexOfRow(page, after) >= 0),
  );
}
