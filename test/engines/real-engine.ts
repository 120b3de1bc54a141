import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { runProcess } from "./bounded-process";
import type { EngineRun, ProjectOptions, RealEngine, RealProject, RealRunOptions } from "./engine";
import { engineEnvironment } from "./environment";
import { policyConfigFile } from "./policy-config-file";
import { readPulumiYaml } from "./pulumi-yaml";

/** A deployment of a few resources takes seconds; a failing program may take half a minute to end. */
const runLimit = 240_000;

/** Drives an installed `pulumi`. */
export function pulumiEngine(command: string, version: string): RealEngine {
  return {
    kind: "pulumi",
    version,
    description: `pulumi ${version}`,
    project: (options) => createProject(command, options),
  };
}

async function createProject(command: string, options: ProjectOptions): Promise<RealProject> {
  const { project, root } = await readPulumiYaml(options.programDirectory);
  const scratch = await mkdtemp(join(tmpdir(), "engine-pulumi-"));
  const backend = join(scratch, "backend");
  await mkdir(backend);
  // The CLI writes Pulumi.<stack>.yaml beside Pulumi.yaml. Commands that need no more than the project's name run in
  // this folder, so that nothing appears beside the checked-in file and two stacks of one program cannot meet.
  await writeFile(join(scratch, "Pulumi.yaml"), JSON.stringify({ name: project, runtime: "nodejs" }));

  const stack = options.stack ?? "dev";
  const onStack = ["--stack", stack];
  const onProgram = ["-C", root, ...onStack, "--config-file", join(scratch, `Pulumi.${stack}.yaml`)];
  const settings = {
    // The CLI looks for its language hosts on PATH. Last, so that it decides nothing else there, `node` above all.
    PATH: [process.env["PATH"] ?? "", dirname(command)].join(delimiter),
    PULUMI_HOME: join(scratch, "home"),
    PULUMI_BACKEND_URL: `file://${backend}`,
    PULUMI_CONFIG_PASSPHRASE: "a passphrase of the tests",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
  const plain = ["--non-interactive", "--color", "never"];

  /** For the project's own needs: a failure here is a broken test, not a verdict. */
  const manage = async (args: readonly string[], input = ""): Promise<string> => {
    const { exitCode, stdout, stderr } = await runProcess(command, [...args, "-C", scratch, ...plain], {
      env: engineEnvironment(settings),
      input: { text: input, holdOpen: false },
      limit: runLimit,
    });
    if (exitCode !== 0) throw new Error(`pulumi ${args.join(" ")}: ${stderr}`);
    return stdout;
  };

  const run = async (args: readonly string[], options: RealRunOptions = {}): Promise<EngineRun> => {
    const configFile = await policyConfigFile(scratch, options);
    const policy = [
      ...(options.policyPack === undefined ? [] : ["--policy-pack", resolve(options.policyPack)]),
      ...(configFile === undefined ? [] : ["--policy-pack-config", configFile]),
    ];
    return runProcess(command, [...args, ...onProgram, ...plain, ...policy, ...(options.extraArgs ?? [])], {
      env: engineEnvironment(settings, options.env ?? {}),
      limit: runLimit,
      signal: options.signal,
    });
  };

  await manage(["stack", "init", stack]);
  return {
    preview: (options) => run(["preview"], options),
    deploy: async (options) => {
      const finished = await run(
        ["up", "--yes", ...(options?.skipPreview ? ["--skip-preview"] : [])],
        options,
      );
      if (finished.exitCode !== 0) return finished;
      const outputs = await manage(["stack", "output", "--json", "--show-secrets", ...onStack]);
      return { ...finished, outputs: JSON.parse(outputs) };
    },
    refresh: (options) => run(["refresh", "--yes"], options),
    destroy: (options) => run(["destroy", "--yes"], options),
    setConfig: async (key, value, { secret = false } = {}) => {
      const kind = secret ? "--secret" : "--plaintext";
      // By standard input: what is an argument can be read by every user of the machine.
      await manage(["config", "set", key, kind, ...onStack], value);
    },
    importState: async (text) => {
      await manage(["stack", "import", ...onStack], text);
    },
    stateText: () => manage(["stack", "export", ...onStack]),
    dispose: () => rm(scratch, { recursive: true, force: true }),
  };
}
