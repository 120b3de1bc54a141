import type { Command } from "commander";

/** The option of every command that reads a configuration file. */
export function addOwnOption(command: Command): Command {
  return command.option(
    "--own <policy>",
    "a policy of a pack of your own that the file configures too; several with commas, or repeat it",
    (names: string, before: readonly string[] = []) => [
      ...before,
      ...names.split(",").map((name) => name.trim()),
    ],
  );
}
