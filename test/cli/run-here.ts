import assert from "node:assert/strict";
import type { CommandContext } from "../../cli/command-context";
import { runCommand } from "../../cli/program";
import { LOCAL_MANAGEMENT_KEY, type LocalService } from "../../local-service/index";
import { type AccountReader, Accounts } from "../../provider/account";
import type { Settings } from "../../provider/settings/settings";
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

/** Accounts of which those of ModelGates, at its own address, are answered by a local service. */
export class RoutedAccounts extends Accounts {
  constructor(readonly modelgates: LocalService) {
    super();
  }

  override open(settings: Settings): AccountReader {
    if (settings.service !== "modelgates") return super.open(settings);
    return super.open({ ...settings, baseUrl: this.modelgates.baseUrl });
  }
}
