import assert from "node:assert/strict";
import type { EngineRun } from "../engines";

/** Lines of the engine may be wrapped in its own words, so messages are looked for in both streams together. */
export function textOf({ stdout, stderr }: EngineRun): string {
  return `${stdout}\n${stderr}`;
}

export function assertPasses(run: EngineRun): void {
  assert.equal(run.exitCode, 0, textOf(run));
}

/** The run is stopped, and says each of these. */
export function assertStops(run: EngineRun, ...says: readonly (RegExp | string)[]): void {
  assert.notEqual(run.exitCode, 0, textOf(run));
  assertSays(textOf(run), says);
}

/** The run is stopped by a doubt: nothing is said about the keys themselves. */
export function assertCouldNotVerify(run: EngineRun, ...says: readonly (RegExp | string)[]): void {
  assertStops(run, "could not verify", ...says);
  assert.doesNotMatch(textOf(run), /no direct assignment|is not the one required|is not an approved one/);
}

const resource = "pulumi-nodejs:dynamic/guardrails:KeyAssignments";

/** The run is stopped by this rule, and its violation says each of these. */
export function assertViolates(run: EngineRun, rule: string, ...says: readonly (RegExp | string)[]): void {
  const violation = violationOf(run, rule);
  assertStops(run);
  assert.notEqual(violation, "", `${rule} reports no mandatory violation in\n${textOf(run)}`);
  assertSays(violation, says);
}

/** The mandatory violation of a rule in the run's summary; empty where there is none. */
export function violationOf({ stdout }: EngineRun, rule: string): string {
  return new RegExp(`^ +- \\[mandatory\\].* ${rule} .*\\n((?: {10}.*\\n)*)`, "m").exec(stdout)?.[1] ?? "";
}

/** What a deployment printed at its preview, and what after it. */
export function partsOf({ stdout }: EngineRun): { readonly preview: string; readonly update: string } {
  const [preview = "", update = ""] = stdout.split(/^(?=Updating )/m);
  return { preview, update };
}

function assertSays(text: string, says: readonly (RegExp | string)[]): void {
  for (const words of says) {
    if (typeof words === "string") assert(text.includes(words), `${words}\nis not in\n${text}`);
    else assert.match(text, words);
  }
}

/** The engine's list of steps names it, in the short form or that of `--diff`. */
export function changes(run: EngineRun): boolean {
  return [" list-0 update", ": (update)"].some((step) => run.stdout.includes(`${resource}${step}`));
}
