import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { runProcess } from "./bounded-process";
import { runRequest } from "./double/pass";
import type { DoubleRequest } from "./double/request";
import { StateFile } from "./double/state";
import type { EngineDouble, EngineRun, Project, ProjectOptions, RunOptions } from "./engine";
import { engineEnvironment } from "./environment";
import { policyConfigFile } from "./policy-config-file";
import { readPulumiYaml } from "./pulumi-yaml";

/** Above the double's own limit for a preview and an update, which ends a run with a message. */
const runLimit = 300_000;

/** Runs what a project asks of its engine. */
type Play = (
  request: DoubleRequest,
  env: Record<string, string>,
  signal: AbortSignal | undefined,
) => Promise<EngineRun>;

/**
 * The engine double within this process, which spares each run the start of another. What may be interrupted is a process
 * all the same, as only that can be sent a signal.
 */
export function engineDouble(): EngineDouble {
  return doubleThat((request, env, signal) =>
    signal === undefined ? playHere(request, env) : playInProcess(request, env, signal),
  );
}

/** The engine double as a process of its own, which ends with its children when its caller is gone. */
export function engineDoubleProcess(): EngineDouble {
  return doubleThat(playInProcess);
}

const playInProcess: Play = (request, env, signal) =>
  runProcess(process.execPath, [join(__dirname, "double", "main.js")], {
    env,
    input: { text: `${JSON.stringify(request)}\n`, holdOpen: true },
    limit: runLimit,
    signal,
  });

async function playHere(request: DoubleRequest, env: Record<string, string>): Promise<EngineRun> {
  const printed: Uint8Array[] = [];
  const surface = { print: (bytes: Uint8Array) => void printed.push(bytes), env };
  const exitCode = await runRequest(request, surface, new AbortController().signal);
  return { exitCode, stdout: Buffer.concat(printed).toString(), stderr: "" };
}

function doubleThat(play: Play): EngineDouble {
  return {
    kind: "double",
    version: "1",
    description: "the engine double, in the place of pulumi",
    project: (options) => createProject(options, play),
  };
}

async function createProject(options: ProjectOptions, play: Play): Promise<Project> {
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
    return play(request, engineEnvironment(options.env ?? {}), options.signal);
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
