import assert from "node:assert/strict";
import fc from "fast-check";
import type { Coverage } from "./coverage";
import { histories, type Kind } from "./generated-histories";
import { play, type Reader } from "./play";
import { judge } from "./promise";

/** How many histories the suite plays; more by `GUARDRAILS_TEST_HISTORIES`. */
export const wanted = positive("GUARDRAILS_TEST_HISTORIES") ?? 20_000;
/** Printed by the suite; the same `GUARDRAILS_TEST_SEED` plays the same histories again. */
export const seed = positive("GUARDRAILS_TEST_SEED") ?? 1 + Math.floor(Math.random() * 2 ** 31);

/**
 * Holds a property in so many random histories. Most of them end in errors, whose traces take a fifth of the time and nobody
 * reads: a run that repeats another by its seed has them.
 */
export async function holdsInRuns<Case>(
  numRuns: number,
  property: fc.IAsyncPropertyWithHooks<Case>,
): Promise<void> {
  const { stackTraceLimit } = Error;
  if (process.env["GUARDRAILS_TEST_SEED"] === undefined) Error.stackTraceLimit = 0;
  try {
    await fc.assert(property, { numRuns, seed, endOnFailure: false });
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Plays a share of the wanted histories and judges each of them. */
export async function holdsInHistories(
  { share, reader, ...kind }: Kind & { readonly share: number; readonly reader: Reader },
  coverage: Coverage,
): Promise<void> {
  const property = fc.asyncProperty(histories(kind), async (history) => {
    const played = await play(history, reader);
    const verdict = judge(played);
    coverage.record(played, verdict);
    assert.notEqual(verdict, "lost", "a row that stayed is not listed");
  });
  await holdsInRuns(Math.ceil(wanted * share), property);
}

/** Plays a share of the wanted histories and tells of how many in a thousand a row that stayed was lost. */
export async function lossesIn(
  { share, reader, ...kind }: Kind & { readonly share: number; readonly reader: Reader },
  coverage: Coverage,
): Promise<number> {
  let lost = 0;
  const numRuns = Math.ceil(wanted * share);
  const property = fc.asyncProperty(histories(kind), async (history) => {
    const played = await play(history, reader);
    const verdict = judge(played);
    coverage.record(played, verdict);
    if (verdict === "lost") lost += 1;
  });
  await holdsInRuns(numRuns, property);
  return (1_000 * lost) / numRuns;
}

function positive(variable: string): number | undefined {
  const value = Number(process.env[variable] ?? "");
  return Number.isInteger(value) && value > 0 ? value : undefined;
}
