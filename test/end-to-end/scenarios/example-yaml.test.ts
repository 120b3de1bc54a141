import assert from "node:assert/strict";
import * as z from "zod";
import { usePackedProject } from "../../package/packed-project";
import { gateway } from "../account";
import { isOnPath } from "../installing";
import { exampleProject, inEveryLanguage, judged } from "../language-example";
import { pulumiScenario } from "../scenario";

const gatewayKeys = z.array(z.object({ state: z.string(), guardrailId: z.string() }));

describe("the example in YAML (skipped where pulumi-language-yaml is not on the PATH)", () => {
  const packed = usePackedProject("store");
  before(async function () {
    if (!(await isOnPath("pulumi-language-yaml"))) this.skip();
  });

  pulumiScenario({
    title: "the example for YAML",
    play: async (stage) => judged(stage, await exampleProject(stage, packed(), "yaml"), "yaml"),
    shows: {
      ...inEveryLanguage,
      "knows the gateway's keys and the list": ({ outputs }) => {
        const keys = gatewayKeys.parse(outputs?.["gatewayKeys"]);
        assert.deepEqual(keys, [{ state: "active", guardrailId: gateway.guardrailId }]);
        assert.equal(outputs?.["total"], 5);
      },
    },
  });
});
