import { readFileSync } from "node:fs";
import path from "node:path";

export const root = path.resolve(__dirname, "../../..");

export const readme = readFileSync(path.join(root, "README.md"), "utf8");

/** The README's code blocks of one language, in order. */
export function blocksOf(language: string): string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gmu");
  return [...readme.matchAll(fence)].map(([, block = ""]) => block);
}

/** The command lines of the README's shell blocks, split where one line runs several. */
export function commandLines(): string[] {
  return blocksOf("sh").flatMap((block) => block.trim().split(/\n| && /u));
}
