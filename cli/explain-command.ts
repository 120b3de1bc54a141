import { type Command, Option } from "commander";
import type { CommandContext } from "./command-context";
import { baseUrlOption, serviceOption } from "./connection-options";
import { explain } from "./explain";
import { credentialHelp } from "./help";

/** Adds `pulumi-guardrails explain`, which hands its exit status to `end`. */
export function addExplainCommand(
  program: Command,
  context: CommandContext,
  end: (status: number) => void,
): void {
  program
    .command("explain")
    .description(
      "Tell why a key has a guardrail or not, what the guardrail enforces, and what would change it.",
    )
    .argument("<hash-or-name>", "the key's exact name, its hash, or the first 8 characters of that")
    .addOption(serviceOption())
    .addOption(baseUrlOption())
    .addOption(
      new Option(
        "--config <file>",
        "what the rules of this configuration file say of it, and where to read",
      ).conflicts(["service", "baseUrl"]),
    )
    .addHelpText(
      "after",
      `${credentialHelp}

Exit status: 0 every enabled key of that name or hash is guarded, or with --config passes the rules that judge it;
1 one is not, or there is no such key; 2 wrong usage or configuration; 3 could not verify.

Examples:
  $ pulumi-guardrails explain prod-gateway
  $ pulumi-guardrails explain 2d9bd96c --config guardrails.json`,
    )
    .action(async (wanted: string, options: Readonly<Record<string, unknown>> & { config?: string }) => {
      const { text, status } = await explain(wanted, options, context);
      context.out(text);
      end(status);
    });
}
