import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { watch } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { root } from "../repository";
import { engineEnvironment } from "./environment";
import { type Engine, engineDouble, type Project, realEngine } from "./index";

const fixtures = resolve(root, "test/fixtures/engines");
const program = join(fixtures, "program");
const policyPack = join(fixtures, "pack");

interface Scenario {
  readonly title: string;
  readonly config?: Readonly<Record<string, string>>;
  readonly programDirectory?: string;
  play(project: Project): Promise<void>;
}

const scenarios: readonly Scenario[] = [
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
  {
    title:
      "judges an unchanged resource by fresh inputs, and its stack by the outputs of the last deployment",
    async play(project) {
      await project.setConfig("fixture:token", "0123456789", { secret: true });
      const first = await project.deploy({ env: { FIXTURE_CLOCK: "first" } });
      assert.equal(first.exitCode, 0);
      assert.deepEqual(first.outputs, {
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
      assert.equal(deployed.outputs?.["serial"], "updated");
    },
  },
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
];

function suite(title: string, findEngine: () => Promise<Engine | undefined>): void {
  describe(title, function () {
    // The engines have limits of their own; this one is only there to be out of their way.
    this.timeout(600_000);
    let engine: Engine;

    before(async function () {
      const found = await findEngine();
      if (found === undefined) this.skip();
      engine = found;
    });

    for (const { title, config = {}, programDirectory = program, play } of scenarios) {
      it(title, async () => {
        const project = await engine.project({ programDirectory });
        try {
          for (const [key, value] of Object.entries(config)) await project.setConfig(key, value);
          await play(project);
        } finally {
          await project.dispose();
        }
      });
    }
  });
}

suite("the engine double", async () => engineDouble());
suite("a real pulumi gives the same verdicts (skipped where none is installed)", realEngine);

describe("the environment of an engine", () => {
  it("holds none of the caller's own variables but those of the machine", () => {
    process.env["GUARDRAILS_MANAGEMENT_KEY"] = "of the developer";
    try {
      const environment = engineEnvironment({ ADDED: "yes", HOME: undefined });
      assert.equal(environment["PATH"], process.env["PATH"]);
      assert.equal(environment["ADDED"], "yes");
      assert.equal("HOME" in environment, false);
      assert.equal("GUARDRAILS_MANAGEMENT_KEY" in environment, false);
    } finally {
      delete process.env["GUARDRAILS_MANAGEMENT_KEY"];
    }
  });
});

describe("the engine double by itself", function () {
  this.timeout(600_000);

  it("accepts a resource of any other package, its inputs being its outputs", async () => {
    const project = await engineDouble().project({ programDirectory: program });
    try {
      await project.setConfig("fixture:also", "openrouter:index/apiKey:ApiKey");
      const run = await project.deploy({ policyPack, skipPreview: true });
      assert.equal(run.exitCode, 0);
      assert.match(run.stdout, /validateResource got pulumi:providers:openrouter default/);
      assert.match(run.stdout, /validateResource got openrouter:index\/apiKey:ApiKey also/);
      assert.match(await project.stateText(), /"name": "an input"/);
    } finally {
      await project.dispose();
    }
  });

  it("says clearly that it has no functions", async () => {
    const project = await engineDouble().project({ programDirectory: program });
    try {
      await project.setConfig("fixture:mishap", "asks");
      const run = await project.preview();
      assert.equal(run.exitCode, 1);
      assert.match(run.stdout, /error: the engine double has no functions of providers \(invoke\)/);
    } finally {
      await project.dispose();
    }
  });

  it("leaves no process behind when it is interrupted", async () => {
    const folder = mkdtempSync(join(tmpdir(), "engines-test-"));
    const project = await engineDouble().project({ programDirectory: program });
    try {
      await project.setConfig("fixture:colour", "never");
      const pidFile = join(folder, "pid");
      const interrupt = new AbortController();
      const running = project.preview({ env: { FIXTURE_PID_FILE: pidFile }, signal: interrupt.signal });
      await written(pidFile);
      interrupt.abort();
      const run = await running;
      assert.equal(run.exitCode, 1);
      assert.match(run.stdout, /error: interrupted/);
      const provider = Number(readFileSync(pidFile, "utf8"));
      assert.throws(() => process.kill(provider, 0), { code: "ESRCH" });
    } finally {
      await project.dispose();
      rmSync(folder, { recursive: true });
    }
  });
});

async function written(file: string): Promise<void> {
  for await (const _ of watch(dirname(file))) {
    if (existsSync(file) && readFileSync(file).length > 0) return;
  }
}
