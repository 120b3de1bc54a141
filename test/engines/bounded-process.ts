import { execFile, spawn } from "node:child_process";
import { constants } from "node:os";
import { promisify } from "node:util";

/** After an interrupt an engine first lets its children answer; a reader may take 30 s for that. */
const interruptGrace = 60_000;

export interface Finished {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProcessOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Sent to its standard input. Held open, that tells the process when its caller is gone. */
  readonly input?: { readonly text: string; readonly holdOpen: boolean };
  /** Milliseconds until the process and its descendants are ended and the promise rejects. */
  readonly limit: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a program to its end and keeps all it wrote. It shares the caller's process group, so that Ctrl-C in a
 * terminal reaches it and its children as it does when `pulumi` is started by hand.
 */
export function runProcess(
  command: string,
  args: readonly string[],
  options: ProcessOptions,
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: options.cwd, env: options.env, stdio: "pipe" });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    // A child that ends without reading its input is judged by its exit code, not by the broken pipe.
    child.stdin.on("error", () => {});
    child.stdin.write(options.input?.text ?? "");
    if (!options.input?.holdOpen) child.stdin.end();

    let tooLong: Error | undefined;
    const timers = [
      setTimeout(() => {
        tooLong = new Error(`${command} did not end within ${options.limit / 1000} s`);
        void killTree(child.pid);
      }, options.limit),
    ];
    const interrupt = () => {
      child.kill("SIGINT");
      timers.push(setTimeout(() => void killTree(child.pid), interruptGrace));
    };
    if (options.signal?.aborted) interrupt();
    else options.signal?.addEventListener("abort", interrupt, { once: true });

    const settle = () => {
      for (const timer of timers) clearTimeout(timer);
      options.signal?.removeEventListener("abort", interrupt);
    };
    child.on("error", (error) => {
      settle();
      reject(error);
    });
    child.on("close", (code, signal) => {
      settle();
      if (tooLong) return reject(tooLong);
      const exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
      resolve({
        exitCode,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
      });
    });
  });
}

async function killTree(root: number | undefined): Promise<void> {
  if (root === undefined) return;
  for (const pid of [root, ...(await descendants(root))]) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // Ended in the meantime.
    }
  }
}

/** An engine puts its plugins into process groups of their own, so a group signal would miss them. */
async function descendants(root: number): Promise<number[]> {
  const table = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid="]).catch(() => ({ stdout: "" }));
  const processes = table.stdout.split("\n").map((line) => line.trim().split(/\s+/).map(Number));
  const found = [root];
  for (const pid of found) {
    for (const [child, parent] of processes) if (parent === pid && child !== undefined) found.push(child);
  }
  return found.slice(1);
}
