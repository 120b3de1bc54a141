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
      const unguarded = /UNGUARDED .*feeds no guardrail assignment of it\n +prod-batch /;
      assertViolates(alone, "declared-keys-guarded", "the only declared key fails", unguarded);
      assertViolates(alone, "required-keys-guarded", "1 of 2 required keys fails");
    },
    "is stopped before it exists": ({ state }) => assert(!state.includes("openrouter")),
    "goes through with an assignment that it feeds": ({ fed }) => {
      assertPasses(fed);
      assert.match(textOf(fed), /guardrails: all 2 (required|judged) keys pass, 1 by this deployment/);
    },
  },
});
