import fc from "fast-check";
import type { Coverage } from "./coverage";
import { histories, type Kind } from "./generated-histories";
import { play, type Reader } from "./play";
import { judge } from "./promise";

/** How many histories the suite plays; more by `GUARDRAILS_TEST_HISTORIES`. */
export const wanted = positive("GUARDRAILS_TEST_HISTORIES") ?? 12_000;
/** Printed by the suite; the same `GUARDRAILS_TEST_SEED` plays the same histories again. */
export const seed = positive("GUARDRAILS_TEST_SEED") ?? 1 + Math.floor(Math.random() * 2 ** 31);

/** Plays a share of the wanted histories and judges each of them. */
export async function holdsInHistories(
  { share, reader, ...kind }: Kind & { readonly share: number; readonly reader: Reader },
  coverage: Coverage,
): Promise<void> {
  const property = fc.asyncProperty(histories(kind), async (history) => {
    const played = await play(history, reader);
    coverage.record(played, judge(played));
  });
  await fc.assert(property, { numRuns: Math.ceil(wanted * share), seed, endOnFailure: false });
}

function positive(variable: string): number | undefined {
  const value = Number(process.env[variable] ?? "");
  return Number.isInteger(value) && value > 0 ? value : undefined;
}
