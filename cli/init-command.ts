import type { Command } from "commander";
import type { CommandContext } from "./command-context";
import { baseUrlOption, serviceOption } from "./connection-options";
import { credentialHelp } from "./help";
import { type InitOptions, init } from "./init";

/** Adds `pulumi-guardrails init`. */
export function addInitCommand(program: Command, context: CommandContext): void {
  program
    .command("init")
    .description("Write a first configuration from the keys that the account holds, unguarded ones included.")
    .option("--output <file>", "the file to write; never one that exists", "guardrails.json")
    .option("--yes", "take the suggestions without asking")
    .addOption(serviceOption())
    .addOption(baseUrlOption())
    .addHelpText(
      "after",
      `
Every key in use is suggested: by its name, or by a pattern where several names begin alike. On a terminal it asks first.
${credentialHelp}

Exit status: 0 written; 2 wrong usage, or nothing to write; 3 the account could not be read.

Examples:
  $ pulumi-guardrails init
  $ pulumi-guardrails init --yes --output policies/guardrails.json`,
    )
    .action(async (options: InitOptions) => {
      context.out(await init({ ...options }, context));
    });
}
