import { access, constants } from "node:fs/promises";
import { createRequire } from "node:module";
import { delimiter, join, sep } from "node:path";
import { runProcess } from "./bounded-process";
import type { Engine, EngineDouble, RealEngine } from "./engine";
import { engineDouble } from "./engine-double";
import { engineEnvironment } from "./environment";
import { pulumiEngine } from "./real-engine";

const versionLimit = 20_000;
const downloadLimit = 60_000;

type Choice = "automatic" | "pulumi" | "double";

/** GUARDRAILS_TEST_ENGINE=pulumi makes a missing `pulumi` an error; =double does not look for one. */
function choice(): Choice {
  const value = process.env["GUARDRAILS_TEST_ENGINE"] ?? "";
  if (value === "") return "automatic";
  if (value === "pulumi" || value === "double") return value;
  throw new Error("GUARDRAILS_TEST_ENGINE must be pulumi or double");
}

/** The real engine where there is one, else the double: in this process, or the one that is given. */
export async function findEngine(double: EngineDouble = engineDouble()): Promise<Engine> {
  return (await realEngine()) ?? double;
}

let found: Promise<RealEngine | undefined> | undefined;

/**
 * The real engine of this machine: `pulumi` on PATH, else the one that the npm package `pulumi` downloads where there
 * is a network. Looked for once per process. `undefined` where there is none.
 */
export async function realEngine(): Promise<RealEngine | undefined> {
  const wanted = choice();
  if (wanted === "double") return undefined;
  found ??= lookForPulumi();
  const engine = await found;
  if (engine === undefined && wanted === "pulumi") {
    throw new Error("GUARDRAILS_TEST_ENGINE=pulumi, but no pulumi is on PATH and none could be downloaded");
  }
  return engine;
}

async function lookForPulumi(): Promise<RealEngine | undefined> {
  return (await verified(await onPath())) ?? (await verified(await fromNpmPackage()));
}

async function verified(command: string | undefined): Promise<RealEngine | undefined> {
  if (command === undefined) return undefined;
  const version = await output(command, ["version"], versionLimit);
  return version === undefined ? undefined : pulumiEngine(command, version);
}

/** npm puts node_modules/.bin first on PATH for its scripts; the `pulumi` there is the downloader, not an engine. */
async function onPath(): Promise<string | undefined> {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const names = process.platform === "win32" ? ["pulumi.exe"] : ["pulumi"];
  for (const folder of folders.filter((path) => !path.includes(join("node_modules", ".bin")))) {
    for (const name of names) {
      const command = folder + sep + name;
      if (await isExecutable(command)) return command;
    }
  }
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/**
 * Asks the package for the binary itself: its command keeps the download under PULUMI_HOME, of which every project
 * has its own, and passes no interrupt on.
 */
async function fromNpmPackage(): Promise<string | undefined> {
  let resolver: string;
  try {
    resolver = createRequire(__filename).resolve("pulumi/lib/resolve");
  } catch {
    return undefined;
  }
  const script = "require(process.argv[1]).resolve().then(console.log, () => process.exit(1))";
  return output(process.execPath, ["-e", script, resolver], downloadLimit);
}

/** What a command prints, or `undefined` when it fails: a broken `pulumi` counts as none. */
async function output(command: string, args: readonly string[], limit: number): Promise<string | undefined> {
  try {
    const proxies = { HTTPS_PROXY: process.env["HTTPS_PROXY"], NO_PROXY: process.env["NO_PROXY"] };
    const env = engineEnvironment(proxies, { PULUMI_SKIP_UPDATE_CHECK: "true" });
    const finished = await runProcess(command, args, { env, limit });
    return finished.exitCode === 0 ? finished.stdout.trim() : undefined;
  } catch {
    return undefined;
  }
}
