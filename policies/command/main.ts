#!/usr/bin/env node
import { exitCodes } from "./exit-codes";
import { runCommand } from "./program";

async function main(): Promise<void> {
  const interrupt = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      process.exitCode = exitCodes.interrupted[signal];
      interrupt.abort();
    });
  }
  // Whoever reads the output may stop early (`guardrails list | head`): that is no failure of ours to report.
  process.stdout.once("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    interrupt.abort();
  });
  const status = await runCommand(process.argv.slice(2), {
    environment: process.env,
    signal: interrupt.signal,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
  });
  process.exitCode ??= status;
}

void main();
