import { createInterface } from "node:readline";
import { runPass } from "./pass";
import type { DoubleRequest } from "./request";
import { RunFailed } from "./run-failed";

/**
 * The engine double's process: reads one request from standard input, runs it, and ends with 0 when the engine would
 * allow the deployment and with 1 when it would not. Standard input stays open as long as the caller lives.
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

  const previews = request.action === "preview" || !request.skipPreview;
  const allowed =
    (!previews || (await runPass(request, true, interrupted.signal))) &&
    (request.action === "preview" || (await runPass(request, false, interrupted.signal)));
  process.exitCode = allowed ? 0 : 1;
  process.stdin.destroy();
}

void main();
