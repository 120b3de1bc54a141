import assert from "node:assert/strict";
import { gateway, otherGuardrail } from "../account";
import { declare, declaredTypes } from "../declared";
import { scenario } from "../scenario";
import { assertPasses, assertStops, assertViolates, partsOf } from "../verdicts";

const rule = "required-keys-guarded";

scenario({
  title: "a rotated key: the old prod-gateway has a guardrail, the new one of that name has none",
  async play(stage) {
    const { ledger } = stage.service;
    const { keyHash, keyLabel } = ledger.addKey({ keyName: gateway.keyName });
    const project = await stage.project("declares");
    const judging = (settings: object = {}) =>
      stage.judging({
        policyConfig: {
          "guardrails-settings": { ...declaredTypes, ...settings },
          [rule]: { requiredKeys: [{ name: gateway.keyName }] },
        },
      });
    const assignment = { keyHash, guardrailId: otherGuardrail };

    const rotated = await project.preview(judging());
    await declare(project, { assignments: { empty: { ...assignment, pretends: true } } });
    const pretended = await project.deploy(judging());
    await declare(project, { assignments: { repair: assignment } });
    const unplanned = await project.preview(judging({ planned: false }));
    const repaired = await project.deploy(judging());
    const assigned = ledger.assignments().find((row) => row.keyHash === keyHash)?.guardrailId;
    ledger.unassign(keyHash);
    const undone = await project.preview(judging());
    return { keyHash, keyLabel, rotated, unplanned, pretended, repaired, assigned, undone };
  },
  shows: {
    "stops the preview and names the new key": ({ rotated, keyHash, keyLabel }) =>
      assertViolates(
        rotated,
        rule,
        "1 of 2 required keys fails",
        new RegExp(
          `UNGUARDED .* no direct assignment .*\\n +prod-gateway {2}${keyLabel} {2}${keyHash.slice(0, 8)}\\n`,
        ),
      ),
    "lets the preview through that is about to assign it, counted apart": ({ repaired }) =>
      assert.match(partsOf(repaired).preview, /guardrails: all 2 required keys pass, 1 by this deployment/),
    "lets the deployment through once the service lists the assignment": ({ repaired, assigned }) => {
      assertPasses(repaired);
      assert.match(partsOf(repaired).update, /guardrails: all 2 required keys pass \(/);
      assert.equal(assigned, otherGuardrail);
    },
    "stops that very preview when planned assignments are not to count": ({ unplanned }) =>
      assertViolates(unplanned, rule, "1 of 2 required keys fails"),
    "stops the deployment at its end when the resource has assigned nothing": ({ pretended }) => {
      assertStops(pretended);
      const { preview, update } = partsOf(pretended);
      assert.match(preview, /guardrails: all 2 required keys pass, 1 by this deployment/);
      assert.match(update, /1 of 2 required keys fails/);
    },
    "stops the next preview when somebody has undone the assignment behind the resource's back": ({
      undone,
    }) => assertViolates(undone, rule, "1 of 2 required keys fails"),
  },
});
