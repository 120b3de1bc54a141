import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { watch } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { policyPack, program } from "./conformance";
import { engineEnvironment } from "./environment";
import { engineDouble } from "./index";

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

  it("says clearly which plugin it does not have, when a function of it is called", async () => {
    const project = await engineDouble().project({ programDirectory: program });
    try {
      await project.setConfig("fixture:mishap", "asks");
      const run = await project.preview();
      assert.equal(run.exitCode, 1);
      assert.match(run.stdout, /error: the engine double has no plugin for none:index:getNothing/);
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
