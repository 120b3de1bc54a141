import assert from "node:assert/strict";
import { endOfPages, type Page, type PageSource } from "../../provider/assignments/page";
import { readAll } from "../../provider/assignments/read";
import { GuardrailsError } from "../../provider/errors";
import { endingEmpty } from "../../provider/listing/ending-empty";
import { type Change, rowOf } from "./account";
import { type History, orphans, quiet, shown } from "./history";
import { ModelService } from "./model-service";
import { type Played, play } from "./play";
import { judge } from "./promise";

/** The same change before each of these pages. */
const each = (pages: readonly number[], change: Change): History["changes"] =>
  pages.map((before) => ({ before, change }));
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

  it("needs no second pass when the total moves while all pages are chained", async () => {
    const changes = each([1], { kind: "insert", place: 0 });
    const played = await play(quiet(shown(20), { window: 8, changes, lookAhead: 1 }));
    assert.equal(judge(played), "kept");
    assert.equal(played.service.passes.length, 1);
    assert.equal(played.outcome.kind === "list" ? played.outcome.rows.length : 0, 21);
  });

  it("reads a list that somebody adds a row to at every second page", async () => {
    const changes = each([1, 3, 5, 7, 9, 11], { kind: "insert", place: 0 });
    for (const order of ["newest-first", "newest-last"] as const) {
      const played = await play(quiet(shown(40), { window: 8, order, changes }));
      assert.equal(judge(played), "kept", order);
    }
  });

  it("reads a list at whose front many keys were assigned at once, between two pages", async () => {
    for (const many of [60, 120]) {
      const changes = each(new Array<number>(many).fill(1), { kind: "insert", place: 0 });
      const played = await play(quiet(shown(300), { order: "newest-first", changes }));
      assert.equal(judge(played), "kept");
      assert.equal(played.outcome.kind, "list");
    }
  });

  it("reads a list that the first answer, an old one, did not know of", async () => {
    const changes = each(new Array<number>(30).fill(0), { kind: "insert", place: 0 });
    const age = { by: "turn", changes: [30, ...new Array<number>(40).fill(0)] } as const;
    const { outcome, service } = await play(quiet([], { changes, age }));
    assert.equal(service.passes[0]?.[0]?.total, 0);
    assert.equal(outcome.kind === "list" ? outcome.rows.length : 0, 30);
  });

  it("reads a list of which the first answers, old ones, knew the deleted keys only", async () => {
    const changes = each(new Array<number>(45).fill(0), { kind: "insert", place: 0 });
    const age = { by: "turn", changes: [45, 45, ...new Array<number>(60).fill(0)] } as const;
    const rows = orphans(5);
    const { outcome, service } = await play(quiet(rows, { changes, age }));
    assert.deepEqual(
      service.passes[0]?.slice(0, 3).map(({ total }) => total),
      [5, 5, 50],
    );
    assert.equal(outcome.kind === "list" ? outcome.rows.length : 0, 45);
  });

  it("refuses a list that deleted keys hide a joint of and whose total moves in every pass, and says so", async () => {
    const rows = [...shown(10), ...orphans(20), ...shown(10)];
    const now = pages(1, 200).filter((page) => page % 4 === 0);
    const changes = each(now, { kind: "insert", place: 0 });
    const played = await play(quiet(rows, { window: 8, order: "newest-first", changes }));
    const { kind, message } = refusalOf(played);
    assert.equal(kind, "unsettled");
    assert.match(message, /after 8 readings, because /u);
    assert.match(message, /Run it again when nobody changes assignments/u);
    assert.equal(played.service.passes.length, 8);
  });

  it("refuses a key that shows two assignments in every pass", async () => {
    // A reassignment moves the key's row to the end between two pages: both its old and its new row are seen.
    const rows = [...shown(30), ...orphans(12)];
    const changes = each(pages(1, 200), { kind: "reassign", place: 0 });
    const played = await play(quiet(rows, { window: 8, changes, lookAhead: 1 }));
    assert.match(
      refusalOf(played).message,
      /because (the key \w{8} shows two assignments|a row shows twice)/u,
    );
  });

  it("refuses when deleted keys hide a joint and the list differs from pass to pass", async () => {
    const rows = [...shown(10), ...orphans(20), ...shown(10)];
    const changes = each(pages(1, 200), { kind: "swap", place: 0, removed: 2 });
    const played = await play(quiet(rows, { window: 8, order: "newest-first", changes }));
    assert.match(refusalOf(played).message, /deleted keys hide where its pages join/u);
  });

  it("counts only readings in a row as agreeing, and only with the same total", async () => {
    const rows = [...shown(10), ...orphans(20), ...shown(10)];
    const unmoved = await play(quiet(rows, { window: 8 }));
    assert.equal(unmoved.service.passes.length, 2);
    const firstPass = unmoved.service.passes[0]?.length ?? 0;

    const fewerOrphans = each([firstPass], { kind: "remove", place: 12 });
    const otherTotal = await play(quiet(rows, { window: 8, changes: fewerOrphans }));
    assert.equal(otherTotal.service.passes.length, 3);
    const { outcome } = await play(quiet(rows, { window: 8, changes: fewerOrphans }), "readStream");
    assert.equal(outcome.kind, "refusal");
  });

  it("takes two readings as agreeing although a key was renamed between them", async () => {
    const rows = [...shown(10), ...orphans(20), ...shown(10)];
    const firstPass = (await play(quiet(rows, { window: 8 }))).service.passes[0]?.length ?? 0;
    const changes = each([firstPass], { kind: "rename", place: 0 });
    const played = await play(quiet(rows, { window: 8, changes }));
    assert.equal(judge(played), "kept");
    assert.equal(played.service.passes.length, 2);
    assert(played.outcome.kind === "list");
    assert.match(played.outcome.rows[0]?.keyName ?? "", /renamed$/u);
  });

  it("takes two readings as agreeing although the rows stand elsewhere on the pages", async () => {
    const rows = [...shown(10), ...orphans(20), ...shown(10)];
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
    const either = /it has rows beyond its total of 9, or its pages begin before the offsets asked for/u;
    assert.match(refusalOf(played).message, either);
  });

  it("gives the list of a total that lies high", async () => {
    const played = await play(quiet(shown(20), { window: 8, claim: { kind: "fixed", total: 40 } }));
    assert.equal(judge(played), "kept");
  });

  it("reads again where a key lost its guardrail and another got one in each of the first two readings", async () => {
    // The row that goes is listed already, the one that comes is not: one row more than the total.
    const changes = each([1, 3], { kind: "swap", place: 0, removed: 0 });
    const played = await play(quiet(shown(150), { changes, lookAhead: 1 }));
    assert.equal(judge(played), "kept");
    assert.equal(played.outcome.kind, "list");
    assert.equal(played.service.passes.length, 3);
  });

  it("advises to run it again where that happens in every reading", async () => {
    const changes = each(
      pages(0, 40).map((pass) => 1 + 2 * pass),
      { kind: "swap", place: 0, removed: 0 },
    );
    const { message } = refusalOf(await play(quiet(shown(150), { changes, lookAhead: 1 })));
    assert.match(message, /after 8 readings, because .* Run it again when nobody changes assignments/su);
  });

  it("reads again where a key is given another guardrail in each of the first two readings", async () => {
    const reassign = { kind: "reassign", place: 0 } as const;
    const played = await play(quiet(shown(150), { changes: each([1, 3], reassign), lookAhead: 1 }));
    assert.equal(judge(played), "kept");
    assert.equal(played.outcome.kind, "list");
  });

  it("reads again where the list becomes shorter than an offset that is then answered 400, 404 or 416", async () => {
    for (const end of [400, 404, 416] as const) {
      for (const [count, gone] of [
        [150, 60],
        [1_000, 950],
      ] as const) {
        const changes = each(new Array<number>(gone).fill(1), { kind: "remove", place: 3 });
        const played = await play(quiet(shown(count), { end, changes }));
        assert.equal(judge(played), "kept");
        assert.equal(played.outcome.kind === "list" ? played.outcome.rows.length : 0, count - gone);
      }
    }
  });

  it("takes a 404 for the end that was claimed when it was asked for, although an old answer claims a longer list", async () => {
    const changes = each(new Array<number>(5).fill(0), { kind: "remove", place: 3 });
    const age = { by: "url", changes: [0, 5, 0, 0, 5] } as const;
    const played = await play(quiet(shown(49), { window: 8, lookAhead: 5, end: 404, age, changes }));
    assert.equal(judge(played), "kept");
    assert.equal(played.outcome.kind, "list");
  });

  it("takes a row that shows at two offsets for one that another moved on, although both answers count one row", async () => {
    const changes = each([1], { kind: "insert", place: 0 });
    const list = { end: 404, order: "newest-first", claim: { kind: "page" }, changes } as const;
    const played = await play(quiet(shown(1), list));
    assert.equal(judge(played), "kept");
    assert.equal(played.outcome.kind, "list");
  });

  it("ends with the answer 404 to a page of which rows are owed where a second reading is answered so again", async () => {
    const service = new ModelService(quiet(shown(250)));
    const missing = new GuardrailsError("http", { what: "an answer 404", advice: "None.", status: 404 });
    const source: PageSource = {
      open: (signal) => {
        const read = service.open(signal);
        return endingEmpty((offset, limit: number) => {
          if (offset === 99) return Promise.reject(missing);
          return read(offset, limit);
        }, endOfPages);
      },
      checkPlan: () => undefined,
      lookAhead: 1,
      rest: async () => true,
    };
    const error = await service.serve(readAll(source).catch((reason: unknown) => reason));
    assert(error instanceof GuardrailsError);
    assert.equal(error.status, 404);
    assert.match(
      error.message,
      /offset 99 is answered 404 although the list went on there\. Running it again will/u,
    );
    assert.equal(service.requests, 4);
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
    rest: async () => true,
  });
  const firstPage = [0, 1, 2, 3].map((number) => rowOf(number));

  it("is refused after two readings when it shows a row twice, far apart", async () => {
    const positions = [...firstPage, ...new Array<undefined>(7).fill(undefined), rowOf(0, 12)];
    let readings = 0;
    const counting: PageSource = {
      ...claimingTwelve({}),
      open: () => {
        readings += 1;
        return async (offset, limit) => {
          const rows = positions.slice(offset, offset + limit).filter((row) => row !== undefined);
          return { offset, limit, total: 12, rows };
        };
      },
    };
    await assert.rejects(readAll(counting, 4), {
      kind: "unsettled",
      message: /because a row shows twice\. Running it again will not help/u,
    });
    assert.equal(readings, 2);
  });

  it("is refused when its pages show more rows than it claims, none of them twice", async () => {
    const fresh = (from: number, count: number) => Array.from({ length: count }, (_, at) => rowOf(from + at));
    const source = claimingTwelve({ 0: firstPage, 3: fresh(4, 4), 6: fresh(8, 4), 9: fresh(12, 3) });
    await assert.rejects(readAll(source, 4), {
      kind: "unsettled",
      message: /because it shows more rows than its total of 12\./u,
    });
  });

  for (const [what, has] of [
    ["every offset", () => true],
    ["every offset before its total", (offset: number) => offset < 1_000],
  ] as const)
    it(`is refused at once when it shows the same page for ${what}`, async () => {
      const page = shown(100).map((_, number) => rowOf(number));
      let requests = 0;
      const source: PageSource = {
        ...claimingTwelve({}),
        open: () => async (offset, limit) => {
          requests += 1;
          return { offset, limit, total: 1_000, rows: has(offset) ? page : [] };
        },
        lookAhead: 1,
      };
      await assert.rejects(readAll(source), {
        kind: "unsettled",
        message: /because a page shows again what another offset showed\. Running it again will not help/u,
      });
      assert(requests <= 5, `${requests} requests`);
    });
});

