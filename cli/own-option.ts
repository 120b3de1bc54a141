import { type Command, InvalidArgumentError } from "commander";

/** The option of every command that reads a configuration file. */
export function addOwnOption(command: Command): Command {
  return command.option(
    "--own <policy>",
    "a policy of a pack of your own that the file configures too; several with commas, or repeat it",
    (names: string, before: readonly string[] = []) => [...before, ...policiesIn(names)],
  );
}

function policiesIn(names: string): readonly string[] {
  const policies = names.split(",").map((name) => name.trim());
  if (policies.includes("")) {
    throw new InvalidArgumentError("It names no policy: is a variable in it not set, or a comma too many?");
  }
  return policies;
}
