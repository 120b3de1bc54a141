import assert from "node:assert/strict";
import { join } from "node:path";
import { conformance, fixtures, policyPack } from "./conformance";

conformance("a program and its state", [
  {
    title: "shows a program at preview what check added, and nothing that only create knows",
    config: { "fixture:prefix": "light" },
    async play(project) {
      const run = await project.preview();
      assert.equal(run.exitCode, 0);
      assert.match(run.stdout, /the program sees label light-green-0/);
      assert.doesNotMatch(run.stdout, /the program sees serial/);
      assert.equal(run.outputs, undefined);
    },
  },
  {
    title: "runs the program that main of Pulumi.yaml names",
    programDirectory: join(fixtures, "by-main"),
    async play(project) {
      const run = await project.preview();
      assert.equal(run.exitCode, 0);
      assert.match(run.stdout, /the program sees label none-green-0/);
    },
  },
  {
    title:
      "judges an unchanged resource by fresh inputs, and its stack by the outputs of the last deployment",
    async play(project) {
      await project.setConfig("fixture:token", "0123456789", { secret: true });
      const first = await project.deploy({ env: { FIXTURE_CLOCK: "first" } });
      assert.equal(first.exitCode, 0);
      assert.deepEqual(await first.outputs?.(), {
        label: "none-green-10",
        serial: "created",
        dependentColour: "created",
        token: "0123456789",
      });
      for (const run of [
        await project.preview({ policyPack, env: { FIXTURE_CLOCK: "second" } }),
        await project.deploy({ policyPack, env: { FIXTURE_CLOCK: "second" }, skipPreview: true }),
      ]) {
        assert.equal(run.exitCode, 0);
        assert.match(run.stdout, /validateResource read clock=second/);
        assert.match(run.stdout, /validateStack read clock=first/);
        assert.doesNotMatch(run.stdout, /clock=none/);
        assert.match(run.stdout, /the program sees serial created/);
      }
      assert.doesNotMatch(await project.stateText(), /0123456789/);
    },
  },
  {
    title: "updates what has changed, and knows at preview only the new inputs of it",
    async play(project) {
      assert.equal((await project.deploy({ skipPreview: true })).exitCode, 0);
      await project.setConfig("fixture:colour", "red");
      const preview = await project.preview({ policyPack, env: { FIXTURE_CLOCK: "second" } });
      assert.equal(preview.exitCode, 0);
      assert.match(preview.stdout, /validateStack read clock=second/);
      assert.doesNotMatch(preview.stdout, /the program sees serial/);
      const deployed = await project.deploy({ skipPreview: true });
      assert.equal((await deployed.outputs?.())?.["serial"], "updated");
    },
  },
  {
    title: "fails with the words of a program that gives up",
    config: { "fixture:mishap": "throws" },
    async play(project) {
      const run = await project.preview({ policyPack });
      assert.notEqual(run.exitCode, 0);
      assert.match(run.stdout, /error: the program gave up/);
      assert.doesNotMatch(run.stdout, /validateStack read/);
    },
  },
]);
