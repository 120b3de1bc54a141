import assert from "node:assert/strict";
import { gateway, otherGuardrail } from "../account";
import { scenario } from "../scenario";
import { assertPasses, assertViolates, textOf } from "../verdicts";

scenario({
  title: "a key that a program declares by the official provider's types, its hash not known yet",
  async play(stage) {
    const project = await stage.project("official-types", { "fixture:keyName": "prod-batch" });
    const judging = stage.judging({
      requiredKeys: [{ hash: gateway.keyHash }, { name: "prod-batch" }],
    });
    const alone = await project.deploy(judging);
    const state = await project.stateText();
    await project.setConfig("fixture:guardrailId", otherGuardrail);
    const fed = await project.preview(judging);
    return { alone, state, fed };
  },
  shows: {
    "is stopped without an assignment": ({ alone }) => {
      const unguarded = /unguarded: key "prod-batch" .*feeds no guardrail assignment of it/;
      assertViolates(alone, "declared-keys-guarded", "declared keys: 1 unguarded", unguarded);
      assertViolates(alone, "required-keys-guarded", "required keys: 1 unguarded, 1 guarded");
    },
    "is stopped before it exists": ({ state }) => assert(!state.includes("openrouter")),
    "goes through with an assignment that it feeds": ({ fed }) => {
      assertPasses(fed);
      assert.match(textOf(fed), /declared-keys-guarded: declared keys: 1 guarded/);
      assert.match(textOf(fed), /required-keys-guarded: required keys: 1 guarded-by-deployment, 1 guarded/);
    },
  },
});
