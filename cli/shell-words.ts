/**
 * A word of a command that people copy, as every shell takes it. What would need quotes stands as a placeholder: they know
 * which shell they have.
 */
export function shellWord(text: string, placeholder: string): string {
  return /^[\w.,:/-]+$/u.test(text) ? text : placeholder;
}

/** Options as they are written on a command line: `["--service", "modelgates"]`. */
export function shellOptions(options: readonly string[]): string {
  return options.map((word) => ` ${shellWord(word, "VALUE")}`).join("");
}
