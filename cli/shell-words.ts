import { sanitize } from "../provider/redaction/sanitize";

/**
 * A word of a command that people copy, as every shell takes it. What would need quotes stands as a placeholder, since they
 * know which shell they have; so does what is or holds a key.
 */
export function shellWord(text: string, placeholder: string): string {
  return /^[\w.,:/-]+$/u.test(text) && sanitize(text) === text ? text : placeholder;
}

/** A file, as an option takes it: alone `-` would be standard input or output. */
export function shellFile(path: string): string {
  return path === "-" ? "./-" : shellWord(path, "FILE");
}

/** Options as they are written on a command line: `["--service", "modelgates"]`. */
export function shellOptions(options: readonly string[]): string {
  return options.map((word) => ` ${shellWord(word, "VALUE")}`).join("");
}
