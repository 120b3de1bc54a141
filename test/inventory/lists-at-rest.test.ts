import assert from "node:assert/strict";
import fc from "fast-check";
import { cases } from "../cases";
import { dropped, type History, quiet, shown } from "./history";
import { play, refusalOf } from "./play";
import { judge } from "./promise";

/** How many keys were read of the account, and with how many requests. Fails unless it is exact. */
async function reading(
  keys: History["keys"],
  settings: Partial<History> = {},
): Promise<{ count: number; requests: number }> {
  const played = await play(quiet(keys, settings));
  assert.equal(judge(played), "kept");
  const { outcome, service } = played;
  assert(outcome.kind === "account");
  assert.deepEqual(new Set(outcome.keys), new Set(played.stayed.keys));
  return { count: outcome.keys.length, requests: service.requests };
}

describe("reading an inventory at rest", () => {
  for (const [count, requests] of [
    [0, 4],
    [1, 5],
    [2, 5],
    [99, 5],
    [100, 5],
    [101, 6],
    [198, 5],
    [199, 7],
    [1_000, 15],
  ] as const) {
    it(`takes ${requests} requests for ${count} keys in one workspace`, async () => {
      assert.deepEqual(await reading([shown(count)]), { count, requests });
    });
  }

  it("asks for at most half as many pages again as a long list has", async () => {
    const { count, requests } = await reading([shown(10_000)]);
    assert.equal(count, 10_000);
    assert(requests <= 1.5 * (10_000 / 99) + 4, `${requests} requests`);
  });

  it("reads the keys of all workspaces, be some of them empty", async () => {
    assert.equal((await reading([shown(3), [], shown(250), shown(1)])).count, 254);
  });

  it("reads the workspaces side by side, and no more of them than it may ask for at once", async () => {
    const lists = Array.from({ length: 12 }, () => []);
    // An empty first page is looked past at two places at once.
    const wide = await play(quiet(lists));
    assert.equal(wide.service.maxWaiting, 2 * 12);
    const narrow = await play(quiet(lists, { lookAhead: 5 }));
    assert.equal(narrow.service.maxWaiting, 2 * 5);
  });

  it("reads workspaces that fill several pages", async () => {
    const lists = Array.from({ length: 250 }, () => shown(1));
    const { count } = await reading(lists);
    assert.equal(count, 250);
    const full = await reading(lists.slice(0, 100));
    // Two pages of workspaces and the look past them: a full page is not believed to be the last.
    assert.deepEqual(full, { count: 100, requests: 3 + 400 });
  });

  it("takes the page size from the service", async () => {
    for (const keysPerPage of [2, 3, 50, 250]) {
      assert.equal((await reading([shown(240)], { keysPerPage })).count, 240);
    }
  });

  for (const [count, first, later] of [
    [190, 100, 30],
    [190, 100, 50],
    [160, 100, 50],
    [500, 100, 30],
    [500, 100, 45],
    [500, 60, 100],
    [2_000, 100, 30],
  ] as const) {
    it(`reads ${count} keys of a service whose first page has ${first} of them and whose later ones have ${later}`, async () => {
      const shorterBy = Array.from(
        { length: count + 200 },
        (_, offset) => 100 - (offset === 0 ? first : later),
      );
      assert.equal((await reading([shown(count)], { shorterBy })).count, count);
    });
  }

  it("refuses a total of workspaces that counts the page", async () => {
    const lists = Array.from({ length: 80 }, () => shown(1));
    const played = await play(quiet(lists, { countsPage: true, workspacesPerPage: 50 }));
    assert.match(
      refusalOf(played).message,
      /it shows 80 rows and claims 0\. Running it again will not help/u,
    );
  });

  it("takes an offset behind the last key that is answered 400, 404 or 416 for an empty page", async () => {
    for (const end of [400, 404, 416] as const) {
      for (const count of [0, 1, 2, 100, 150, 250]) {
        assert.equal((await reading([shown(count)], { end })).count, count);
      }
    }
  });

  it("reads one key of a service that gives one per page, and refuses two", async () => {
    assert.equal((await reading([shown(1)], { keysPerPage: 1 })).count, 1);
    const { message } = refusalOf(await play(quiet([shown(2)], { keysPerPage: 1 })));
    assert.match(message, /because its first page shows one row, and the next does not join/u);
  });

  const standsNowhere =
    /because a row that one offset showed last does not show where it stands\. .* will not help/u;
  const showsAgain = /because an offset far behind its last row shows listed rows again\. .* will not help/u;
  for (const [what, count, settings, reason, most] of [
    ["shows nothing behind offset 1", 150, { cutOff: { at: 1, shows: "nothing" } }, standsNowhere, 60],
    ["shows nothing behind an offset", 1_500, { cutOff: { at: 1_000, shows: "nothing" } }, standsNowhere, 90],
    ["shows one page behind an offset", 1_500, { cutOff: { at: 1_000, shows: "that page" } }, showsAgain, 30],
    ["begins again", 777, { cutOff: { at: 333, shows: "the first again" } }, showsAgain, 15],
    ["rounds offsets to what is no part of a page", 1_000, { roundsTo: 64 }, standsNowhere, 90],
  ] as const) {
    it(`refuses a service that ${what}, and takes nothing for the end`, async () => {
      const played = await play(quiet([shown(count)], settings));
      assert.match(refusalOf(played).message, reason);
      const { requests } = played.service;
      assert(requests <= most, `${requests} requests`);
    });
  }

  it("refuses an account without any workspace: it is none without keys", async () => {
    const { kind, message } = refusalOf(await play(quiet([])));
    assert.equal(kind, "malformed");
    assert.match(message, /^could not verify: the service lists no workspace/u);
  });
});

