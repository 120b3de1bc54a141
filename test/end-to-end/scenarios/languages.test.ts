import assert from "node:assert/strict";
import { appendFile, cp, mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { runProcess } from "../../engines/bounded-process";
import { usePackedProject } from "../../package/packed-project";
import { root } from "../../repository";
import { gateway, rotated } from "../account";
import { installLimit, installSdk, isOnPath, must } from "../installing";
import { pulumiScenario } from "../scenario";
import { fixtures, type Stage } from "../stage";
import { assertPasses, assertStops, assertViolates, textOf } from "../verdicts";

const gatewayKeys = z.array(z.object({ state: z.string(), guardrailId: z.string() }));

describe("the examples in other languages, with the packed package", () => {
  const packed = usePackedProject("store");

  /** A copy of an example with the package beside it as pnpm puts it there: a link into a store with all it needs. */
  async function exampleProject(stage: Stage, name: string): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), `guardrails-${name}-`));
    stage.atEnd(() => rm(folder, { recursive: true, force: true }));
    await cp(join(root, "examples", name), folder, { recursive: true });
    await mkdir(join(folder, "node_modules"));
    const installed = join(packed().folder, "node_modules/pulumi-guardrails");
    await symlink(installed, join(folder, "node_modules/pulumi-guardrails"), "junction");
    return folder;
  }

  /** The program asks for prod-gateway; what the pack requires is another key, so that only the pack can stop it. */
  async function judged(stage: Stage, folder: string, language: "yaml" | "python" | "go") {
    const { ledger } = stage.service;
    const project = await stage.realProject(folder);
    const requiredKeys = [{ hash: rotated.keyHash }];
    const byStack = stage.judging({ requiredKeys, evidence: "stack" });
    const byLive = stage.judging({ requiredKeys });
    ledger.assign(rotated);
    const guarded = await project.deploy(byStack);
    const outputs = await guarded.outputs?.();
    ledger.unassign(rotated.keyHash);
    const stopped = { byStack: await project.preview(byStack), byLive: await project.preview(byLive) };
    ledger.assign(rotated);
    const repaired = { byStack: await project.preview(byStack), byLive: await project.preview(byLive) };
    ledger.unassign(gateway.keyHash);
    const ownKey = await project.preview(stage.unjudged());
    stage.service.faults = () => ({ kind: "echo-credential" });
    const refused = await project.preview(stage.unjudged());
    stage.service.faults = () => undefined;
    ledger.assign(gateway);
    const withKey = (GUARDRAILS_MANAGEMENT_KEY: string | undefined) =>
      project.preview(stage.unjudged({ env: { GUARDRAILS_MANAGEMENT_KEY } }));
    const keys = { wrong: await withKey("planted-and-wrong-71c0"), none: await withKey(undefined) };

    await symlink(join(fixtures, "official-types/provider"), join(folder, "openrouter"), "junction");
    if (language !== "yaml") {
      // Its own Pulumi.yaml the example keeps: it says how the program is run.
      const plugins = "plugins:\n  providers:\n    - { name: openrouter, path: ./openrouter }\n";
      await appendFile(join(folder, "Pulumi.yaml"), plugins);
    }
    const other = async (program: string) => {
      await cp(join(fixtures, "languages", language, program), folder, { recursive: true });
      return project.preview(stage.unjudged());
    };
    const unknown = {
      argument: await other("unknown-argument"),
      known: await (await project.deploy(stage.unjudged())).outputs?.(),
      configuration: await other("unknown-configuration"),
    };
    await project.setConfig("guardrails:readTimeout", "2");
    stage.service.faults = () => ({ kind: "status", status: 500 });
    const failed = await other("unknown-argument");
    return { guarded, outputs, stopped, repaired, ownKey, refused, keys, unknown, failed };
  }
  type Judged = Awaited<ReturnType<typeof judged>>;

  const pack = {
    "is let through by its own evidence": ({ guarded }: Judged) => assertPasses(guarded),
    "is stopped by the pack for an unguarded key, by stack and by live evidence": ({ stopped }: Judged) => {
      for (const run of [stopped.byStack, stopped.byLive])
        assertViolates(run, "required-keys-guarded", "UNGUARDED  1 key");
    },
    "is let through by both once the key is guarded again": ({ repaired }: Judged) => {
      for (const run of [repaired.byStack, repaired.byLive]) assertPasses(run);
    },
    "is stopped when the service refuses": ({ refused }: Judged) =>
      assertStops(refused, /could not verify: the service did not accept the management key \(403/),
    "is stopped with a wrong key, and without one": ({ keys }: Judged) => {
      assertStops(keys.wrong, /could not verify: the service did not accept the management key \(401/);
      assert(!textOf(keys.wrong).includes("planted-and-wrong"));
      assertStops(keys.none, /could not verify: no management key for /);
    },
    "is stopped when the service fails": ({ failed }: Judged) =>
      assertStops(failed, /could not verify: .*500/),
    "knows nothing of what it asks for with an argument that is not known before deployment": ({
      unknown,
    }: Judged) => {
      assertPasses(unknown.argument);
      assert.doesNotMatch(textOf(unknown.argument), /seen *: \[\]/);
      assert.deepEqual(unknown.known, { seen: [] });
    },
    "is stopped where the provider's configuration is not known before deployment, and sees no empty list": ({
      unknown,
    }: Judged) => {
      const { configuration } = unknown;
      assertStops(configuration, /could not verify: the provider's baseUrl is not known before deployment/);
      assert.doesNotMatch(textOf(configuration), /seen *: \[\]/);
    },
  };

  describe("YAML (skipped where pulumi-language-yaml is not on the PATH)", () => {
    before(async function () {
      if (!(await isOnPath("pulumi-language-yaml"))) this.skip();
    });

    pulumiScenario({
      title: "the example for YAML",
      play: async (stage) => judged(stage, await exampleProject(stage, "yaml"), "yaml"),
      shows: {
        ...pack,
        "knows the gateway's keys and the list": ({ outputs }) => {
          const keys = gatewayKeys.parse(outputs?.["gatewayKeys"]);
          assert.deepEqual(keys, [{ state: "active", guardrailId: gateway.guardrailId }]);
          assert.equal(outputs?.["total"], 5);
        },
      },
    });
  });

  describe("Python (skipped where its host, python3 or PyPI is missing)", () => {
    let ready = "";
    before(async function () {
      this.timeout(2 * installLimit);
      ready = (await isOnPath("pulumi-language-python")) ? await pythonFolder() : "";
      if (ready === "") this.skip();
    });
    after(async () => {
      if (ready !== "") await rm(ready, { recursive: true, force: true });
    });

    pulumiScenario({
      title: "the example for Python",
      async play(stage) {
        const folder = await exampleProject(stage, "python");
        await cp(ready, join(folder, "venv"), { recursive: true, verbatimSymlinks: true });
        await installSdk(folder);
        return judged(stage, folder, "python");
      },
      shows: {
        ...pack,
        "knows the guardrails of the gateway's keys, and the list": ({ outputs }) =>
          assert.deepEqual(outputs, { guardrails: [gateway.guardrailId], total: 5 }),
        "stops itself while a key of the gateway's name has no guardrail": ({ ownKey }) =>
          assertStops(ownKey, /keys without a guardrail: sk-or-v1-/),
      },
    });
  });

  describe("Go (skipped where its host, the toolchain or Go's module proxy is missing)", () => {
    before(async function () {
      this.timeout(installLimit);
      const isThere = (await isOnPath("pulumi-language-go")) && (await isOnPath("go"));
      if (!isThere || !(await hasGoSdk())) this.skip();
    });

    pulumiScenario({
      title: "the example for Go",
      async play(stage) {
        const folder = await exampleProject(stage, "go");
        await installSdk(folder);
        // The first build of Pulumi's own SDK takes a minute: not within the limits of a run.
        await must("go", ["build", "-o", join(folder, "built"), "."], { cwd: folder, env: process.env });
        return judged(stage, folder, "go");
      },
      shows: {
        ...pack,
        "knows the guardrails of the gateway's keys, and the list": ({ outputs }) =>
          assert.deepEqual(outputs, { guardrails: [gateway.guardrailId], total: 5 }),
        "stops itself while a key of the gateway's name has no guardrail": ({ ownKey }) =>
          assertStops(ownKey, /a key without a guardrail: sk-or-v1-/),
      },
    });
  });
});

/** Whether the SDK that the example for Go names is here or can be had. */
async function hasGoSdk(): Promise<boolean> {
  const manifest = await readFile(join(root, "examples/go/go.mod"), "utf8");
  const [, path = "", version = ""] = /(\S+pulumi\/sdk\/v3) (v\S+)/u.exec(manifest) ?? [];
  const args = ["mod", "download", `${path}@${version}`];
  const options = { cwd: tmpdir(), env: process.env, limit: installLimit };
  return (await runProcess("go", args, options)).exitCode === 0;
}

/** A virtual environment with Pulumi's SDK; empty text where there is no Python or no registry to have it from. */
async function pythonFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "guardrails-venv-"));
  const run = (command: string, ...args: string[]) =>
    runProcess(command, args, { env: process.env, limit: installLimit });
  const made = await run("python3", "-m", "venv", folder).catch(() => undefined);
  const installed =
    made?.exitCode === 0
      ? await run(join(folder, "bin/python"), "-m", "pip", "install", "pulumi")
      : undefined;
  if (installed?.exitCode === 0) return folder;
  await rm(folder, { recursive: true });
  return "";
}
