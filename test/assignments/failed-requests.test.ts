import assert from "node:assert/strict";
import { GuardrailsError } from "../../provider/errors";
import { type History, quiet, shown } from "./history";
import { play } from "./play";

/** What the read ends with where this request, by its number, fails for good; without it the list is read. */
async function endsWith(settings: Partial<History>, count: number, fault: number): Promise<unknown> {
  const { outcome } = await play(quiet(shown(count), settings));
  assert.equal(outcome.kind, "list");
  const played = await play(quiet(shown(count), { ...settings, fault }));
  assert(played.service.failedPass !== undefined, "nothing failed");
  return played.outcome.kind === "refusal" ? played.outcome.error : "a list";
}

/**
 * Pages span 100 positions, and 30 from 297 on. That shows at 396, while 495, 594 and 693 are under way: a plan with shorter
 * pages takes their place.
 * @param late answers 495, made at once and held back or made then only, after so many steps
 */
function shorterFrom297(late?: { readonly heldBack: boolean; readonly steps: number }): Partial<History> {
  const spans = Array.from({ length: 800 }, (_, offset) => (offset < 297 ? 100 : 30));
  // Six steps up to 396; 2 serves the request after the one that waits longest.
  const schedule = late && [
    ...times(6, 0),
    ...(late.heldBack ? [1] : []),
    ...times(late.steps, 2),
    ...times(20, 0),
  ];
  return { length: { by: "offset", spans }, ...(schedule && { schedule }) };
}

function times(count: number, step: number): number[] {
  return new Array<number>(count).fill(step);
}

describe("a request that fails for good", () => {
  const isFault = (error: unknown): boolean => error instanceof GuardrailsError && error.kind === "network";

  it("ends the read, and no page is asked for after it", async () => {
    const { service } = await play(quiet(shown(800), shorterFrom297()));
    for (let fault = 1; fault < service.requests; fault += 1) {
      const failed = await play(quiet(shown(800), { ...shorterFrom297(), fault }));
      assert(failed.outcome.kind === "refusal" && isFault(failed.outcome.error), `request ${fault}`);
      // It is made when the requests after it are under way.
      const { requests } = failed.service;
      assert(
        requests <= fault + failed.service.lookAhead + 1,
        `${requests} requests, of which ${fault} fails`,
      );
    }
  });

  it("ends the read although its page turned out not to be needed: one of a plan that was given up", async () => {
    // 495 is answered when only the last two of the pages that took its place are still to come.
    const schedule = shorterFrom297({ heldBack: false, steps: 32 });
    assert(isFault(await endsWith(schedule, 800, 38)));
  });

  it("ends the read although its page turned out not to be needed: the look behind the end", async () => {
    // Position 150 is looked at early, because 99 came short; then 129 shows that nothing is missing.
    const length = { by: "turn", spans: [100, 30, 100] } as const;
    assert(isFault(await endsWith({ length, schedule: [2, 0] }, 150, 2)));
  });
});

it("what a page of a plan that was given up shows, answered after that, counts for nothing", async () => {
  // A key that 495 shows is deleted before any other page shows it.
  const changes = [{ before: 8, change: { kind: "delete-key", place: 510 } }] as const;
  const history = quiet(shown(800), { ...shorterFrom297({ heldBack: true, steps: 20 }), changes });
  const { outcome, service, stayed } = await play(history);
  assert(outcome.kind === "list");
  assert.deepEqual(outcome.rows, stayed);
  assert.equal(service.passes.length, 1);
  assert(service.passes[0]?.some(({ rows }) => rows.some((row) => !stayed.includes(row))));
});