describe("histories that once lost a row that stayed", () => {
  it("keeps rows behind deleted keys which a bridge shows but cannot join", async () => {
    const rows = [...shown(3), ...orphans(6), ...shown(9)];
    assert.equal(judge(await play(quiet(rows, { window: 8 }))), "kept");
  });

  it("keeps a row that a bridge shows while the page that should hold it comes from a cache", async () => {
    const rows = shown(150).map((_, at) => at !== 99);
    const changes = [
      ...each([0, 0], { kind: "remove", place: 3 }),
      ...each([0, 0], { kind: "insert", place: 0 }),
    ];
    for (const pages of [[4], [4, 0], [0, 4]]) {
      const played = await play(quiet(rows, { changes, age: { by: "url", changes: pages } }));
      assert.notEqual(judge(played), "lost");
    }
  });

  it("keeps the last row where as many rows as claimed are listed, because one went and another came", async () => {
    const changes = each([3], { kind: "swap", place: 9, removed: 12 });
    const settings = { window: 6, clamp: 4, order: "by-another-column", changes, lookAhead: 1 } as const;
    assert.equal(judge(await play(quiet(shown(15), settings))), "kept");
  });

  it("keeps the last rows of a clamped service when a shift feigns a seam", async () => {
    const rows = [false, true, true, true, true, true, false, true, true, true, true, true];
    const changes = each([1, 1, 1], { kind: "swap", place: 17, removed: 51 });
    const history = quiet(rows, { window: 7, clamp: 4, order: "newest-first", changes, lookAhead: 1 });
    assert.equal(judge(await play(history)), "kept");
  });
});
