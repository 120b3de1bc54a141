import assert from "node:assert/strict";
import { LiveEvidence } from "../../policies/evidence/live-evidence";
import { argumentSource } from "../../provider/settings/settings";
import { useServices } from "../http/reading-of";
import { environmentOf, runPolicies } from "../policies/policy-run";

const stated = argumentSource({});

/** What a warm-up loads, loaded again: when this has ended, so has the warm-up. */
async function warmedUp(): Promise<void> {
  await Promise.all([import("node-fetch"), import("p-limit"), import("p-retry")]);
  await new Promise(setImmediate);
}

describe("live evidence that is warmed up", () => {
  const running = useServices();

  it("sends nothing before it is asked for, and is then read as ever", async () => {
    const service = await running();
    const live = new LiveEvidence(stated, environmentOf(service));
    live.warmUp();
    live.warmUp();
    await warmedUp();
    // Another reader's request, made later and answered: one of the warm-up would be here before it.
    await new LiveEvidence(stated, environmentOf(service)).assignments();
    assert.equal(service.requests.length, 1);
    assert.equal((await live.assignments()).kind, "read");
    assert.equal(service.requests.length, 2);
  });

  it("leaves it to the read to tell that the settings cannot work", async () => {
    const loose: unknown[] = [];
    const onLoose = (reason: unknown): void => void loose.push(reason);
    process.on("unhandledRejection", onLoose);
    try {
      const live = new LiveEvidence(stated, {});
      live.warmUp();
      await warmedUp();
      assert.deepEqual(loose, []);
      const evidence = await live.assignments();
      assert(evidence.kind === "none");
      assert.match(evidence.why, /^could not verify: no management key/u);
    } finally {
      process.off("unhandledRejection", onLoose);
    }
  });

  it("stops a deployment without a credential once, at the end", async () => {
    const configuration = { "required-keys-guarded": { requiredKeys: [{ hash: "0".repeat(64) }] } };
    const { violations } = await runPolicies({ environment: {}, configuration });
    assert.deepEqual(
      violations.map(({ policy, at }) => [policy, at]),
      [["required-keys-guarded", "end"]],
    );
  });
});
