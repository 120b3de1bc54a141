import { createInterface } from "node:readline";
import { runRequest } from "./pass";
import type { DoubleRequest } from "./request";
import { RunFailed } from "./run-failed";

/**
 * The engine double as a process: reads one request from standard input and ends with the run's exit code. Standard input
 * stays open as long as the caller lives.
 */
async function main(): Promise<void> {
  const interrupted = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => interrupted.abort(new RunFailed("interrupted")));

  const input = createInterface({ input: process.stdin });
  const request = await new Promise<DoubleRequest>((resolve) =>
    input.once("line", (line) => resolve(JSON.parse(line))),
  );
  input.once("close", () => interrupted.abort(new RunFailed("interrupted")));

  const surface = { print: (bytes: Uint8Array) => void process.stdout.write(bytes), env: process.env };
  process.exitCode = await runRequest(request, surface, interrupted.signal);
  process.stdin.destroy();
}

void main();