describe("reading an inventory at rest of which rows are dropped from the pages", () => {
  it("goes on behind a page that came short, and reads a second time", async () => {
    const scattered = shown(400).map((_, at) => at % 37 !== 5);
    assert.equal((await reading([scattered])).count, scattered.filter(Boolean).length);
  });

  it("reads pages longer than documented, around runs of dropped rows that they span", async () => {
    for (const longerBy of [[300], [4_900], [900, 300, 520]])
      for (const list of [
        [...dropped(300), ...shown(80)],
        [...shown(10), ...dropped(150), ...shown(50)],
        [...shown(5), ...dropped(99), ...shown(300), ...dropped(60), ...shown(3)],
      ])
        assert.equal((await reading([list], { longerBy })).count, list.filter(Boolean).length);
  });

  it("looks closely where pages do not join twice in the same way: a long first page, and short ones behind it", async () => {
    const list = [...shown(9), ...dropped(3), ...shown(9)];
    const settings = { keysPerPage: 4, longerBy: [10, 0, 0], shorterBy: [0, 1, 1], lookAhead: 2 };
    assert.equal((await reading([list], settings)).count, 18);
  });

  it("finds the second key at the first position that the first page is not assumed to span", async () => {
    const list = [...shown(1), ...dropped(49), ...shown(1), ...dropped(20), ...shown(1)];
    assert.equal((await reading([list], { shorterBy: [50] })).count, 3);
  });

  it("bridges a seam that was dropped", async () => {
    const { count, requests } = await reading([shown(300).map((_, at) => at !== 198)]);
    // Twice the first page, four ahead, the bridge across position 198, those two again that lay too far behind it, and
    // from the last row on to a documented page behind it; once the workspaces.
    assert.deepEqual({ count, requests }, { count: 299, requests: 1 + 2 * (1 + 4 + 1 + 2 + 4) });
  });

  it("finds a key that only a page much longer than documented showed, behind a run of dropped rows", async () => {
    const settings = { keysPerPage: 7, shorterBy: [2, 0], longerBy: [0, 8], lookAhead: 2 };
    const played = await play(quiet([[...shown(5), ...dropped(16), ...shown(1)]], settings));
    assert(played.outcome.kind === "account");
    assert.equal(played.outcome.keys.length, 6);
  });

  for (const runs of [
    [shown(40), dropped(160), shown(40)],
    [shown(100), dropped(120), shown(30)],
    [shown(60), dropped(130), shown(250)],
    [shown(240), dropped(110), shown(400)],
  ]) {
    const what = runs.map((run) => `${run.length} ${run[0] === true ? "shown" : "dropped"}`).join(", ");
    it(`finds what stands behind runs of dropped rows that no bridge reaches across: ${what}`, async () => {
      const list = runs.flat();
      assert.equal((await reading([list])).count, list.filter(Boolean).length);
    });
  }

  for (const runs of [
    [dropped(1), shown(1)],
    [dropped(60), shown(1)],
    [dropped(98), shown(1)],
    [shown(1), dropped(99), shown(5)],
    [shown(1), dropped(99), shown(1)],
    [dropped(120), shown(31)],
    [shown(30), dropped(60), shown(20)],
    [shown(1), dropped(60), shown(20)],
    [shown(60), dropped(85), shown(20)],
  ]) {
    const what = runs.map((run) => `${run.length} ${run[0] === true ? "shown" : "dropped"}`).join(", ");
    it(`reads what little is left of a list: ${what}`, async () => {
      const list = runs.flat();
      assert.equal((await reading([list])).count, list.filter(Boolean).length);
    });
  }

  for (const runs of [
    [shown(30), dropped(60), shown(20)],
    [shown(30), dropped(98), shown(1)],
    [shown(1), dropped(99), shown(1)],
    [shown(1), dropped(60), shown(20)],
    [dropped(60), shown(20)],
    [shown(60), dropped(90), shown(20)],
    [shown(600), dropped(90), shown(1)],
  ]) {
    const what = runs.map((run) => `${run.length} ${run[0] === true ? "shown" : "dropped"}`).join(", ");
    it(`finds what stands behind runs of dropped rows where a page has fifty positions: ${what}`, async () => {
      const list = runs.flat();
      assert.equal((await reading([list], { shorterBy: [50] })).count, list.filter(Boolean).length);
    });
  }

  it("finds every key however regularly the others were deleted, whatever number of positions from fifty on a page has", async () => {
    const lists = fc.record({
      positions: fc.integer({ min: 1, max: 260 }),
      every: fc.integer({ min: 2, max: 49 }),
      keysPerPage: fc.integer({ min: 50, max: 100 }),
    });
    const property = fc.asyncProperty(lists, async ({ positions, every, keysPerPage }) => {
      const list = shown(positions).map((_, at) => at % every === 0);
      const shorterBy = [100 - keysPerPage];
      assert.equal((await reading([list], { shorterBy })).count, list.filter(Boolean).length);
    });
    const examples = [
      [{ positions: 61, every: 10, keysPerPage: 50 }],
      [{ positions: 81, every: 8, keysPerPage: 56 }],
      [{ positions: 101, every: 25, keysPerPage: 75 }],
    ] satisfies [unknown][];
    await fc.assert(property, { examples, numRuns: cases(1_000) });
  });

  /** Pages at the first fifty offsets have so many positions, all others so many. */
  function pagesOf(first: number, later: number): Partial<History> {
    const by = (positions: (span: number) => number): number[] =>
      Array.from({ length: 2_000 }, (_, offset) => Math.max(0, positions(offset < 50 ? first : later)));
    return { longerBy: by((span) => span - 100), shorterBy: by((span) => 100 - span) };
  }

  for (const [runs, first, later] of [
    [[100, 49, 49], 100, 50],
    [[101, 47, 1, 2, 46], 100, 50],
    [[199, 49, 49], 170, 50],
    [[100, 49, 11], 150, 50],
  ] as const) {
    it(`finds the last of ${runs.join(", ")} positions, live and deleted in turn, of pages of ${first} and then of ${later}`, async () => {
      const list = runs.flatMap((length, at) => (at % 2 === 0 ? shown(length) : dropped(length)));
      assert.equal((await reading([list], pagesOf(first, later))).count, list.filter(Boolean).length);
    });
  }

  it("finds every key behind runs of up to forty-nine deleted ones, where full pages are followed by shorter ones", async () => {
    const live = fc.oneof(
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 97, max: 102 }),
      fc.integer({ min: 196, max: 201 }),
    );
    const deleted = fc.oneof(fc.constantFrom(48, 49), fc.integer({ min: 0, max: 49 }));
    const runs = fc.array(fc.tuple(live, deleted), { minLength: 1, maxLength: 6 });
    const spans = fc.record({
      first: fc.oneof(fc.constant(100), fc.integer({ min: 50, max: 220 })),
      later: fc.oneof(fc.constant(50), fc.integer({ min: 50, max: 150 })),
    });
    const property = fc.asyncProperty(runs, spans, async (all, { first, later }) => {
      const list = all.flatMap(([some, none]) => [...shown(some), ...dropped(none)]);
      assert.equal((await reading([list], pagesOf(first, later))).count, list.filter(Boolean).length);
    });
    await fc.assert(property, { numRuns: cases(500) });
  });

  it("finds every key behind runs of up to fifty deleted ones, whatever number of positions from fifty on each page has", async () => {
    const runs = fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 49 })), {
      minLength: 1,
      maxLength: 12,
    });
    const shorterBy = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 6 });
    const property = fc.asyncProperty(runs, shorterBy, async (all, pages) => {
      const list = all.flatMap(([live, deleted]) => [...shown(live), ...dropped(deleted)]);
      assert.equal((await reading([list], { shorterBy: pages })).count, list.filter(Boolean).length);
    });
    await fc.assert(property, { numRuns: cases(500) });
  });

  it("takes requests by the positions over a page, not by the key, where almost all keys are deleted", async () => {
    const needed: Record<string, number> = {};
    for (const one of [2, 10, 33, 60, 99]) {
      const list = shown(10_000).map((_, at) => at % one === 0);
      const { count, requests } = await reading([list]);
      assert.equal(count, list.filter(Boolean).length);
      needed[`one in ${one}`] = requests;
    }
    const few = shown(1_000).map((_, at) => at % 60 === 59);
    needed["one in 60 of 1,000"] = (await reading([few])).requests;
    assert.deepEqual(needed, {
      "one in 2": 329,
      "one in 10": 463,
      "one in 33": 465,
      "one in 60": 461,
      "one in 99": 459,
      "one in 60 of 1,000": 57,
    });
  });

  it("reads almost deleted lists where a page has fifty positions", async () => {
    for (const one of [2, 10, 33, 60, 98]) {
      const list = shown(3_000).map((_, at) => at % one === one - 1);
      const { count, requests } = await reading([list], { shorterBy: [50] });
      assert.equal(count, list.filter(Boolean).length);
      assert(requests <= 300, `${requests} requests for one in ${one}`);
    }
  });

  it("lays pages no closer because some are shorter than others", async () => {
    const list = shown(1_100).map((_, at) => Math.floor((at * at) / 7) % 2 === 0);
    const { count, requests } = await reading([list], { shorterBy: [0, 40, 0, 50] });
    assert.equal(count, 550);
    assert(requests <= 150, `${requests} requests`);
  });

  it("reads keys behind so many deleted ones that a later page is the same as the first", async () => {
    for (const list of [
      [...dropped(3), ...shown(4)],
      [...dropped(60), ...shown(40)],
    ]) {
      assert.equal((await reading([list])).count, list.filter(Boolean).length);
    }
  });

  it("refuses workspaces that are counted but not shown", async () => {
    const changes = [{ before: 0, change: { kind: "drop-workspace", workspace: 1 } as const }];
    const { message } = refusalOf(await play(quiet([shown(2), shown(2), shown(2)], { changes })));
    assert.match(
      message,
      /the list of workspaces cannot be read whole, because it shows 2 rows and claims 3\. Running it again will not help/u,
    );
  });
});
