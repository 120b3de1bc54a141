import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome"];

/** A browser to look at pages with; undefined where the machine has none. GUARDRAILS_TEST_BROWSER names its file. */
export async function startBrowser(): Promise<Browser | undefined> {
  const executablePath = process.env["GUARDRAILS_TEST_BROWSER"] ?? onPath();
  if (executablePath === undefined) return undefined;
  // Pipelines run as root, where the sandbox refuses to start; the pages are our own and ask no network.
  return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}

function onPath(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((file) => existsSync(file));
}
