import assert from "node:assert/strict";
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { LOCAL_MANAGEMENT_KEY, type LocalService } from "../../local-service/index";
import { engineEnvironment } from "../engines/environment";
import { root } from "../repository";

/** As users have it: one file, which also starts faster than its modules. */
const main = join(root, "cli/pulumi-guardrails.js");
const longest = 20_000;

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface Running {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  /** How it ended. Whatever it was, no output shows the credential. */
  readonly ended: Promise<Ended>;
}

/** Starts the built command as a user's shell would; only the variables named reach it. */
export function startCommand(
  argv: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  directory?: string,
): Running {
  const child = spawn(process.execPath, [main, ...argv], {
    env: engineEnvironment(environment),
    cwd: directory,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: longest,
    killSignal: "SIGKILL",
  });
  return { child, ended: endOf(child) };
}

async function endOf(child: Running["child"]): Promise<Ended> {
  const closed = new Promise<Pick<Ended, "status" | "signal">>((done) => {
    child.once("close", (status, signal) => done({ status, signal }));
  });
  // A test may close the reading end itself: then what was read so far is the output.
  const read = (stream: Readable): Promise<string> => text(stream).catch(() => "");
  const [out, err, how] = await Promise.all([read(child.stdout), read(child.stderr), closed]);
  for (const output of [out, err]) assert(!output.includes(LOCAL_MANAGEMENT_KEY), "it shows the credential");
  return { ...how, out, err };
}

export function runCommand(
  argv: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  directory?: string,
) {
  return startCommand(argv, environment, directory).ended;
}

export function environmentFor({ baseUrl }: Pick<LocalService, "baseUrl">): Record<string, string> {
  return { GUARDRAILS_BASE_URL: baseUrl, GUARDRAILS_MANAGEMENT_KEY: LOCAL_MANAGEMENT_KEY };
}

/** Writes configuration files that are gone after the tests. Call it inside `describe`. */
export function useFiles(): (content: unknown) => string {
  let directory = "";
  let count = 0;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), "guardrails-command-"));
  });
  after(() => rmSync(directory, { recursive: true, force: true }));
  return (content) => {
    const path = join(directory, `${count++}.json`);
    const isWhole = typeof content === "string" || Buffer.isBuffer(content);
    writeFileSync(path, isWhole ? content : JSON.stringify(content));
    return path;
  };
}

/** A configuration file of the one rule. */
export function ruled(rule: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { "required-keys-guarded": rule };
}
