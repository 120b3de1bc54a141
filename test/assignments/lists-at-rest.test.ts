import assert from "node:assert/strict";
import { type History, orphans, quiet, shown } from "./history";
import { play } from "./play";
import { judge } from "./promise";

const withOrphansAt = (count: number, ...sources: number[]): boolean[] =>
  shown(count).map((_, at) => !sources.includes(at));

describe("reading a list at rest", () => {
  /** What was read of it, and with how many requests. Fails unless the list is exact. */
  async function reading(
    rows: readonly boolean[],
    settings: Partial<History> = {},
  ): Promise<{ count: number; requests: number; passes: number }> {
    const played = await play(quiet(rows, settings));
    assert.equal(judge(played), "kept");
    assert(played.outcome.kind === "list");
    assert.equal(played.outcome.total, rows.length);
    const { requests, passes } = played.service;
    return { count: played.outcome.rows.length, requests, passes: passes.length };
  }

  for (const [count, requests] of [
    [0, 2],
    [1, 2],
    [25, 2],
    [26, 2],
    [99, 2],
    [100, 2],
    [101, 2],
    [198, 2],
    [199, 3],
    [10_000, 102],
  ] as const) {
    it(`takes ${requests} requests for ${count} rows`, async () => {
      assert.deepEqual(await reading(shown(count)), { count, requests, passes: 1 });
    });
  }

  it("finds the 31 rows behind the 120 deleted keys of the Terraform provider's case", async () => {
    // Two passes of 0, 99, what an empty page may not have spanned, and the look past the end.
    assert.deepEqual(await reading([...orphans(120), ...shown(31)]), { count: 31, requests: 10, passes: 2 });
  });

  it("finds 999 rows of 1,000 with one deleted key, in one pass and one request more", async () => {
    assert.deepEqual(await reading(withOrphansAt(1_000, 49)), { count: 999, requests: 12, passes: 1 });
  });

  it("looks past the end of a short list only when rows are missing", async () => {
    assert.deepEqual(await reading(withOrphansAt(50, 20)), { count: 49, requests: 3, passes: 1 });
  });

  it("bridges a seam that a deleted key hides, without a second pass", async () => {
    // 0, 99, 198, 297, the bridge across position 198, and the look past the end.
    assert.deepEqual(await reading(withOrphansAt(300, 198)), { count: 299, requests: 7, passes: 1 });
  });

  it("bridges a run of deleted keys across a seam, without a second pass", async () => {
    const run = Array.from({ length: 40 }, (_, index) => 179 + index);
    assert.deepEqual(await reading(withOrphansAt(300, ...run)), { count: 260, requests: 7, passes: 1 });
  });

  it("reads twice where deleted keys fill a window", async () => {
    // Two passes of five windows, two bridges to where the rows go on, and the look past the end.
    const rows = [...shown(150), ...orphans(120), ...shown(150)];
    assert.deepEqual(await reading(rows), { count: 300, requests: 16, passes: 2 });
  });

  it("gives the rows that follow a run of deleted keys which a bridge does not span", async () => {
    assert.equal((await reading([...shown(40), ...orphans(60), ...shown(100)])).count, 140);
  });

  it("reads a list of which the last position, a stride on, is a deleted key", async () => {
    assert.equal((await reading([...shown(98), false])).count, 98);
    assert.equal((await reading([...shown(197), false])).count, 197);
  });

  it("reads a list that ends in deleted keys, twice if they fill a page", async () => {
    assert.deepEqual(await reading([...shown(250), ...orphans(30)]), { count: 250, requests: 5, passes: 1 });
    const rows = [...shown(250), ...orphans(300)];
    const { passes } = await reading(rows);
    assert.equal(passes, 2);
  });

  it("needs no full page to know the window where seams show", async () => {
    const middles = Array.from({ length: 10 }, (_, page) => 50 + 99 * page);
    const rows = withOrphansAt(1_000, 198, ...middles);
    // Eleven windows, the bridge across position 198, and the look past the end.
    assert.deepEqual(await reading(rows), { count: 989, requests: 13, passes: 1 });
  });

  it("reads a list of which nine of ten keys are deleted once", async () => {
    // No page is full, no seam shows, and none of the pages shows its first or its last position.
    const rows = Array.from({ length: 1_000 }, (_, at) => at % 10 === 5);
    assert.deepEqual(await reading(rows), { count: 100, requests: 21, passes: 1 });
  });

  it("reads twice where nothing but deleted keys comes before the first rows, and bridges what it can", async () => {
    const rows = withOrphansAt(280, ...Array.from({ length: 150 }, (_, at) => at), 198);
    assert.deepEqual(await reading(rows), { count: 129, requests: 13, passes: 2 });
  });

  it("looks at every position twice where only the first page shows rows", async () => {
    const rows = [...shown(40), ...orphans(200)];
    assert.deepEqual(await reading(rows), { count: 40, requests: 15, passes: 2 });
  });

  it("lists nothing where all keys are deleted", async () => {
    // Twice the first page, the look past the end, and ten further: for a total that counts living rows only.
    assert.deepEqual(await reading(orphans(3)), { count: 0, requests: 24, passes: 2 });
    assert.equal((await reading(orphans(150))).count, 0);
  });

  it("notices a service that gives 50 where 100 were asked for", async () => {
    const { count, passes } = await reading(shown(400), { clamp: 50 });
    assert.deepEqual({ count, passes }, { count: 400, passes: 1 });
  });

  it("reads a list shorter than a page in pages of five rows, in one pass", async () => {
    const { count, passes, requests } = await reading(shown(60), { clamp: 5 });
    assert.deepEqual([count, passes], [60, 1]);
    assert(requests <= 30, `${requests} requests`);
  });

  it("notices a clamp that deleted keys disguise", async () => {
    assert.equal((await reading(withOrphansAt(400, 10, 11, 49, 50, 98, 99, 148), { clamp: 50 })).count, 393);
  });

  it("reads pages of ever changing length: cut by size, longer at first, shorter under load", async () => {
    for (const spans of [[86], [100, 30], [100, 60, 50, 75], [50, 51]]) {
      const length = { by: "turn", spans } as const;
      assert.equal((await reading(shown(150), { length })).count, 150);
      assert.equal((await reading(shown(500), { length })).count, 500);
      assert.equal((await reading(withOrphansAt(500, 30, 86, 149, 250, 499), { length })).count, 495);
    }
  });

  it("reads pages that never hold more than two or four rows of nine asked for, one request answered late", async () => {
    for (const [size, count, late] of [
      [7, 49, 7],
      [4, 46, 6],
    ] as const) {
      const length = { by: "bytes", sizes: [size], most: 18 } as const;
      const settings = {
        window: 9,
        length,
        order: "newest-first",
        lookAhead: 1,
        schedule: [late, 22],
      } as const;
      assert.equal((await reading(shown(count), settings)).count, count);
    }
  });

  it("reads pages longer than asked for, around runs of deleted keys that they span", async () => {
    for (const clamp of [101, 250, 500, 5_000])
      for (const rows of [
        [...orphans(200), ...shown(80)],
        [...shown(5), ...orphans(400), ...shown(300)],
        [...shown(60), ...orphans(120), ...shown(60), ...orphans(700), ...shown(60)],
      ]) {
        const { count } = await reading(rows, { clamp, ignoresLimit: true });
        assert.equal(count, rows.filter(Boolean).length);
      }
  });

  it("reads pages longer than asked for in one pass, and with few requests more than others", async () => {
    const rows = [...orphans(200), ...shown(800)];
    const settings = { clamp: 500, ignoresLimit: true };
    assert.deepEqual(await reading(rows, settings), { count: 800, requests: 13, passes: 1 });
  });

  it("reads pages that are longer than asked for, or shorter, around runs of deleted keys", async () => {
    const rows = [...orphans(120), ...shown(80), ...orphans(130), ...shown(50)];
    for (const spans of [
      [300, 60],
      [60, 300],
      [50, 250, 120],
    ]) {
      const length = { by: "turn", spans } as const;
      assert.equal((await reading(rows, { length, ignoresLimit: true })).count, 130);
    }
  });

  it("takes an offset beyond the end that is answered 400, 404 or 416 for the empty page of others", async () => {
    for (const end of [400, 404, 416] as const) {
      const { count, requests } = await reading(withOrphansAt(500, 30), { end });
      assert.deepEqual({ count, requests }, { count: 499, requests: 7 });
      assert.equal((await reading([...shown(150), ...orphans(120)], { end })).count, 150);
    }
  });

  it("refuses a total that counts the page, however few rows the first one shows", async () => {
    for (const [rows, clamp] of [
      [shown(1_000), 20],
      [shown(1_000), 1],
      [[...shown(20), ...orphans(80), ...shown(500)], 100],
    ] as const) {
      const { outcome, service } = await play(quiet([...rows], { claim: { kind: "page" }, clamp }));
      assert(outcome.kind === "refusal");
      assert.match(String(outcome.error), /rows beyond its total of \d+.*Running it again will not help/su);
      assert(service.requests <= 5, `${service.requests} requests`);
    }
  });

  it("refuses a total of nothing where rows stand behind a page of deleted keys", async () => {
    for (const deleted of [100, 130]) {
      const rows = [...orphans(deleted), ...shown(30)];
      const { outcome, service } = await play(quiet(rows, { claim: { kind: "page" } }));
      assert(outcome.kind === "refusal");
      assert.match(String(outcome.error), /rows beyond its total of \d+.*Running it again will not help/su);
      assert(service.requests <= 5, `${service.requests} requests`);
    }
  });

  it("takes requests by the positions over a page, not by the position, where almost all keys are deleted", async () => {
    const counts = {
      "one, then 9,999 deleted": [true, ...orphans(9_999)],
      "1,000 deleted": orphans(1_000),
      "50 deleted": orphans(50),
      "999 deleted, then one": [...orphans(999), true],
    };
    const needed: Record<string, number> = {};
    for (const [name, rows] of Object.entries(counts)) needed[name] = (await reading(rows)).requests;
    assert.deepEqual(needed, {
      "one, then 9,999 deleted": 423,
      "1,000 deleted": 65,
      "50 deleted": 25,
      "999 deleted, then one": 45,
    });
  });

  it("asks for as many pages at once as it may, and no more", async () => {
    const { service } = await play(quiet(shown(3_000), { lookAhead: 5 }));
    assert.equal(service.maxWaiting, 5);
  });
});
