import assert from "node:assert/strict";
import { conformance, policyPack } from "./conformance";

conformance("a policy pack's verdict", [
  {
    title:
      "shows a passing pack the checked inputs, the dependencies, the secrets in plain, that it is a preview",
    async play(project) {
      await project.setConfig("fixture:token", "0123456789", { secret: true });
      const run = await project.preview({ policyPack });
      assert.equal(run.exitCode, 0);
      assert.match(run.stdout, /✅ fixture@v0\.0\.1/);
      assert.match(run.stdout, /validateResource got pulumi:pulumi:Stack engines-fixture-dev/);
      assert.match(run.stdout, /validateResource got pulumi:providers:pulumi-nodejs default/);
      assert.match(run.stdout, /validateResource read clock=none of clock,colour,label\b/);
      assert.match(run.stdout, /validateStack got colour from widget and a token of 10/);
      assert.match(run.stdout, /validateStack runs at preview/);
      assert.match(run.stdout, /the program sees label none-green-10/);
    },
  },
  {
    title: "stops at a mandatory violation of a resource, at preview only after the stack is judged too",
    async play(project) {
      const options = { policyPack, policyConfig: { "each-resource": { mode: "violate" } } };
      const preview = await project.preview(options);
      assert.notEqual(preview.exitCode, 0);
      assert.match(preview.stdout, /\[mandatory\] {2}each-resource {2}\(.*:Widget: widget\)/);
      assert.match(preview.stdout, /The widget is not allowed\./);
      assert.match(preview.stdout, /validateStack read/);

      const deployed = await project.deploy({ ...options, skipPreview: true });
      assert.notEqual(deployed.exitCode, 0);
      assert.match(deployed.stdout, /The widget is not allowed\./);
      assert.doesNotMatch(deployed.stdout, /validateStack read/);
      assert.doesNotMatch(await project.stateText(), /"serial"/);
      assert.equal(deployed.outputs, undefined);
    },
  },
  {
    title: "stops at a mandatory violation of the stack, without a preview only after all is created",
    async play(project) {
      const options = { policyPack, policyConfig: { "whole-stack": { mode: "violate" } } };
      const withPreview = await project.deploy(options);
      assert.notEqual(withPreview.exitCode, 0);
      assert.match(
        withPreview.stdout,
        /\[mandatory\] {2}whole-stack {2}\(pulumi:pulumi:Stack: engines-fixture-dev\)/,
      );
      assert.doesNotMatch(await project.stateText(), /"serial"/);

      const without = await project.deploy({ ...options, skipPreview: true });
      assert.notEqual(without.exitCode, 0);
      assert.match(without.stdout, /validateStack runs at deployment/);
      assert.match(await project.stateText(), /"serial": "created"/);
    },
  },
  {
    title: "shows an advisory violation and goes on",
    async play(project) {
      const policyConfig = { "each-resource": { mode: "violate", enforcementLevel: "advisory" } };
      const run = await project.preview({ policyPack, policyConfig });
      assert.equal(run.exitCode, 0);
      assert.match(run.stdout, /\[advisory\] {2}each-resource/);
    },
  },
  {
    title: "does not run what the configuration disables, one policy or all",
    async play(project) {
      const policyConfig = {
        all: "disabled",
        "whole-stack": { mode: "violate", enforcementLevel: "mandatory" },
      };
      const run = await project.preview({ policyPack, policyConfig });
      assert.notEqual(run.exitCode, 0);
      assert.doesNotMatch(run.stdout, /validateResource/);
      assert.match(run.stdout, /The stack is not allowed\./);
    },
  },
]);
