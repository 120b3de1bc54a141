import type { Command } from "commander";
import type { CommandContext } from "./command-context";
import { addConnectionOptions } from "./connection-options";
import { explain } from "./explain";
import { addHelp, credentialHelp, examples, exitStatuses } from "./help";
import { defaultConfiguration } from "./init";
import type { JudgingOptions } from "./live-judging";
import { addOwnOption } from "./own-option";

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
  addOwnOption(command);
  addConnectionOptions(command);
  addHelp(command, [
    "The rules judge the key as they do in check, by the same lists. Where none of them says anything of it, " +
      "required-keys-guarded judges it, as if it were required.",
    "--service and --base-url count where the configuration file names no address.",
    credentialHelp,
    exitStatuses({
      0: "every key of that name or hash that they judge passes",
      1: "one does not, or there is no such key in use",
      2: "wrong usage, or the configuration file cannot be used",
      3: "could not verify",
    }),
    examples(context.invocation, [
      "explain prod-gateway",
      "explain 2d9bd96c --config production.json",
      "explain prod-gateway --own no-public-buckets",
    ]),
  ]);
  command.action(async (wanted: string, options: JudgingOptions & { readonly config?: string }) => {
    const { text, status } = await explain(wanted, options, context);
    context.out(text);
    end(status);
  });
}
