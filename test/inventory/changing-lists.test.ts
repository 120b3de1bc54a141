import assert from "node:assert/strict";
import type { Change } from "./account";
import { dropped, type History, quiet, shown } from "./history";
import { play, refusalOf } from "./play";
import { judge } from "./promise";

/** The same change before each of these pages: the first page of keys is number 1, after that of the workspaces. */
function each(pages: readonly number[], change: Change): History["changes"] {
  return pages.map((before) => ({ before, change }));
}
const pages = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, at) => from + at);
const passesOf = ({ service }: Awaited<ReturnType<typeof play>>): number =>
  [...service.keyPasses.values()].reduce((sum, passes) => sum + passes.length, 0);

describe("reading an inventory that changes", () => {
  it("keeps every key when some before it are deleted, by a bridge and without a second pass", async () => {
    const changes = each([2, 2, 2], { kind: "remove", workspace: 0, place: 1 });
    const played = await play(quiet([shown(30)], { keysPerPage: 8, changes }));
    assert.equal(judge(played), "kept");
    assert(played.outcome.kind === "account");
    assert.equal(passesOf(played), 1);
  });

  it("keeps every key when rows shift at each page", async () => {
    const changes = each(pages(1, 12), { kind: "swap", workspace: 0, place: 0, removed: 30 });
    const played = await play(quiet([shown(40)], { keysPerPage: 8, order: "newest-first", changes }));
    assert.equal(judge(played), "kept");
  });

  it("does not take the end of a full page for the end of the list", async () => {
    // Two inserts move the last row of the first page to the end of the second, two removals the rest out of the third.
    const changes: History["changes"] = [
      ...each([2, 2], { kind: "insert", workspace: 0, place: 0 }),
      ...each([3, 3], { kind: "remove", workspace: 0, place: 0 }),
    ];
    const played = await play(quiet([shown(4)], { keysPerPage: 3, order: "newest-first", changes }));
    assert.equal(judge(played), "kept");
    assert(played.outcome.kind === "account");
  });

  it("reads again when the last row seen was renamed, and gives its new name", async () => {
    const changes = each([2], { kind: "rename", workspace: 0, place: 7 });
    const played = await play(quiet([shown(20)], { keysPerPage: 8, changes }));
    assert.equal(judge(played), "kept");
    assert(played.outcome.kind === "account");
    assert.equal(played.outcome.keys.length, 20);
    assert.equal(passesOf(played), 2);
  });

  it("reads again when the last row seen may have been moved past others", async () => {
    // The list has ten rows, pages of eight. The eighth goes to the end, and nothing but its place tells.
    const changes = each([2], { kind: "touch", workspace: 0, place: 7 });
    const played = await play(quiet([shown(10)], { keysPerPage: 8, changes }));
    assert(played.outcome.kind === "account");
    assert.equal(played.outcome.keys.length, 10);
    assert.equal(passesOf(played), 2);
  });

  it("reads again when a row shows twice", async () => {
    const changes = each([2], { kind: "touch", workspace: 0, place: 0 });
    const played = await play(quiet([shown(10)], { keysPerPage: 8, changes }));
    assert(played.outcome.kind === "account");
    assert.equal(played.outcome.keys.length, 10);
    assert.equal(passesOf(played), 2);
  });

  it("does not take a key that is moved while it is read, twice in a row, for a service that shows it twice", async () => {
    const move = (before: number, place: number, at: number): History["changes"] =>
      each([before], { kind: "move", workspace: 0, place, to: 0, at });
    const changes = [...move(2, 0, 9), ...move(4, 9, 0), ...move(5, 0, 9)];
    const settings = { keysPerPage: 8, order: "by-another-column", lookAhead: 1 } as const;
    const played = await play(quiet([shown(10)], { ...settings, changes }));
    assert.equal(judge(played), "kept");
    assert(played.outcome.kind === "account");
  });

  it("does not take a list that shrinks before the same offset twice for one that is refused there", async () => {
    const six = (before: number, kind: "insert" | "remove"): History["changes"] =>
      each(new Array<number>(6).fill(before), { kind, workspace: 0, place: 0 });
    const changes = [...six(3, "remove"), ...six(4, "insert"), ...six(6, "remove")];
    const settings = { keysPerPage: 8, end: 404, order: "newest-last", lookAhead: 1 } as const;
    const played = await play(quiet([shown(20)], { ...settings, changes }));
    assert.equal(judge(played), "kept");
    assert(played.outcome.kind === "account");
  });

  it("says so where the last key is edited at each request, and advises to run it again", async () => {
    for (const count of [16, 20]) {
      const changes = each(pages(1, 200), { kind: "rename", workspace: 0, place: count - 1 });
      const { message } = refusalOf(await play(quiet([shown(count)], { keysPerPage: 8, changes })));
      assert.match(message, /because its last row is edited while it is read\. Run it again/u);
    }
  });

  it("refuses a list that never settles after eight passes, and says why", async () => {
    const changes = each(pages(2, 200), { kind: "touch", workspace: 0, place: 0 });
    const played = await play(quiet([shown(10)], { keysPerPage: 8, changes }));
    const { kind, message } = refusalOf(played);
    assert.equal(kind, "unsettled");
    assert.match(
      message,
      /^could not verify: the keys of a workspace cannot be read whole after 8 readings, because .*\. Run it again when nobody creates, edits, moves or deletes keys\.$/u,
    );
    assert.equal(passesOf(played), 8);
  });

  it("follows a list to its end that somebody adds a row to at each page", async () => {
    const rows = [...shown(5), ...dropped(1), ...shown(14)];
    const changes = each(pages(2, 60), { kind: "insert", workspace: 0, place: 0 });
    for (const order of ["newest-first", "newest-last"] as const) {
      const played = await play(quiet([rows], { keysPerPage: 8, order, changes }));
      assert.equal(judge(played), "kept");
      assert(played.outcome.kind === "account");
    }
  });

  it("refuses a ragged list that differs from one reading to the next", async () => {
    const rows = [...shown(5), ...dropped(1), ...shown(14)];
    const changes = each(pages(2, 200), { kind: "swap", workspace: 0, place: 0, removed: 19 });
    const { message } = refusalOf(await play(quiet([rows], { keysPerPage: 8, changes })));
    assert.match(
      message,
      /because (?:pages come short before its end, and it does not stay the same|one of its answers showed a row)/u,
    );
  });

  it("counts only ragged readings in a row as agreeing", async () => {
    const rows = [...shown(5), ...dropped(1), ...shown(14)];
    const settings = { keysPerPage: 8, order: "by-another-column" } as const;
    const unmoved = await play(quiet([rows], settings));
    assert.equal(judge(unmoved), "kept");
    assert.equal(passesOf(unmoved), 2);
    // In the second reading a row comes where two pages join, and is gone before the third, which agrees with the first: what
    // the second showed is looked for once more.
    const changes: History["changes"] = [
      ...each([11], { kind: "insert", workspace: 0, place: 7 }),
      ...each([20], { kind: "remove", workspace: 0, place: 7 }),
    ];
    const interrupted = await play(quiet([rows], { ...settings, changes }));
    assert.equal(judge(interrupted), "kept");
    assert.equal(passesOf(interrupted), 5);
  });

  it("keeps in mind what a ragged reading listed, when keys are deleted in a row before the next", async () => {
    for (const at of [3, 4, 5, 6, 7, 8]) {
      const changes: History["changes"] = [
        ...each([2], { kind: "insert", workspace: 0, place: 0 }),
        ...Array.from({ length: 110 }, (_, one) => ({
          before: at,
          change: { kind: "drop", workspace: 0, place: 193 + one } as const,
        })),
      ];
      const played = await play(quiet([shown(500)], { order: "newest-first", changes, lookAhead: 2 }));
      const showed = [...played.service.keyPasses.values()].flat(2).flatMap(({ rows }) => rows);
      assert(played.outcome.kind === "account");
      const listed = new Set(played.outcome.keys.map(({ hash }) => hash));
      const lost = played.stayed.keys.filter((key) => !listed.has(key.hash) && showed.includes(key));
      assert.deepEqual(lost, [], `deleted before page ${at}`);
    }
  });

  it("does not take a single row for the whole list when others come to stand behind it", async () => {
    const rows = [...shown(1), ...dropped(2), ...shown(4)];
    const changes = each([3, 3], { kind: "remove", workspace: 0, place: 1 });
    const played = await play(quiet([rows], { keysPerPage: 2, changes }));
    assert.equal(judge(played), "kept");
    assert(played.outcome.kind === "account");
    assert.equal(played.outcome.keys.length, 5);
  });

  it("reads both workspaces again when a key moves from one to the other", async () => {
    // One page at a time: the first workspace is read when the key leaves it.
    const changes = each([5], { kind: "move", workspace: 0, place: 1, to: 1, at: 0 });
    const played = await play(quiet([shown(3), shown(3), shown(3)], { lookAhead: 1, changes }));
    assert.equal(judge(played), "kept");
    assert(played.outcome.kind === "account");
    assert.equal(played.outcome.keys.length, 9);
    assert.equal(passesOf(played), 5);
  });

  it("refuses a key that shows in two workspaces in two readings in a row", async () => {
    const changes: History["changes"] = pages(1, 40).flatMap((round) => [
      ...each([8 * round - 3], { kind: "move", workspace: 0, place: 0, to: 1, at: 0 }),
      ...each([8 * round + 1], { kind: "move", workspace: 1, place: 0, to: 0, at: 0 }),
    ]);
    const played = await play(quiet([shown(3), shown(3)], { lookAhead: 1, order: "newest-first", changes }));
    const { kind, message } = refusalOf(played);
    assert.equal(kind, "unsettled");
    assert.match(
      message,
      /the keys of the account cannot be read whole, because a key shows in two workspaces\. Running it again will/u,
    );
    assert.equal(passesOf(played), 4);
  });

  it("takes no page of an older moment for one that lies behind it, and no empty page for the end behind which nobody looked", async () => {
    const many = (before: number, count: number, kind: "insert" | "remove" = "insert"): History["changes"] =>
      each(new Array<number>(count).fill(before), { kind, workspace: 0, place: 0 });
    const atFront = { order: "newest-first", lookAhead: 2 } as const;
    const older = [...many(3, 1, "remove"), ...many(5, 100)];
    assert.equal(judge(await play(quiet([shown(200)], { ...atFront, changes: older }))), "kept");
    // The first page has a hundred keys, that from its last one fifty, all others sixty-one.
    const shorterBy = Array.from({ length: 2_000 }, (_, offset) =>
      offset === 0 ? 0 : offset === 99 ? 50 : 39,
    );
    const unseen = quiet([shown(150)], { ...atFront, shorterBy, changes: many(4, 60) });
    assert.equal(judge(await play(unseen)), "kept");
  });

  it("reads again where the list becomes shorter than an offset that is then answered 400, 404 or 416", async () => {
    for (const end of [400, 404, 416] as const) {
      for (const [count, gone] of [
        [150, 60],
        [1_000, 950],
      ] as const) {
        const changes = each(new Array<number>(gone).fill(3), { kind: "remove", workspace: 0, place: 3 });
        const played = await play(quiet([shown(count)], { end, changes }));
        assert.equal(judge(played), "kept");
        assert.equal(played.outcome.kind === "account" ? played.outcome.keys.length : 0, count - gone);
      }
    }
  });

  it("ends with the fault of a page", async () => {
    const played = await play(quiet([shown(80)], { keysPerPage: 8, fault: 3 }));
    assert.equal(refusalOf(played).kind, "network");
  });
});
