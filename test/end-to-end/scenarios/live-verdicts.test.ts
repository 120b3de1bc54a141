import assert from "node:assert/strict";
import { firstGuardrail, gateway, hostile, hostileNames, otherGuardrail, rotated } from "../account";
import { scenario } from "../scenario";
import { assertPasses, assertStops, textOf } from "../verdicts";

/** A column of names is no wider. */
const widestName = 38;
const unguarded = /UNGUARDED {2}1 key, no direct assignment of a guardrail\n/;
const wrong = /is assigned to guardrail .*[-\w]{36}\), which is not the one required/;

scenario({
  title: "live evidence against unguarded and wrongly guarded keys, with a stack that brings its own service",
  async play(stage) {
    const project = await stage.project("unrelated", {
      "guardrails:baseUrl": stage.friendlier.baseUrl,
      "guardrails:requiredKeys": JSON.stringify([
        { hash: gateway.keyHash },
        { hash: rotated.keyHash, description: "required by the stack" },
      ]),
    });
    const run = await project.preview(
      stage.judging({
        requiredKeys: [
          { hash: gateway.keyHash, guardrail: otherGuardrail },
          ...hostile.map(({ keyHash }) => ({ hash: keyHash, guardrail: otherGuardrail })),
        ],
      }),
    );
    return { run, requestsOfFriendlier: stage.friendlier.requests.length };
  },
  shows: {
    "the preview is stopped for the key of the wrong guardrail, although the stack is content with any": ({
      run,
    }) =>
      assertStops(
        run,
        wrong,
        new RegExp(`WRONG-GUARDRAIL .*\\n(?: .*\\n)* +prod-gateway +${gateway.keyLabel} +[0-9a-f]{8}\\n`),
      ),
    "the preview is stopped for the unguarded key that only the stack requires": ({ run }) =>
      assertStops(run, unguarded, `${rotated.keyName}  ${rotated.keyLabel}  ${rotated.keyHash.slice(0, 8)}`),
    "the service that the stack would rather have asked gets no request": ({ requestsOfFriendlier }) =>
      assert.equal(requestsOfFriendlier, 0),
    ...Object.fromEntries(
      Object.entries(hostileNames).map(([kind, { shown }]) => [
        `a key's name made of ${kind} is shown as harmless text`,
        ({ run }: { run: Parameters<typeof textOf>[0] }) => assertStops(run, shown.slice(1, widestName)),
      ]),
    ),
  },
});

scenario({
  title: "live evidence over the life of a stack",
  async play(stage) {
    const project = await stage.project("unrelated");
    const judging = stage.judging({
      requiredKeys: [{ hash: gateway.keyHash, guardrail: [otherGuardrail, firstGuardrail] }],
      evidence: "live",
    });
    const deployed = await project.deploy({ ...judging, skipPreview: true });
    const unchanged = await project.preview(judging);
    stage.service.ledger.unassign(gateway.keyHash);
    return { deployed, unchanged, vanished: await project.preview(judging) };
  },
  shows: {
    "a deployment whose keys are guarded goes through": ({ deployed }) => assertPasses(deployed),
    "the next one, of an unchanged stack, goes through": ({ unchanged }) => assertPasses(unchanged),
    "one line says that the keys pass, and which rules are in force": ({ unchanged }) =>
      assert.match(
        textOf(unchanged),
        /guardrails: the only required key passes \(.*\); 2 of 5 rules in force: required-keys-guarded, declared-keys-guarded \(nothing to judge\)\n/,
      ),
    "it is stopped once the assignment has vanished": ({ vanished }) => assertStops(vanished, unguarded),
  },
});
