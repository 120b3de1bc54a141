import assert from "node:assert/strict";
import type { PageSource } from "../../provider/assignments/page";
import { readAll } from "../../provider/assignments/read";
import { type Change, rowOf } from "./account";
import { CuttingService } from "./cutting-service";
import { type History, quiet, shown } from "./history";
import { ModelService } from "./model-service";
import { play } from "./play";

/** The same change before every page but the first. */
const atEachPage = (change: Change): History["changes"] =>
  Array.from({ length: 2_000 }, (_, page) => ({ before: page + 1, change }));

/** A list whose keys are given other guardrails all the time. */
const restless = quiet(shown(150), {
  changes: atEachPage({ kind: "swap", place: 0, removed: 0 }),
  lookAhead: 1,
});

/** The pauses between its readings, and what it is refused with. */
async function pausesOf(mayRest: (pause: number) => boolean) {
  const service = new ModelService(restless);
  const pauses: number[] = [];
  const source: PageSource = {
    open: (signal) => service.open(signal),
    checkPlan: () => undefined,
    lookAhead: 1,
    rest: async (milliseconds) => {
      pauses.push(milliseconds);
      return mayRest(milliseconds);
    },
  };
  const error = await service.serve(
    readAll(source).then(
      () => assert.fail("it was not refused"),
      (reason: unknown) => reason,
    ),
  );
  return { pauses, message: String(error) };
}

describe("a list that does not settle", () => {
  it("is read again at once, and then after pauses that grow twice as long each time", async () => {
    const { pauses, message } = await pausesOf(() => true);
    assert.deepEqual(pauses, [0, 250, 500, 1_000, 2_000, 4_000, 8_000]);
    assert.match(message, /after 8 readings, because /u);
  });

  it("is given up where the read has no time for the next pause", async () => {
    const { pauses, message } = await pausesOf((pause) => pause < 500);
    assert.deepEqual(pauses, [0, 250, 500]);
    assert.match(message, /after 3 readings, because /u);
  });

  it("is followed where it grows at its end, but not for ever", async () => {
    const changes = atEachPage({ kind: "insert", place: 0 });
    const { outcome, service } = await play(quiet(shown(20), { window: 8, changes, lookAhead: 1 }));
    assert(outcome.kind === "refusal");
    assert.match(
      String(outcome.error),
      /because it keeps growing at its end\. Run it again when nobody changes assignments/u,
    );
    assert.equal(service.passes.length, 8);
  });

  it("is refused after two readings where no row comes while its total grows with the offset", async () => {
    const list = Array.from({ length: 60 }, (_, at) => (at % 2 === 0 ? rowOf(at) : undefined));
    const service = new CuttingService((offset, limit) => {
      const rows = list.slice(offset, offset + limit).filter((row) => row !== undefined);
      return { rows, total: offset + Math.max(1, rows.length) };
    });
    const message = /because it keeps growing at its end\. Running it again will not help/u;
    await assert.rejects(readAll(service, 8), { kind: "unsettled", message });
    assert.equal(service.readings, 2);
  });

  it("is refused after two readings where its total grows with the offset and no row shows at all", async () => {
    const service = new CuttingService((offset) => ({ rows: [], total: offset + 1 }));
    const message = /because it keeps growing at its end\. Running it again will not help/u;
    await assert.rejects(readAll(service, 8), { kind: "unsettled", message });
    assert.equal(service.readings, 2);
  });

  it("is refused after two readings where rows show behind a total of nothing, by a higher total", async () => {
    const list = Array.from({ length: 10 }, (_, at) => rowOf(at));
    const service = new CuttingService((offset, limit) =>
      offset === 0
        ? { rows: [], total: 0 }
        : { rows: list.slice(offset, offset + limit), total: list.length },
    );
    const message = /because it has rows beyond its total of 0\. Running it again will not help/u;
    await assert.rejects(readAll(service, 8), { kind: "unsettled", message });
    assert.equal(service.readings, 2);
  });

  it("may settle yet where each reading ends in the same contradiction after other rows", async () => {
    const falselyCounting = (reading: () => number) =>
      new CuttingService((offset, limit) => {
        const rows = Array.from({ length: 40 }, (_, at) => rowOf(100 * reading() + at));
        return { rows: rows.slice(offset, offset + limit), total: offset === 35 ? 36 : 40 };
      });
    const changing: CuttingService = falselyCounting(() => changing.readings);
    const message = /after 8 readings, because it has rows beyond its total of 36/u;
    await assert.rejects(readAll(changing, 8), { message });
    const atRest = falselyCounting(() => 1);
    await assert.rejects(readAll(atRest, 8), /beyond its total of 36\. Running it again will not help/u);
    assert.equal(atRest.readings, 2);
  });
});
