import assert from "node:assert/strict";
import type { Page, PageSource } from "../../provider/assignments/page";
import { readAll, readStream } from "../../provider/assignments/read";
import { GuardrailsError } from "../../provider/errors";
import { type Change, rowOf } from "./account";
import { type History, quiet } from "./history";
import { ModelService } from "./model-service";
import { type Played, play } from "./play";
import { judge } from "./promise";

/** The same change before each of these pages. */
const each = (pages: readonly number[], change: Change): History["changes"] =>
  pages.map((before) => ({ before, change }));
const shown = (count: number): boolean[] => new Array<boolean>(count).fill(true);
const pages = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, at) => from + at);

function refusalOf({ outcome }: Played): GuardrailsError {
  assert(outcome.kind === "refusal" && outcome.error instanceof GuardrailsError);
  return outcome.error;
}

describe("reading a list that changes", () => {
  it("keeps every row that stayed when rows shift at each page", async () => {
    const changes = each(pages(1, 12), { kind: "swap", place: 0, removed: 60 });
    const played = await play(quiet(shown(40), { window: 8, order: "newest-first", changes }));
    assert.equal(judge(played), "kept");
  });

  it("reads again when the total moves", async () => {
    const changes = each([1], { kind: "insert", place: 0 });
    const played = await play(quiet(shown(20), { window: 8, changes, lookAhead: 1 }));
    assert.equal(judge(played), "kept");
    assert.equal(played.service.passes.length, 2);
  });

  it("refuses a list whose total moves in six passes, and says so", async () => {
    const changes = each(pages(1, 60), { kind: "insert", place: 0 });
    const played = await play(quiet(shown(20), { window: 8, changes }));
    const { kind, message } = refusalOf(played);
    assert.equal(kind, "unsettled");
    assert.match(message, /after 6 readings, because its total moved from \d+ to \d+/u);
    assert.match(message, /Run it again when nobody changes assignments/u);
    assert.equal(played.service.passes.length, 6);
  });

  it("refuses a key that shows two assignments in every pass", async () => {
    // A reassignment moves the key's row to the end between two pages: both its old and its new row are seen.
    const rows = [...shown(30), ...new Array<boolean>(12).fill(false)];
    const changes = each(pages(1, 200), { kind: "reassign", place: 0 });
    const played = await play(quiet(rows, { window: 8, changes, lookAhead: 1 }));
    assert.match(refusalOf(played).message, /because a key shows two assignments/u);
  });

  it("refuses when deleted keys hide a joint and the list differs from pass to pass", async () => {
    const rows = [...shown(10), ...new Array<boolean>(20).fill(false), ...shown(10)];
    const changes = each(pages(1, 200), { kind: "swap", place: 0, removed: 2 });
    const played = await play(quiet(rows, { window: 8, order: "newest-first", changes }));
    assert.match(refusalOf(played).message, /deleted keys hide where its pages join/u);
  });

  it("counts only readings in a row as agreeing, and only with the same total", async () => {
    const rows = [...shown(10), ...new Array<boolean>(20).fill(false), ...shown(10)];
    const unmoved = await play(quiet(rows, { window: 8 }));
    assert.equal(unmoved.service.passes.length, 2);
    const perPass = unmoved.service.requests / 2;

    const fewerOrphans = each([perPass], { kind: "remove", place: 12 });
    const otherTotal = await play(quiet(rows, { window: 8, changes: fewerOrphans }));
    assert.equal(otherTotal.service.passes.length, 3);
    const { outcome } = await play(quiet(rows, { window: 8, changes: fewerOrphans }), "readStream");
    assert.equal(outcome.kind, "refusal");

    const gone = [
      ...each([perPass + 2], { kind: "insert", place: 0 }),
      ...each([perPass + 3], { kind: "remove", place: 40 }),
    ];
    const interrupted = await play(quiet(rows, { window: 8, changes: gone, lookAhead: 1 }));
    assert.equal(judge(interrupted), "kept");
    assert.equal(interrupted.service.passes.length, 4);
  });

  it("takes two readings as agreeing although a key was renamed between them", async () => {
    const rows = [...shown(10), ...new Array<boolean>(20).fill(false), ...shown(10)];
    const perPass = (await play(quiet(rows, { window: 8 }))).service.requests / 2;
    const played = await play(
      quiet(rows, { window: 8, changes: each([perPass], { kind: "rename", place: 0 }) }),
    );
    assert.equal(judge(played), "kept");
    assert.equal(played.service.passes.length, 2);
    assert(played.outcome.kind === "list");
    assert.match(played.outcome.rows[0]?.keyName ?? "", /renamed$/u);
  });

  it("takes two readings as agreeing although the rows stand elsewhere on the pages", async () => {
    const rows = [...shown(10), ...new Array<boolean>(20).fill(false), ...shown(10)];
    const perPass = (await play(quiet(rows, { window: 8 }))).service.requests / 2;
    // A row is made and one of a deleted key goes; then the new row's key is deleted as well.
    const changes = [
      ...each([perPass], { kind: "swap", place: 4, removed: 15 }),
      ...each([perPass], { kind: "delete-key", place: 4 }),
    ];
    const played = await play(quiet(rows, { window: 8, order: "by-another-column", changes }));
    assert.equal(judge(played), "kept");
    assert.equal(played.service.passes.length, 2);
  });

  it("refuses a total that lies low, when the look past it shows rows", async () => {
    const rows = [...shown(6), false, false, ...shown(12)];
    const played = await play(quiet(rows, { window: 8, claim: { kind: "fixed", total: 7 } }));
    assert.match(refusalOf(played).message, /it has rows beyond its total of 7/u);
  });

  it("refuses a total that lies low by as many rows as are missing before it", async () => {
    // The pages show 9 rows, as many as claimed, but some of them stand beyond the ninth position.
    const rows = [...shown(6), false, false, false, ...shown(3), false, false, false, ...shown(4)];
    const played = await play(quiet(rows, { window: 8, claim: { kind: "fixed", total: 9 } }));
    assert.match(refusalOf(played).message, /it has rows beyond its total of 9/u);
  });

  it("gives the list of a total that lies high", async () => {
    const played = await play(quiet(shown(20), { window: 8, claim: { kind: "fixed", total: 40 } }));
    assert.equal(judge(played), "kept");
  });

  it("plans no read of a total beyond all limits", async () => {
    const played = await play(quiet(shown(20), { claim: { kind: "fixed", total: 1e12 } }));
    assert.equal(refusalOf(played).kind, "too-large");
    assert.equal(played.service.requests, 1);
  });

  it("ends with the fault of a page, and with the pages still under way", async () => {
    const played = await play(quiet(shown(80), { window: 8, fault: 3 }));
    assert.equal(refusalOf(played).kind, "network");
    assert.equal(played.service.waiting, 0);
    assert(played.service.signals.every((signal) => signal.aborted));
  });
});

