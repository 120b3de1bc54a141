import assert from "node:assert/strict";
import { firstGuardrail, gateway, hostile, hostileNames, otherGuardrail, rotated } from "../account";
import { scenario } from "../scenario";
import { assertPasses, assertStops, textOf } from "../verdicts";

const unguarded = /unguarded: key .*hash \w{8}\)? has no direct assignment of a guardrail/;
const wrong = /is assigned to guardrail [-\w]{36}, which is not the one required/;

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
    }) => assertStops(run, wrong, `wrong-guardrail: key "prod-gateway" (${gateway.keyLabel}, hash `),
    "the preview is stopped for the unguarded key that only the stack requires": ({ run }) =>
      assertStops(
        run,
        unguarded,
        `unguarded: key "required by the stack" (hash ${rotated.keyHash.slice(0, 8)}`,
      ),
    "the service that the stack would rather have asked gets no request": ({ requestsOfFriendlier }) =>
      assert.equal(requestsOfFriendlier, 0),
    ...Object.fromEntries(
      Object.entries(hostileNames).map(([kind, { shown }]) => [
        `a key's name made of ${kind} is shown as harmless text`,
        ({ run }: { run: Parameters<typeof textOf>[0] }) => assertStops(run, shown),
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
    "rules that are not configured, and the one about declared keys, say that they have nothing to judge": ({
      unchanged,
    }) => {
      const said = textOf(unchanged);
      assert.match(said, /required-keys-guarded: required keys: 1 guarded/);
      for (const name of ["no-unguarded-keys", "approved-guardrails-only", "guardrails-enforce-something"]) {
        assert(said.includes(`${name}: not applicable: it is not configured`), name);
      }
      assert.match(said, /declared-keys-guarded: not applicable: the stack declares no API key/);
    },
    "it is stopped once the assignment has vanished": ({ vanished }) => assertStops(vanished, unguarded),
  },
});
