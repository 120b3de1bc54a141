import assert from "node:assert/strict";
import { gateway, hostile, otherGuardrail } from "../account";
import { scenario } from "../scenario";
import { assertPasses, assertStops, changes, textOf } from "../verdicts";

const [reassigned] = hostile;

/** The double shows no details in any case. */
const fullDiff = { extraArgs: ["--diff"] };

scenario({
  title: "stack evidence over the life of a stack",
  async play(stage) {
    const project = await stage.project("lists");
    const judging = stage.judging({ requiredKeys: [{ hash: gateway.keyHash }], evidence: "stack" });
    const deployed = await project.deploy({ ...judging, skipPreview: true });
    const unchanged = await project.preview(judging);
    const added = stage.service.ledger.assign({ keyName: "batch" });
    const changed = await project.preview(judging);
    stage.service.ledger.unassign(gateway.keyHash);
    const vanished = await project.preview({ ...judging, ...fullDiff });
    return { deployed, unchanged, added, changed, vanished };
  },
  shows: {
    "a deployment whose keys are guarded goes through": ({ deployed }) => assertPasses(deployed),
    "the next one, of an unchanged list, goes through by what it has read itself": ({ unchanged }) =>
      assertPasses(unchanged),
    "an unchanged list is no change, although it was read at another time": ({ unchanged }) =>
      assert(!changes(unchanged), textOf(unchanged)),
    "a new assignment shows as an update, and goes through": ({ changed }) => {
      assertPasses(changed);
      assert(changes(changed), textOf(changed));
    },
    "a vanished assignment stops the preview": ({ vanished }) =>
      assertStops(vanished, "UNGUARDED  ", `  ${gateway.keyHash.slice(0, 8)}`),
    "no row of the list is printed, not even with --diff": ({ changed, vanished, added }) => {
      assert(changes(vanished), textOf(vanished));
      for (const run of [changed, vanished]) assert(!textOf(run).includes(added.id), textOf(run));
    },
  },
});

scenario({
  title: "stack evidence against unguarded and wrongly guarded keys",
  async play(stage) {
    const project = await stage.project("lists");
    stage.service.ledger.unassign(gateway.keyHash);
    return project.preview(
      stage.judging({
        requiredKeys: [
          { hash: gateway.keyHash },
          { hash: reassigned?.keyHash, guardrail: otherGuardrail },
          { name: "prod-gateway-rotated" },
        ],
        evidence: "stack",
      }),
    );
  },
  shows: {
    "the preview is stopped for the unguarded key": (run) =>
      assertStops(run, /UNGUARDED .*no direct assignment of a guardrail/),
    "the preview is stopped for the key of the wrong guardrail": (run) =>
      assertStops(run, /WRONG-GUARDRAIL .*is not the one required/),
    "the preview is stopped for the key that is known by its name only": (run) =>
      assertStops(run, /UNVERIFIED .* could not be verified by name.*\n +prod-gateway-rotated /),
  },
});
