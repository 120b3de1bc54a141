import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { version } from "../../../provider/version";
import { runProcess } from "../../engines/bounded-process";
import { root } from "../../repository";
import { gateway } from "../account";
import { installLimit, isOnPath, must, pulumi } from "../installing";
import { pulumiScenario } from "../scenario";
import type { Stage } from "../stage";
import { assertPasses, assertStops } from "../verdicts";

const gatewayKeys = z.array(z.object({ guardrailId: z.string() }));

describe("the archive of the provider plugin, installed (skipped where pulumi-language-yaml is not on the PATH)", () => {
  before(async function () {
    if (!(await isOnPath("pulumi-language-yaml"))) this.skip();
  });

  async function played(stage: Stage, platform: string) {
    const folder = await mkdtemp(join(tmpdir(), "guardrails-archive-"));
    stage.atEnd(() => rm(folder, { recursive: true, force: true }));
    const out = join(folder, "plugin");
    await must("npm", ["run", "--silent", "plugin", "--", "--out", out], { cwd: root, env: process.env });
    const archive = join(out, `pulumi-resource-guardrails-v${version}-${platform}.tar.gz`);
    const PULUMI_HOME = join(folder, "home");
    await pulumi(["plugin", "install", "resource", "guardrails", version, "--file", archive], PULUMI_HOME);
    const program = join(folder, "program");
    await mkdir(program);
    const example = await readFile(join(root, "examples/yaml/Pulumi.yaml"), "utf8");
    // What is installed needs no note where it is.
    await writeFile(join(program, "Pulumi.yaml"), example.replace(/^packages:\n {2}.*\n/mu, ""));
    const project = await stage.realProject(program);
    const run = stage.unjudged({ env: { PULUMI_HOME } });
    const deployed = await project.deploy({ ...run, skipPreview: true });
    const outputs = await deployed.outputs?.();
    stage.service.faults = () => ({ kind: "status", status: 401 });
    return { deployed, outputs, refused: await project.preview(run) };
  }

  const shows = {
    "runs a YAML program": ({ deployed, outputs }: Awaited<ReturnType<typeof played>>) => {
      assertPasses(deployed);
      const { guardrailId } = gateway;
      assert.deepEqual(gatewayKeys.parse(outputs?.["gatewayKeys"]), [{ guardrailId }]);
    },
    "stops it when the service refuses": ({ refused }: Awaited<ReturnType<typeof played>>) =>
      assertStops(refused, /could not verify: .*401/),
  };

  pulumiScenario({
    title: "the one for this machine",
    play: (stage) => played(stage, ownPlatform()),
    shows,
  });

  describe("the one for Windows, which the engine starts by its host for Node.js (skipped without a registry of npm)", () => {
    before(async function () {
      this.timeout(installLimit);
      const argv = ["view", "@pulumi/pulumi", "version"];
      const asked = await runProcess("npm", argv, { env: process.env, limit: installLimit });
      if (asked.exitCode !== 0) this.skip();
    });

    pulumiScenario({
      title: "the archive for Windows",
      play: (stage) => played(stage, "windows-amd64"),
      shows,
    });
  });
});

function ownPlatform(): string {
  const system = process.platform === "win32" ? "windows" : process.platform;
  return `${system}-${process.arch === "x64" ? "amd64" : process.arch}`;
}
