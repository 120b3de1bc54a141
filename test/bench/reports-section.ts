import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import Table from "cli-table3";
import type { Browser } from "playwright-core";
import { checkReportOf } from "../../cli/reports/check-report";
import { reportFormatNames, reportFormats } from "../../cli/reports/formats";
import { startBrowser } from "../cli/reports/browser";
import { checkedAccount } from "../cli/reports/sample-accounts";
import { measureInTurn } from "./measure";

const keys = 10_000;
const failing = 400;

/** What a report of a long account takes in each format, and how long a browser takes until its page can be searched. */
export async function reportsSection(): Promise<string> {
  const result = await checkedAccount(keys, failing);
  const table = new Table({
    head: [
      `report of ${keys.toLocaleString("en")} keys, ${failing} failing`,
      "bytes",
      "wall ms",
      "CPU ms",
      "usable after ms",
    ],
    style: { head: [], border: [] },
  });
  const terminal = { columns: 120, colour: true };
  const writers = [
    // Each from what was found: a report makes the keys that its format shows.
    ...reportFormatNames.map((format) => ({
      name: format,
      write: () => reportFormats[format](checkReportOf(result), {}),
    })),
    { name: "text on a terminal", write: () => reportFormats.text(checkReportOf(result), { terminal }) },
  ];
  const browser = await startBrowser();
  try {
    const measured = await measureInTurn(
      [
        async () => checkReportOf(result),
        ...writers.map(
          ({ write }) =>
            async () =>
              write(),
        ),
      ],
      5,
    );
    const [joined, ...written] = measured.map(({ wall, cpu }) => [wall.toFixed(0), cpu.toFixed(0)]);
    table.push(["(joining what the rules found, in each)", "", ...(joined ?? []), ""]);
    for (const [index, { name, write }] of writers.entries()) {
      const text = write();
      const usable =
        name !== "html" ? "" : browser === undefined ? "no chromium" : await usableAfter(browser, text);
      table.push([name, Buffer.byteLength(text).toLocaleString("en"), ...(written[index] ?? []), usable]);
    }
  } finally {
    await browser?.close();
  }
  return table.toString();
}

/** The median of five loads: from asking for the page until its search field takes a word and has shown what it finds. */
async function usableAfter(browser: Browser, html: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "guardrails-bench-"));
  try {
    const file = join(folder, "report.html");
    await writeFile(file, html);
    const [measured] = await measureInTurn(
      [
        async () => {
          const page = await browser.newPage();
          await page.goto(pathToFileURL(file).href);
          await page.locator("#search").fill("gateway-9");
          await page.locator("tbody tr").first().waitFor();
          await page.close();
        },
      ],
      5,
    );
    return measured?.wall.toFixed(0) ?? "";
  } finally {
    await rm(folder, { recursive: true });
  }
}
