import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { readStream } from "../../provider/assignments/read";
import { SeenIds } from "../../provider/assignments/seen-ids";
import { GuardrailsError } from "../../provider/errors";
import { cases } from "../cases";
import { histories, smallWindows } from "./generated-histories";
import { orphans, quiet, shown } from "./history";
import { ModelService } from "./model-service";
import { play } from "./play";
import { judge } from "./promise";
import { seed } from "./property";

/** Leaves the stream after that many rows. */
async function take(service: ModelService, window: number, count: number): Promise<number> {
  let taken = 0;
  for await (const rows of readStream(service, window)) {
    taken += rows.length;
    if (taken >= count) break;
  }
  return taken;
}

describe("the ids that a stream gave out", () => {
  for (const [kind, idOf] of [
    ["counted", (n: number) => `00000000-0000-4000-8000-${n.toString(16).padStart(12, "0")}`],
    [
      "counted twice over",
      (n: number) =>
        `${n.toString(16).padStart(8, "0")}-0000-4000-8000-0000${n.toString(16).padStart(8, "0")}`,
    ],
    ["drawn by chance", () => randomUUID()],
  ] as const)
    it(`are told apart where they are ${kind}, and one that came twice is found`, () => {
      const seen = new SeenIds();
      const again = new SeenIds();
      for (let n = 0; n < 200_000; n += 1) {
        const id = idOf(n);
        seen.add(id);
        again.add(id);
        if (n === 777) again.add(id);
      }
      assert.equal(seen.hasRepeat(), false);
      assert.equal(again.hasRepeat(), true);
    });
});

describe("a stream of the list", () => {
  it("gives rows before the list is read to its end", async () => {
    const service = new ModelService(quiet(shown(200), { window: 8, lookAhead: 2 }));
    assert.equal(await service.serve(take(service, 8, 1)), 8);
    assert(service.requests < 5, `${service.requests} requests`);
  });

  it("ends its requests when the consumer leaves while others are under way", async () => {
    const service = new ModelService(quiet(shown(200), { window: 8, lookAhead: 6 }));
    await service.serve(take(service, 8, 20));
    assert.deepEqual([service.waiting, service.signals.map(({ aborted }) => aborted)], [0, [true]]);
  });

  it("reads the list once where all pages are chained", async () => {
    const { service } = await play(quiet(shown(200), { window: 8 }), "readStream");
    assert.equal(service.passes.length, 1);
  });

  it("ends its requests when the consumer leaves early, whatever happens", async () => {
    const kind = { windows: smallWindows, moving: false, claims: "honest", faults: false } as const;
    const property = fc.asyncProperty(
      histories(kind),
      fc.integer({ min: 1, max: 9 }),
      async (history, count) => {
        const service = new ModelService(history);
        await service.serve(take(service, history.window, count));
        assert.equal(service.waiting, 0);
        assert(service.signals.every((signal) => signal.aborted));
      },
    );
    await fc.assert(property, { numRuns: cases(300), seed });
  });

  it("reads on in one pass where pages turn out shorter than they are asked for", async () => {
    const { service, outcome } = await play(
      quiet(shown(400), { length: { by: "turn", spans: [100, 30] } }),
      "readStream",
    );
    assert.equal(outcome.kind === "list" ? outcome.rows.length : 0, 400);
    assert.equal(service.passes.length, 1);
  });

  it("gives a list at rest whose pages change their length, be they shorter than assumed", async () => {
    for (const spans of [
      [18, 3, 14, 3, 18],
      [4, 5, 15],
      [2, 10, 4, 11],
      [3, 5, 2],
    ])
      for (const by of ["turn", "offset", "load"] as const) {
        const settings = { window: 18, length: { by, spans }, schedule: [16, 3, 7] } as const;
        const { outcome } = await play(quiet(shown(82), settings), "readStream");
        assert.equal(outcome.kind === "list" ? outcome.rows.length : String(outcome.error), 82);
      }
  });

  it("throws at its end when a second reading differs", async () => {
    const rows = [...shown(10), ...orphans(20), ...shown(10)];
    const change = { kind: "delete-key", place: 12 } as const;
    const changes = Array.from({ length: 60 }, (_, before) => ({ before: before + 9, change }));
    const { outcome } = await play(quiet(rows, { window: 8, changes }), "readStream");
    assert(outcome.kind === "refusal" && outcome.error instanceof GuardrailsError);
    assert.match(outcome.error.message, /while it was streamed, because .* a second reading differs/u);
  });

  it("gives a list that grows while it is streamed", async () => {
    const changes = [{ before: 2, change: { kind: "insert", place: 0 } as const }];
    const played = await play(quiet(shown(40), { window: 8, changes, lookAhead: 1 }), "readStream");
    assert.equal(judge(played), "kept");
  });
});
