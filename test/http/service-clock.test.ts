import assert from "node:assert/strict";
import { parseSnapshot, writeContent, writeSnapshot } from "../../provider/assignments/snapshot";
import { InstantClock, readingOf, useServices } from "./reading-of";

const now = Date.UTC(2026, 10, 26, 12);

/** A clock that stands still. */
class Still extends InstantClock {
  override now(): number {
    return now;
  }
}

describe("the service's clock, by the answers of a read,", () => {
  const running = useServices();

  it("is that of the answer furthest apart, for assignments and keys alike", async () => {
    const service = await running({
      rows: 250,
      date: ({ offset = 0 }) => new Date(now + offset * 1_000),
    });
    const reading = readingOf(service.baseUrl, {}, new Still());
    const own = new Date(now).toISOString();
    const { clock } = await reading.readAll();
    assert.equal(clock?.kind, "compared");
    assert.equal(clock.own, own);
    const offsets = service.requests.map(({ offset = 0 }) => offset);
    assert.equal(Date.parse(clock.service) - now, Math.max(...offsets) * 1_000);
    assert.equal((await reading.readInventory()).clock?.kind, "compared");
  });

  for (const [title, behaviour, kind] of [
    ["is not known where an answer has no Date", { date: () => undefined }, "no-date"],
    ["is not known where the Date is none", { date: () => "yesterday" }, "no-date"],
    [
      "is not known where there are two of it",
      { date: () => "Thu, 26 Nov 2026 12:00:00 GMT, Thu, 26 Nov 2026 12:00:00 GMT" },
      "no-date",
    ],
    ["is not known where an answer was kept for a while", { age: 1 }, "kept"],
  ] as const) {
    it(title, async () => {
      const reading = readingOf((await running(behaviour)).baseUrl, {}, new Still());
      assert.deepEqual((await reading.readAll()).clock, { kind });
      assert.deepEqual((await reading.readInventory()).clock, { kind });
    });
  }

  it("is kept with the list, and is no part of what is assigned", async () => {
    const { baseUrl } = await running();
    const snapshot = await readingOf(baseUrl).readAll();
    const { clock, ...before } = snapshot;
    assert.deepEqual(parseSnapshot(writeSnapshot(snapshot))?.clock, clock);
    assert.deepEqual(parseSnapshot(writeSnapshot(before)), before);
    assert.equal(writeContent(snapshot), writeContent(before));
  });
});
