import type { Command } from "commander";
import type { CommandContext } from "./command-context";
import { addConnectionOptions } from "./connection-options";
import { addHelp, credentialHelp, examples, exitStatuses } from "./help";
import { defaultConfiguration, type InitOptions, init } from "./init";

/** Adds `pulumi-guardrails init`. */
export function addInitCommand(program: Command, context: CommandContext): void {
  const command = program
    .command("init")
    .description("Write a first configuration file from the keys of the account, unguarded ones included.")
    .option("-o, --output <file>", "the file to write; never one that exists", defaultConfiguration)
    .option("-y, --yes", "take the suggestions without asking")
    .option(
      "--advisory-until <date>",
      "let the engine only warn for now, and note in the file until when (2027-01-31)",
    );
  addConnectionOptions(command);
  addHelp(command, [
    "It suggests every key in use: by its name, or by a pattern where several names begin alike. On a terminal it asks " +
      "which of them you mean.",
    "With --advisory-until the pack warns about unguarded keys until somebody takes the level out of the file. The date is " +
      "a note for people: nothing changes by itself that day. pulumi-guardrails check fails in any case.",
    credentialHelp,
    exitStatuses({
      0: "the file was written",
      2: "wrong usage, or there is nothing to write",
      3: "the account could not be read",
    }),
    examples(context.invocation, [
      "init",
      "init --yes --output production.json",
      "init --advisory-until 2027-01-31",
    ]),
  ]);
  command.action(async (options: InitOptions) => {
    context.out(await init(options, context));
  });
}
