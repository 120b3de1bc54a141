import assert from "node:assert/strict";
import { readLiveEvidence } from "../../policies/evidence";
import { GuardrailsError } from "../../provider/errors";
import { argumentLayer } from "../../provider/settings";
import { useServices } from "../http/reading-of";
import { environmentOf } from "./policy-run";

describe("live evidence", () => {
  const running = useServices();
  const stated = argumentLayer({});

  it("is the list as it is now", async () => {
    const service = await running();
    const evidence = await readLiveEvidence(stated, environmentOf(service));
    assert(evidence.kind === "list");
    assert.equal(evidence.snapshot.assignments.length, 3);
  });

  it("is none, and nothing is thrown, when the list cannot be read or the settings cannot work", async () => {
    const service = await running({ faults: () => ({ kind: "status", status: 401 }) });
    for (const environment of [environmentOf(service), {}]) {
      const evidence = await readLiveEvidence(stated, environment);
      assert(evidence.kind === "none");
      assert.match(evidence.why, /^could not verify: (?!could not verify)/u);
    }
  });

  it("says could not verify also of an error that does not say so itself", async () => {
    const evidence = await readLiveEvidence(argumentLayer({ service: "none" }), {});
    assert(evidence.kind === "none");
    assert.match(evidence.why, /^could not verify: argument service is not a known service/u);
  });

  it("throws when its caller aborts: that is the caller's doing, not a doubt", async () => {
    const service = await running();
    const aborted = readLiveEvidence(stated, environmentOf(service), { signal: AbortSignal.abort() });
    await assert.rejects(aborted, (error) => error instanceof GuardrailsError && error.kind === "aborted");
  });
});
