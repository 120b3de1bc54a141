import { Command, CommanderError } from "commander";
import { GuardrailsError, messageOf } from "../provider/errors";
import { sanitize } from "../provider/sanitize";
import { version } from "../provider/version";
import { addCheckCommand } from "./check-command";
import type { CommandContext } from "./command-context";
import { exitCodeOf, exitCodes } from "./exit-codes";
import { addExplainCommand } from "./explain-command";
import { addInitCommand } from "./init-command";
import { addListCommand } from "./list-command";
import { addServeCommand } from "./serve-command";

/** Runs the command line and gives its exit status. Nothing is thrown: what goes wrong is said on standard error. */
export async function runCommand(argv: readonly string[], context: CommandContext): Promise<number> {
  const { out, err } = context;
  let status: number = exitCodes.ok;
  const end = (reached: number): void => {
    status = reached;
  };
  const program = new Command("pulumi-guardrails")
    .description("Shows which LLM API keys have a guardrail, and checks that the required ones do.")
    .version(version)
    .exitOverride()
    .showHelpAfterError("(pulumi-guardrails --help shows the usage)")
    .configureOutput({
      writeOut: out,
      writeErr: err,
      outputError: (text, write) => write(foreignLines(text)),
    });

  try {
    addListCommand(program, context);
    addCheckCommand(program, context, end);
    addExplainCommand(program, context, end);
    addInitCommand(program, context);
    addServeCommand(program, context);
    await program.parseAsync([...argv], { from: "user" });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.wrongUse;
    err(`pulumi-guardrails: ${messageOf(error)}\n`);
    return error instanceof GuardrailsError ? exitCodeOf(error) : exitCodes.couldNotVerify;
  }
}

const longestLine = 400;

/** Commander quotes what it was given; line by line, because a line end is the one control character meant. */
function foreignLines(text: string): string {
  return `${text
    .trimEnd()
    .split("\n")
    .map((line) => sanitize(line, longestLine))
    .join("\n")}\n`;
}
