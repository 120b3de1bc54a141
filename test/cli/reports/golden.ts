import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { root } from "../../repository";

const fixtures = resolve(root, "test/fixtures/reports");

/** Holds a text to the one kept under that name. GUARDRAILS_TEST_UPDATE=1 keeps the new one: look at the difference. */
export function assertGolden(name: string, text: string): void {
  const path = resolve(fixtures, `${name}.golden`);
  if (process.env["GUARDRAILS_TEST_UPDATE"] === "1") writeFileSync(path, text);
  assert.equal(text, readFileSync(path, "utf8"));
}

const mostLines = 150;
const longestLine = 1_200;

/** The beginning of a long text, with how long the whole is and its digest: a change anywhere shows. */
export function trimmed(text: string): string {
  const lines = text.split("\n");
  if (lines.length <= mostLines && lines.every(({ length }) => length <= longestLine)) return text;
  const digest = createHash("sha256").update(text).digest("hex");
  const shown = lines.slice(0, mostLines).map((line) => line.slice(0, longestLine));
  return `${shown.join("\n")}\n… ${lines.length} lines, ${text.length} characters, sha256 ${digest}\n`;
}
