import assert from "node:assert/strict";
import { gateway, rotated } from "../account";
import { scenario } from "../scenario";
import { assertPasses, assertStops, textOf } from "../verdicts";

const day = 24 * 60 * 60_000;

scenario({
  title: "a waiver where this machine's clock and the service's disagree",
  async play(stage) {
    const waiver = {
      hash: rotated.keyHash,
      rule: "required-keys-guarded",
      reason: "being rotated",
      owner: "platform",
      expires: new Date(Date.now() + 7 * day).toISOString().slice(0, 10),
    };
    const requiredKeys = [{ hash: gateway.keyHash }, { hash: rotated.keyHash }];
    const preview = async (evidence: "live" | "stack") => {
      const project = await stage.project("lists", { "guardrails:baseUrl": stage.service.baseUrl });
      const policyConfig = { "guardrails-settings": { requiredKeys, evidence, waivers: [waiver] } };
      await project.setConfig("guardrails:managementKey", stage.service.managementKey, { secret: true });
      return project.preview(stage.judging({ policyConfig }));
    };
    const agreeing = { live: await preview("live"), stack: await preview("stack") };
    stage.service.date = () => new Date(Date.now() - 10 * 60_000);
    return { agreeing, disagreeing: { live: await preview("live"), stack: await preview("stack") } };
  },
  shows: {
    "lets its key pass while they agree": ({ agreeing }) => {
      assertPasses(agreeing.live);
      assertPasses(agreeing.stack);
    },
    "is in doubt when they do not, by live evidence": ({ disagreeing }) =>
      assertStops(disagreeing.live, "nobody can tell whether its waiver until"),
    "is in doubt when they do not, by the program's evidence": ({ disagreeing }) => {
      assertStops(disagreeing.stack, "nobody can tell whether its waiver until");
      assert.match(textOf(disagreeing.stack), /this machine's clock said \S+Z when the service's said \S+Z/u);
    },
  },
});
