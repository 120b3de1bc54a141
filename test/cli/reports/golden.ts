import assert from "node:assert/strict";
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
