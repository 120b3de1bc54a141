#!/usr/bin/env node
import { exitCodes } from "./exit-codes";
import { runCommand } from "./program";
import { withSpinner } from "./spinner";
import { askAtTerminal } from "./terminal-question";

async function main(): Promise<void> {
  const interrupt = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      process.exitCode = exitCodes.interrupted[signal];
      interrupt.abort();
    });
  }
  // Whoever reads the output may stop early (`pulumi-guardrails list | head`): that is no failure of ours to report, and left
  // alone, a closed standard error would turn any exit status into 1.
  for (const stream of [process.stdout, process.stderr]) {
    stream.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      interrupt.abort();
    });
  }
  // A terminal that says it is 0 columns wide (some pipelines have one) would keep the spinner clearing lines for ever.
  const watched = process.stderr.isTTY && process.stderr.columns > 0;
  const status = await runCommand(process.argv.slice(2), {
    environment: process.env,
    signal: interrupt.signal,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    terminal: process.stdout.isTTY
      ? { columns: process.stdout.columns, colour: process.stdout.hasColors() }
      : undefined,
    progress: watched ? withSpinner : (reading) => reading(() => undefined),
    ask:
      process.stdin.isTTY && process.stderr.isTTY
        ? (question) => askAtTerminal(question, interrupt.signal)
        : undefined,
  });
  process.exitCode ??= status;
}

void main();
