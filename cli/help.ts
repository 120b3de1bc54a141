import type { Command } from "commander";

/** What the help of every command that reads the service ends with. */
export const credentialHelp =
  "The management key comes from the environment only: OPENROUTER_MANAGEMENT_KEY or MODELGATES_MANAGEMENT_KEY, each for " +
  "that service's own address; or GUARDRAILS_MANAGEMENT_KEY, for the address in GUARDRAILS_BASE_URL, the service in " +
  "GUARDRAILS_SERVICE, or else OpenRouter.";

/** A text below the options, wrapped to the terminal; lines that begin with two spaces stay as they are. */
export function addHelp(command: Command, paragraphs: readonly string[]): void {
  command.addHelpText("after", ({ command: shown, error }) => {
    const { getOutHelpWidth, getErrHelpWidth } = shown.configureOutput();
    const width = (error ? getErrHelpWidth : getOutHelpWidth)?.() ?? usualWidth;
    const help = shown.createHelp();
    const wrap = (line: string): string => (line.startsWith("  ") ? line : help.boxWrap(line, width));
    return `\n${paragraphs.map((text) => text.split("\n").map(wrap).join("\n")).join("\n\n")}`;
  });
}

/**
 * Examples, as they stand behind the prompt of a shell.
 * @param invocation how the command is called, @param lines what follows that
 */
export function examples(invocation: string, lines: readonly string[]): string {
  return ["Examples:", ...lines.map((line) => `  $ ${invocation} ${line}`)].join("\n");
}

/** Exit statuses, one a line. */
export function exitStatuses(statuses: Readonly<Record<number, string>>): string {
  return ["Exit status:", ...Object.entries(statuses).map(([status, says]) => `  ${status}  ${says}`)].join(
    "\n",
  );
}

/** Where the output is no terminal. */
export const usualWidth = 80;
