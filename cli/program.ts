import { Command, CommanderError, InvalidArgumentError } from "commander";
import { GuardrailsError, messageOf, withoutDoubt } from "../provider/errors";
import { redact, sanitize } from "../provider/redaction/sanitize";
import { version } from "../provider/version";
import { addCheckCommand } from "./check-command";
import type { CommandContext } from "./command-context";
import { exitCodeOf, exitCodes } from "./exit-codes";
import { addExplainCommand } from "./explain-command";
import { addHelp, credentialHelp, usualWidth } from "./help";
import { addInitCommand } from "./init-command";
import { addListCommand } from "./list-command";
import { addRulesCommand } from "./rules-command";
import { addServeCommand } from "./serve-command";

/** Runs the command line and gives its exit status. Nothing is thrown: what goes wrong is said on standard error. */
export async function runCommand(argv: readonly string[], context: CommandContext): Promise<number> {
  const { out, err, invocation } = context;
  let status: number = exitCodes.ok;
  const end = (reached: number): void => {
    status = reached;
  };
  const program = new Command(invocation)
    .description("Show which LLM API keys have a guardrail, and check that those that must have one do.")
    .version(version)
    .exitOverride()
    .showHelpAfterError(`(${invocation} --help shows the usage)`)
    .configureOutput({
      writeOut: out,
      writeErr: err,
      getOutHelpWidth: () => widthOf(context),
      getErrHelpWidth: () => widthOf(context),
      outputError: (text, write) => write(foreignLines(text)),
    });

  try {
    addListCommand(program, context, end);
    addCheckCommand(program, context, end);
    addExplainCommand(program, context, end);
    addInitCommand(program, context);
    addRulesCommand(program, context);
    addServeCommand(program, context);
    addHelp(program, [
      `Start with ${invocation} init, which writes guardrails.json. The command check then checks the keys against it, and so ` +
        "does pulumi preview --policy-pack node_modules/pulumi-guardrails/policies --policy-pack-config guardrails.json. " +
        "The engine may ignore the entry of a misspelt rule silently; check --validate refuses such a file. " +
        "To try it without an account, run serve.",
      credentialHelp,
    ]);
    for (const command of program.commands) {
      checkValues(command);
      command.showHelpAfterError(`(${invocation} ${command.name()} --help shows the usage)`);
    }
    await program.parseAsync([...argv], { from: "user" });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.wrongUse;
    err(`pulumi-guardrails: ${saidOf(error)}\n`);
    return error instanceof GuardrailsError ? exitCodeOf(error) : exitCodes.couldNotVerify;
  }
}

/** Where nothing was asked, nothing is in doubt: there is something to put right first. */
function saidOf(error: unknown): string {
  const isSettings = error instanceof GuardrailsError && error.isSettings;
  return isSettings ? withoutDoubt(messageOf(error)) : messageOf(error);
}

/** What may be given several times; each adds to the ones before. */
const repeatable: readonly (string | undefined)[] = [
  "--format",
  "--output",
  "--key-name",
  "--key-hash",
  "--own",
];

/**
 * Of any other option given twice commander keeps the last: what a person wrote first would be dropped. And an empty name of a
 * file is one made of a variable that is not set.
 */
function checkValues(command: Command): void {
  for (const option of command.options) {
    const { parseArg } = option;
    if (
      option.isBoolean() ||
      (repeatable.includes(option.long) && parseArg !== undefined && option.argChoices === undefined)
    )
      continue;
    let isGiven = false;
    option.argParser((value: string, previous: unknown) => {
      if (isGiven) throw new InvalidArgumentError("It is given twice: give it once.");
      isGiven = true;
      if (value === "" && option.flags.endsWith("<file>")) {
        throw new InvalidArgumentError("It names no file: is a variable in it not set?");
      }
      return parseArg === undefined ? value : parseArg(value, previous);
    });
  }
}

/** Where a terminal does not say how wide it is, as in a pipe. */
function widthOf({ terminal }: CommandContext): number {
  return terminal === undefined || terminal.columns <= 0 ? usualWidth : terminal.columns;
}

const longestLine = 400;

/**
 * Commander quotes what it was given; line by line, because a line end is the one control character meant. It may also
 * part a key that somebody pasted: that goes first.
 */
function foreignLines(text: string): string {
  return `${redact(text)
    .trimEnd()
    .split("\n")
    .map((line) => sanitize(line, longestLine))
    .join("\n")}\n`;
}
