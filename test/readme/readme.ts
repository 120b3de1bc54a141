import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { root } from "../repository";

/** One page that people read. */
export interface Page {
  /** Its path from the root. */
  readonly path: string;
  readonly text: string;
}

function page(relative: string): Page {
  return { path: relative, text: readFileSync(path.join(root, relative), "utf8") };
}

export const readme = page("README.md");

/** The README, the pages of the documentation, and the pages beside them that are in the package. */
export const pages: readonly Page[] = [
  readme,
  page("SECURITY.md"),
  page("policies/README.md"),
  ...readdirSync(path.join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .toSorted()
    .map((name) => page(path.join("docs", name))),
];

/** The page without its section about what a clone of the repository has. */
export function withoutClone({ path: place, text }: Page): Page {
  return { path: place, text: text.replace(/^## From a clone\n[\s\S]*?(?=^## )/mu, "") };
}

/** The page of this path. */
export function pageAt(place: string): Page {
  const found = pages.find((one) => one.path === place);
  if (found === undefined) throw new Error(`there is no page ${place}`);
  return found;
}

/** A page's code blocks of one language, in order. */
export function blocksOf(language: string, { text } = readme): string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gmu");
  return [...text.matchAll(fence)].map(([, block = ""]) => block);
}

/** The command lines of a page's shell blocks, split where one line runs several. */
export function commandLines(of = readme): string[] {
  return blocksOf("sh", of).flatMap((block) => block.trim().split(/\n| && /u));
}