describe("a service that contradicts itself", () => {
  /** Pages by their offset, of a service that claims twelve positions; all others are empty. */
  const claimingTwelve = (pages: Readonly<Record<number, Page["rows"]>>): PageSource => ({
    open: () => async (offset, limit) => ({ offset, limit, total: 12, rows: pages[offset] ?? [] }),
    checkPlan: () => undefined,
    lookAhead: 4,
  });
  const firstPage = [0, 1, 2, 3].map((number) => rowOf(number));

  it("is refused when it shows a row twice, far apart", async () => {
    const source = claimingTwelve({ 0: firstPage, 9: [rowOf(0, 12)] });
    await assert.rejects(readAll(source, 4), { kind: "unsettled", message: /because a row shows twice\./u });
  });

  it("is refused when its pages show more rows than it claims, none of them twice", async () => {
    const fresh = (from: number, count: number) => Array.from({ length: count }, (_, at) => rowOf(from + at));
    const source = claimingTwelve({ 0: firstPage, 3: fresh(4, 4), 6: fresh(8, 4), 9: fresh(12, 3) });
    await assert.rejects(readAll(source, 4), {
      kind: "unsettled",
      message: /because it shows more rows than its total of 12\./u,
    });
  });

  it("is refused when it serves fewer rows per page at each reading", async () => {
    const shrinking = (): ModelService => {
      const history = quiet(shown(60), { window: 16 });
      const service: ModelService = new ModelService({
        ...history,
        get clamp() {
          return 16 - service.passes.length;
        },
      });
      return service;
    };
    const unsettled = {
      kind: "unsettled",
      message: /after 6 readings, because the number of rows it serves per page keeps changing\./u,
    };
    const forAll = shrinking();
    await assert.rejects(forAll.serve(readAll(forAll, 16)), unsettled);
    assert.equal(forAll.passes.length, 6);
    const forStream = shrinking();
    await assert.rejects(forStream.serve(readStream(forStream, 16).next()), unsettled);
    assert.equal(forStream.passes.length, 6);
  });
});

describe("histories that once lost a row that stayed", () => {
  it("keeps rows behind deleted keys which a bridge shows but cannot join", async () => {
    const rows = [...shown(3), ...new Array<boolean>(6).fill(false), ...shown(9)];
    assert.equal(judge(await play(quiet(rows, { window: 8 }))), "kept");
  });

  it("keeps both rows of a service that gives one position per page", async () => {
    assert.equal(judge(await play(quiet(shown(2), { window: 3, clamp: 1 }))), "kept");
  });

  it("keeps the last rows of a clamped service when a shift feigns a seam", async () => {
    const rows = [false, true, true, true, true, true, false, true, true, true, true, true];
    const changes = each([1, 1, 1], { kind: "swap", place: 17, removed: 51 });
    const history = quiet(rows, { window: 7, clamp: 4, order: "newest-first", changes, lookAhead: 1 });
    assert.equal(judge(await play(history)), "kept");
  });
});
