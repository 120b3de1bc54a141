import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { runProcess } from "./bounded-process";
import type { DoubleRequest } from "./double/request";
import { StateFile } from "./double/state";
import type { EngineDouble, EngineRun, Project, ProjectOptions, RunOptions } from "./engine";
import { engineEnvironment } from "./environment";
import { policyConfigFile } from "./policy-config-file";
import { readPulumiYaml } from "./pulumi-yaml";

/** Above the double's own limit for a preview and an update, which ends a run with a message. */
const runLimit = 300_000;

/** Drives the engine double: a process of its own, observed from outside as a real engine is. */
export function engineDouble(): EngineDouble {
  return {
    kind: "double",
    version: "1",
    description: "the engine double, in the place of pulumi",
    project: createProject,
  };
}

async function createProject(options: ProjectOptions): Promise<Project> {
  const program = await readPulumiYaml(options.programDirectory);
  const stack = options.stack ?? "dev";
  const scratch = await mkdtemp(join(tmpdir(), "engine-double-"));
  const stateFile = join(scratch, "state.json");
  const sealingKey = randomBytes(32).toString("base64");
  const state = new StateFile(stateFile, sealingKey);
  const config = new Map<string, { value: string; secret: boolean }>();

  const run = async (action: DoubleRequest["action"], options: RunOptions = {}): Promise<EngineRun> => {
    const request: DoubleRequest = {
      action,
      skipPreview: options.skipPreview ?? false,
      program,
      stack,
      config: Object.fromEntries(config),
      policyPack:
        options.policyPack === undefined
          ? undefined
          : { folder: resolve(options.policyPack), configFile: await policyConfigFile(scratch, options) },
      stateFile,
      sealingKey,
    };
    return runProcess(process.execPath, [join(__dirname, "double", "main.js")], {
      env: engineEnvironment(options.env ?? {}),
      input: { text: `${JSON.stringify(request)}\n`, holdOpen: true },
      limit: runLimit,
      signal: options.signal,
    });
  };

  await state.save(new Map());
  return {
    preview: (options) => run("preview", options),
    deploy: async (options) => {
      const finished = await run("deploy", options);
      return finished.exitCode === 0 ? { ...finished, outputs: () => state.stackOutputs() } : finished;
    },
    setConfig: async (key, value, { secret = false } = {}) => {
      config.set(key.includes(":") ? key : `${program.project}:${key}`, { value, secret });
    },
    stateText: () => readFile(stateFile, "utf8"),
    importState: (text) => writeFile(stateFile, text),
    dispose: () => rm(scratch, { recursive: true, force: true }),
  };
}
