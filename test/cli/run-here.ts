import assert from "node:assert/strict";
import type { CommandContext } from "../../cli/command-context";
import { runCommand } from "../../cli/program";
import { LOCAL_MANAGEMENT_KEY } from "../../local-service/index";
import { Accounts } from "../../provider/account";
import type { Ended } from "./run-command";

/** Runs the command in this process, which is quicker than a process of its own, and can be asked by it. */
export async function runHere(
  argv: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  context: Partial<CommandContext> = {},
): Promise<Omit<Ended, "signal">> {
  let out = "";
  let err = "";
  const status = await runCommand(argv, {
    environment,
    signal: new AbortController().signal,
    accounts: new Accounts(),
    invocation: "pulumi-guardrails",
    input: () => Promise.reject(new Error("standard input was not expected to be read")),
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    terminal: undefined,
    progress: (reading) => reading(() => undefined),
    ...context,
  });
  for (const output of [out, err]) assert(!output.includes(LOCAL_MANAGEMENT_KEY), "it shows the credential");
  return { status, out, err };
}
