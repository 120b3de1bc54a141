import type { Command } from "commander";
import type { CommandContext } from "./command-context";
import { addConnectionOptions, type ConnectionOptions } from "./connection-options";
import { explain } from "./explain";
import { addHelp, credentialHelp, examples, exitStatuses } from "./help";

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
      "say also what each rule of this configuration file finds; - is standard input",
    );
  addConnectionOptions(command);
  addHelp(command, [
    "--service and --base-url count where the configuration file names no address.",
    credentialHelp,
    exitStatuses({
      0: "every enabled key of that name or hash is guarded; with --config: passes the rules that judge it",
      1: "one is not, or there is no such key",
      2: "wrong usage, or the configuration file cannot be used",
      3: "could not verify",
    }),
    examples(context.invocation, ["explain prod-gateway", "explain 2d9bd96c --config guardrails.json"]),
  ]);
  command.action(async (wanted: string, options: ConnectionOptions & { readonly config?: string }) => {
    const { text, status } = await explain(wanted, options, context);
    context.out(text);
    end(status);
  });
}
