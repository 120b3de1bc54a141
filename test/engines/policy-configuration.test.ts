import assert from "node:assert/strict";
import { conformance, policyPack } from "./conformance";

conformance("the configuration of a policy pack", [
  {
    title: "refuses a configuration for a policy that does not exist, with an opaque message",
    async play(project) {
      const run = await project.preview({
        policyPack,
        policyConfig: { "each-resorce": { mode: "violate" } },
      });
      assert.notEqual(run.exitCode, 0);
      assert.match(
        run.stdout + run.stderr,
        /configuring policy pack "fixture" at ".*": invalid enforcement level ""/,
      );
      assert.doesNotMatch(run.stdout, /validateResource/);
    },
  },
  {
    title: "drops the entry of a policy that does not exist without a word, where it states a level",
    async play(project) {
      const policyConfig = { "each-resorce": { enforcementLevel: "mandatory", mode: "violate" } };
      const run = await project.preview({ policyPack, policyConfig });
      assert.equal(run.exitCode, 0);
      assert.doesNotMatch(run.stdout + run.stderr, /each-resorce/);
    },
  },
  {
    title: "accepts a mere level for a policy that does not exist",
    async play(project) {
      const run = await project.preview({ policyPack, policyConfig: { "each-resorce": "mandatory" } });
      assert.equal(run.exitCode, 0);
    },
  },
  {
    title: "refuses a configuration of the wrong type before any policy runs",
    async play(project) {
      const run = await project.preview({ policyPack, policyConfig: { "each-resource": { mode: 3 } } });
      assert.notEqual(run.exitCode, 0);
      assert.match(run.stdout, /validating policy config: fixture 0\.0\.1 {2}each-resource: mode/);
      assert.doesNotMatch(run.stdout, /validateResource/);
    },
  },
  {
    title: "refuses an unknown enforcement level",
    async play(project) {
      const run = await project.preview({ policyPack, policyConfig: { "each-resource": "harsh" } });
      assert.notEqual(run.exitCode, 0);
      assert.match(
        run.stdout + run.stderr,
        /parsing enforcement level for "each-resource": "harsh" is not a valid enforcement level/,
      );
    },
  },
]);
