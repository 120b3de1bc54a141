import assert from "node:assert/strict";
import { firstGuardrail, gateway, otherGuardrail, rotated } from "../account";
import { declare, declaredTypes } from "../declared";
import { scenario } from "../scenario";
import { unassigning } from "../unassigning";
import { assertPasses, assertStops, assertViolates, partsOf, textOf, violationOf } from "../verdicts";

const rule = "required-keys-guarded";

/** One cell of the matrix for each way to end; test/engines/end-is-judged.ts has the whole of it. */
scenario({
  title: "a deployment that takes away, changes or makes the assignment of a required key",
  async play(stage) {
    const unassign = await unassigning(stage);
    const project = await stage.project("declares", { "fixture:lists": "true" });
    const key = { keyHash: gateway.keyHash, guardrailId: firstGuardrail };
    const env = { UNASSIGN_AT: unassign };
    const deploy = (settings: object, required: object, skipPreview = false) =>
      project.deploy({
        ...stage.judging({
          policyConfig: {
            "guardrails-settings": { ...declaredTypes, ...settings },
            [rule]: { requiredKeys: [required] },
          },
          env,
        }),
        skipPreview,
      });
    const required = { hash: gateway.keyHash, guardrail: firstGuardrail };
    /** The key has its guardrail by a resource, which the program then declares no longer, or otherwise. */
    const declaredOnceAndNow = async (now: Parameters<typeof declare>[1]) => {
      await declare(project, { assignments: { key } });
      await project.deploy({ ...stage.unjudged({ env }), skipPreview: true });
      await declare(project, now);
    };
    await declaredOnceAndNow({});
    const dropped = await deploy({ enforceAt: "start" }, required, true);
    await declaredOnceAndNow({});
    const droppedByStack = await deploy({ evidence: "stack" }, required, true);
    await declaredOnceAndNow({ assignments: { key: { ...key, guardrailId: otherGuardrail } } });
    const changed = await deploy({}, required);
    const repair = { keyHash: rotated.keyHash, guardrailId: otherGuardrail };
    await declare(project, { assignments: { repair } });
    const repaired = await deploy({ evidence: "stack" }, { hash: rotated.keyHash });
    // Its key has no guardrail, and gets none.
    await declare(project, { assignments: { fails: { ...key, guardrailId: "none" } } });
    const failed = await deploy({}, required, true);
    return { dropped, droppedByStack, changed, repaired, failed };
  },
  shows: {
    "ends 1 when it was taken away, though nothing was wrong at the start": ({ dropped }) => {
      assertViolates(dropped, rule, "no direct assignment of a guardrail");
    },
    "passes by stack evidence although it was taken away: the one exception": ({ droppedByStack }) =>
      assertPasses(droppedByStack),
    "is stopped where a change shows before it is made": ({ changed }) => {
      assertViolates(changed, rule, "which is not the one required");
      assert.equal(partsOf(changed).update, "");
    },
    "ends 1 unjudged when it fails midway: the engine runs no stack policy then": ({ failed }) => {
      assertStops(failed, /the service answered 4\d\d/u);
      assert.equal(violationOf(failed, rule), "");
      assert(!textOf(failed).includes("no direct assignment"));
    },
    "passes by stack evidence when it makes the missing one": ({ repaired }) => assertPasses(repaired),
  },
});
