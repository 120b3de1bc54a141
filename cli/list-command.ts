import { type Command, Option } from "commander";
import { openAccount } from "../provider/account";
import { type KeyAssignmentsQuery, parseQuery } from "../provider/assignments/query";
import type { KeyAssignmentsSnapshot } from "../provider/assignments/snapshot";
import { argumentSource, resolveSettings } from "../provider/settings/settings";
import type { CommandContext } from "./command-context";
import { baseUrlOption, serviceOption } from "./connection-options";
import { credentialHelp, exitHelp } from "./help";
import { type ListFormat, listFormats } from "./list-formats";

type ListOptions = { readonly format: ListFormat } & Readonly<Record<string, unknown>>;

/** Adds `pulumi-guardrails list`. */
export function addListCommand(program: Command, context: CommandContext): void {
  program
    .command("list")
    .description("Read the whole list of key assignments, proven complete, and write it to standard output.")
    .addOption(
      new Option("--format <format>", "how to write it").choices(Object.keys(listFormats)).default("table"),
    )
    .addOption(serviceOption())
    .addOption(baseUrlOption())
    .option("--guardrail-id <uuid>", "only assignments of this guardrail")
    .option("--key-hashes <hash...>", "only assignments of these keys")
    .option("--key-names <name...>", "only assignments of keys with exactly one of these names")
    .option("--read-timeout <seconds>", "longest the whole read may take (default: 30)")
    .addHelpText(
      "after",
      `${credentialHelp}${exitHelp}

Examples:
  $ pulumi-guardrails list
  $ pulumi-guardrails list --format csv --key-names prod-gateway prod-search > assignments.csv`,
    )
    .action(async ({ format, ...options }: ListOptions) => {
      context.out(listFormats[format](await list(options, context)));
    });
}

async function list(
  { guardrailId, keyHashes, keyNames, ...connection }: Readonly<Record<string, unknown>>,
  { environment, signal, progress }: CommandContext,
): Promise<KeyAssignmentsSnapshot> {
  const filters = { guardrailId, keyHashes, keyNames } as KeyAssignmentsQuery;
  // Before anything is sent, so that a mistake in a filter is wrong use and costs no reading.
  parseQuery(filters, "option");
  const account = openAccount(resolveSettings({ args: argumentSource(connection, "option"), environment }));
  return progress((onProgress) => account.readAll({ signal, onProgress, ...filters }));
}
