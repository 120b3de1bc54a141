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

describe("a request that fails for good", () => {
  const isFault = (error: unknown): boolean => error instanceof GuardrailsError && error.kind === "network";

  it("ends the read although its page turned out not to be needed: one of a plan that was given up", async () => {
    // 0 is full and confirms nothing of the others: 99 shows that pages are shorter, while 198, 297 and 396 are under way.
    assert(isFault(await endsWith({ clamp: 50 }, 400, 3)));
  });

  it("ends the read although its page turned out not to be needed: the look behind the end", async () => {
    // Position 150 is looked at early, because 99 came short; then 129 shows that nothing is missing.
    const length = { by: "turn", spans: [100, 30, 100] } as const;
    assert(isFault(await endsWith({ length, schedule: [2, 0] }, 150, 2)));
  });
});
