import type { Command } from "commander";

/**
 * Adds `guardrails complete`, which writes a shell's completion script and answers what that script asks. Call it last:
 * it completes the commands that are there.
 * @param isCalled whether this run is for it: only then is the library loaded, which brings the command itself
 */
export async function addCompleteCommand(program: Command, isCalled: boolean): Promise<void> {
  if (isCalled) {
    // An ES module, had by a dynamic import only.
    const { default: tab } = await import("@bomb.sh/tab/commander");
    tab(program);
  } else {
    program.command("complete").argument("[shell]", "bash, fish, powershell or zsh");
  }
  program.commands
    .find((command) => command.name() === "complete")
    ?.description("Write a script that completes commands, options and choices in a shell.")
    .addHelpText(
      "after",
      `
Examples:
  $ source <(guardrails complete bash)
  $ guardrails complete zsh > ~/.zsh/completions/_guardrails
  $ guardrails complete fish > ~/.config/fish/completions/guardrails.fish`,
    );
}
