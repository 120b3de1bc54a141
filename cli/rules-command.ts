import type { Command } from "commander";
import { rules } from "../policies/rules/index";
import type { CommandContext } from "./command-context";
import { addHelp, examples, usualWidth } from "./help";

/** Adds `pulumi-guardrails rules`, which reads nothing. */
export function addRulesCommand(program: Command, { out, terminal, invocation }: CommandContext): void {
  const command = program
    .command("rules")
    .description("List the rules: what each stops, and what in the configuration file puts it in force.");
  addHelp(command, [
    "It needs neither a key nor a network. In a pipe it is one line a rule with a tab between the fields: name, severity, " +
      "what it demands, when it is in force.",
    examples(invocation, ["rules"]),
  ]);
  command.action(() => {
    if (terminal === undefined) {
      for (const { name, severity, description, inForce } of rules)
        out(`${[name, severity, description, inForce].join("\t")}\n`);
      return;
    }
    const width = terminal.columns > 0 ? terminal.columns : usualWidth;
    const help = command.createHelp();
    const paragraph = (text: string): string =>
      help
        .boxWrap(text, width - 2)
        .split("\n")
        .map((line) => `  ${line}\n`)
        .join("");
    const shown = rules.map(({ name, severity, description, inForce }) => {
      return `${name} (${severity})\n${paragraph(description)}${paragraph(`In force: ${inForce}.`)}`;
    });
    out(shown.join("\n"));
  });
}
