import assert from "node:assert/strict";
import { conformance, policyPack } from "./conformance";

conformance("a check or a policy that fails", [
  {
    title: "fails with the reason of a failing check and judges no stack",
    config: { "fixture:colour": "forbidden" },
    async play(project) {
      const run = await project.preview({ policyPack });
      assert.notEqual(run.exitCode, 0);
      assert.match(
        run.stdout,
        /error: pulumi-nodejs:dynamic\/fixture:Widget resource 'widget' has a problem: the colour is forbidden/,
      );
      assert.match(run.stdout, /validateResource read clock=undefined of colour\b/);
      assert.doesNotMatch(run.stdout, /validateStack read/);
      assert.match(run.stdout, /✅ fixture/);
    },
  },
  {
    title: "fails when a resource policy throws",
    async play(project) {
      const run = await project.preview({ policyPack, policyConfig: { "each-resource": { mode: "throw" } } });
      assert.notEqual(run.exitCode, 0);
      assert.match(run.stdout, /Error validating resource with policy 'each-resource'/);
      assert.match(run.stdout, /the policy broke/);
      assert.doesNotMatch(run.stdout, /validateStack read/);
    },
  },
  {
    title: "fails when a stack policy throws",
    async play(project) {
      const run = await project.preview({ policyPack, policyConfig: { "whole-stack": { mode: "throw" } } });
      assert.notEqual(run.exitCode, 0);
      assert.match(run.stdout, /Error validating resource with policy 'whole-stack'/);
    },
  },
]);
