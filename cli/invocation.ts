import { basename, delimiter, dirname, relative, sep } from "node:path";
import { command } from "../policies/references";
import type { Environment } from "../provider/settings/settings";
import { shellWord } from "./shell-words";

const name = "pulumi-guardrails";

/**
 * How the command is called again from the same folder, in another terminal: the way it was called this time.
 * @param script the path of the file that node runs, as `process.argv` has it
 * @param directory the working directory
 */
export function invocationOf(script: string, environment: Environment, directory: string): string {
  // npm puts its own folders on the PATH, and they are there only while it runs.
  if (environment["npm_command"] === "exec") {
    return script.split(sep).includes("_npx") ? `npx ${name}` : command;
  }
  if (environment["npm_command"] === "run-script") return `npm run --silent ${name} --`;
  const path = (environment["PATH"] ?? "").split(delimiter);
  const isLink = basename(script) === name;
  if (isLink && path.includes(dirname(script))) return name;
  const shown = relative(directory, script) || script;
  // What would need quotes is not printed to be copied; the other way works wherever the package is installed.
  if (shellWord(shown, "") === "") return command;
  if (!isLink) return `node ${shown}`;
  return shown.startsWith("..") || shown.startsWith(sep) ? shown : `.${sep}${shown}`;
}
