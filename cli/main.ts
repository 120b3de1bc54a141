#!/usr/bin/env node
import { addAbortSignal } from "node:stream";
import { text } from "node:stream/consumers";
import { accounts } from "../provider/account";
import { GuardrailsError } from "../provider/errors";
import { exitCodes } from "./exit-codes";
import { invocationOf } from "./invocation";
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
    let isClosed = false;
    stream.on("error", (error: NodeJS.ErrnoException) => {
      // What is written after the first failure fails too.
      if (isClosed) return;
      isClosed = true;
      if (error.code !== "EPIPE") sayUnwritable(stream, error);
      interrupt.abort();
    });
  }
  // A terminal that says it is 0 columns wide (some pipelines have one) would keep the spinner clearing lines for ever.
  const watched = process.stderr.isTTY && process.stderr.columns > 0;
  const status = await runCommand(process.argv.slice(2), {
    environment: process.env,
    signal: interrupt.signal,
    accounts,
    invocation: invocationOf(process.argv[1] ?? "", process.env, process.cwd()),
    input: () => standardInput(interrupt.signal),
    out: (written) => void process.stdout.write(written),
    err: (written) => void process.stderr.write(written),
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

async function standardInput(signal: AbortSignal): Promise<string> {
  try {
    return await text(addAbortSignal(signal, process.stdin));
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new GuardrailsError("aborted", {
      what: "standard input was not read to its end",
      advice: "Run it again.",
    });
  }
}

/** Output that is lost, on a full disk for one, must not look like success. */
function sayUnwritable(stream: NodeJS.WriteStream, { code }: NodeJS.ErrnoException): void {
  process.exitCode = exitCodes.wrongUse;
  if (stream === process.stderr) return;
  process.stderr.write(`pulumi-guardrails: standard output cannot be written (${code ?? "unknown cause"})\n`);
}

void main();
