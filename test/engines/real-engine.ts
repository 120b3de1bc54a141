import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseDocument } from "yaml";
import type { EngineRun, ProjectOptions, RealEngine, RealProject, RealRunOptions } from "./engine";
import { FreshStacks, type Sealed } from "./fresh-stacks";
import { policyConfigFile } from "./policy-config-file";
import { PulumiCommand } from "./pulumi-command";
import { readPulumiYaml } from "./pulumi-yaml";

/** Drives an installed `pulumi`. */
export function pulumiEngine(command: string, version: string): RealEngine {
  const pulumi = new PulumiCommand(command);
  const freshStacks = new FreshStacks(pulumi);
  return {
    kind: "pulumi",
    version,
    description: `pulumi ${version}`,
    project: (options) => createProject(pulumi, freshStacks, options),
  };
}

async function createProject(
  pulumi: PulumiCommand,
  freshStacks: FreshStacks,
  options: ProjectOptions,
): Promise<RealProject> {
  const { project, root } = await readPulumiYaml(options.programDirectory);
  const stack = options.stack ?? "dev";
  const scratch = await mkdtemp(join(tmpdir(), "engine-pulumi-"));
  const { settingsFile, seal } = await freshStacks.copyTo(scratch, project, stack);
  const onStack = ["--stack", stack];
  const onProgram = ["-C", root, ...onStack, "--config-file", settingsFile];

  const run = async (args: readonly string[], options: RealRunOptions = {}): Promise<EngineRun> => {
    const configFile = await policyConfigFile(scratch, options);
    const policy = [
      ...(options.policyPack === undefined ? [] : ["--policy-pack", resolve(options.policyPack)]),
      ...(configFile === undefined ? [] : ["--policy-pack-config", configFile]),
    ];
    const argv = [...args, ...onProgram, ...policy, ...(options.extraArgs ?? [])];
    return pulumi.run(scratch, argv, options.env ?? {}, { signal: options.signal });
  };

  const outputs = async (): Promise<Readonly<Record<string, unknown>>> =>
    JSON.parse(await pulumi.manage(scratch, ["stack", "output", "--json", "--show-secrets", ...onStack]));

  return {
    preview: (options) => run(["preview"], options),
    deploy: async (options) => {
      const skip = options?.skipPreview ? ["--skip-preview"] : [];
      const finished = await run(["up", "--yes", ...skip], options);
      return finished.exitCode === 0 ? { ...finished, outputs } : finished;
    },
    refresh: (options) => run(["refresh", "--yes"], options),
    destroy: (options) => run(["destroy", "--yes"], options),
    setConfig: async (key, value, { secret = false } = {}) => {
      const name = key.includes(":") ? key : `${project}:${key}`;
      await setIn(settingsFile, name, secret ? await seal(value) : value);
    },
    importState: async (text) => {
      await pulumi.manage(scratch, ["stack", "import", ...onStack], text);
    },
    stateText: async () => {
      const stored = await readFile(
        join(scratch, "backend/.pulumi/stacks", project, `${stack}.json`),
        "utf8",
      );
      // As `pulumi stack export` lays it out; the engine stores it without.
      return JSON.stringify(JSON.parse(stored), undefined, 4);
    },
    dispose: () => rm(scratch, { recursive: true, force: true }),
  };
}

/** As `pulumi config set` does, without the engine: its start takes longer than most of what the tests look at. */
async function setIn(settingsFile: string, name: string, value: string | Sealed): Promise<void> {
  const settings = parseDocument(await readFile(settingsFile, "utf8"));
  settings.setIn(["config", name], value);
  await writeFile(settingsFile, settings.toString());
}
