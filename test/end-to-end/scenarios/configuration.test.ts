import assert from "node:assert/strict";
import { gateway } from "../account";
import { scenario } from "../scenario";
import { assertCouldNotVerify, textOf } from "../verdicts";

/** Nobody's; it only has the form of an API key. */
const rawKey = `sk-or-v1-${"5e1f".repeat(16)}`;

scenario({
  title: "a configuration of the pack that is none",
  async play(stage) {
    const project = await stage.project("unrelated");
    const preview = (policyConfig: object) => project.preview(stage.judging({ policyConfig }));
    const rule = "required-keys-guarded";
    return {
      misspelt: await preview({ [rule]: { requiredKey: [{ hash: gateway.keyHash }] } }),
      empty: await preview({ [rule]: {} }),
      nothing: await preview({}),
      pasted: await preview({ [rule]: { requiredKeys: [{ hash: rawKey }] } }),
    };
  },
  shows: {
    "stops the preview when a name is misspelt": ({ misspelt }) =>
      assertCouldNotVerify(misspelt, "has the unknown setting requiredKey"),
    "stops the preview when the rule's configuration is empty": ({ empty }) =>
      assertCouldNotVerify(empty, "names no required keys"),
    "stops the preview when there is no configuration for the rule": ({ nothing }) =>
      assertCouldNotVerify(nothing, "names no required keys"),
    "stops the preview when it holds an API key itself": ({ pasted }) =>
      assertCouldNotVerify(pasted, "requiredKeys[0].hash holds what looks like an API key itself"),
    "does not repeat that API key": ({ pasted }) => assert(!textOf(pasted).includes(rawKey.slice(9, 25))),
  },
});

scenario({
  title: "required keys that the stack configuration holds in another namespace",
  async play(stage) {
    const preview = async (key: string) => {
      const project = await stage.project("unrelated", { [key]: '[{"name":"prod-x"}]' });
      return project.preview(stage.judging({ requiredKeys: [{ hash: gateway.keyHash }] }));
    };
    return {
      ofProject: await preview("unrelated:requiredKeys"),
      near: await preview("guardrail:requiredKeys"),
    };
  },
  shows: {
    "stop the preview when they stand in the project's own": ({ ofProject }) =>
      assertCouldNotVerify(ofProject, '"unrelated:requiredKeys"; guardrails:requiredKeys is probably meant'),
    "stop the preview when the namespace is misspelt": ({ near }) =>
      assertCouldNotVerify(near, '"guardrail:requiredKeys"; guardrails:requiredKeys is probably meant'),
  },
});
