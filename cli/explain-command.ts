import type { Command } from "commander";
import type { CommandContext } from "./command-context";
import { addConnectionOptions, type ConnectionOptions } from "./connection-options";
import { explain } from "./explain";
import { addHelp, credentialHelp, examples, exitStatuses } from "./help";
import { defaultConfiguration } from "./init";

/** Adds `pulumi-guardrails explain`, which hands its exit status to `end`. */
export function addExplainCommand(
  program: Command,
  context: CommandContext,
  end: (status: number) => void,
): void {
  const command = program
    .command("explain")
    .description("Say why a key has a guardrail or not, what the guardrail enforces, and what to change.")
    .argument(
      "<hash-or-name>",
      "the key's exact name, its hash, or at least the first 8 characters of the hash",
    )
    .option(
      "-c, --config <file>",
      `the file whose rules judge the key, as for check; - is standard input (default: ${defaultConfiguration}, if it is there)`,
    );
  addConnectionOptions(command);
  addHelp(command, [
    "--service and --base-url count where the configuration file names no address.",
    credentialHelp,
    exitStatuses({
      0: "every key of that name or hash passes the rules that judge it, or required-keys-guarded where none does",
      1: "one does not, or there is no such key",
      2: "wrong usage, or the configuration file cannot be used",
      3: "could not verify",
    }),
    examples(context.invocation, ["explain prod-gateway", "explain 2d9bd96c --config production.json"]),
  ]);
  command.action(async (wanted: string, options: ConnectionOptions & { readonly config?: string }) => {
    const { text, status } = await explain(wanted, options, context);
    context.out(text);
    end(status);
  });
}
