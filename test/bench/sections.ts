import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { judgeRequiredKeys, type RequiredKey } from "../../policies/index";
import type { KeyAssignmentsSnapshot } from "../../provider";
import { wirePage } from "../../provider/contract";
import { Ledger, sampleAssignment, samplePositions } from "../../provider/local-service";
import { measureInTurn } from "./measure";
import { startServiceProcess } from "./service-process";

const streamed = z.object({ rows: z.number(), peak: z.number() });

/** Peak memory of a process that streams, over a short and a long list. */
export async function streamSection(): Promise<string> {
  const peakOver = async (rows: number): Promise<number> => {
    await using service = await startServiceProcess({ rows });
    const script = path.join(__dirname, "stream-memory.js");
    const { stdout } = await promisify(execFile)(process.execPath, [
      script,
      service.baseUrl,
      service.managementKey,
    ]);
    const result = streamed.parse(JSON.parse(stdout));
    if (result.rows !== rows) throw new Error(`the stream gave ${result.rows} of ${rows} rows`);
    return result.peak;
  };
  const short = await peakOver(10_000);
  const many = Number(process.env["BENCH_STREAM_ROWS"] ?? 1_000_000);
  const long = await peakOver(many);
  return `stream: peak memory ${short.toFixed(0)} MiB over 10,000 rows, ${long.toFixed(0)} MiB over ${many.toLocaleString("en")}, ratio ${(long / short).toFixed(2)}`;
}

/** What checking a page against the contract costs beside parsing its JSON. */
export async function validationSection(): Promise<string> {
  const text = JSON.stringify(new Ledger({ positions: samplePositions(100) }).page({ limit: 100 }));
  const many = async (work: () => unknown): Promise<void> => {
    for (let page = 0; page < 500; page += 1) work();
  };
  const [parsed, checked] = await measureInTurn(
    [() => many(() => JSON.parse(text)), () => many(() => wirePage.parse(JSON.parse(text)))],
    5,
  );
  if (parsed === undefined || checked === undefined) throw new Error("nothing was measured");
  const perRow = (milliseconds: number): string => ((milliseconds * 1_000) / 50_000).toFixed(2);
  return `contract: ${perRow(checked.wall)} µs a row with validation, ${perRow(parsed.wall)} µs JSON.parse alone`;
}

/** The rule over a long list, and over a tenth of it: its cost should grow in step. */
export async function ruleSection(): Promise<string> {
  const judging = (rows: number) => {
    const assignments = Array.from({ length: rows }, (_, position) => sampleAssignment(position));
    const keys = assignments.filter((_, position) => position % 10 === 0);
    const requirements = keys.map(
      ({ keyHash }): RequiredKey => ({
        by: "hash",
        hash: keyHash,
        guardrails: undefined,
        description: undefined,
      }),
    );
    const snapshot: KeyAssignmentsSnapshot = {
      version: 1,
      assignments,
      totalCount: rows,
      missingRows: 0,
      scope: { kind: "complete" },
      service: "openrouter",
      baseUrl: "https://openrouter.ai/api/v1",
      readAt: new Date(0).toISOString(),
      requests: 1,
    };
    return async () => judgeRequiredKeys(requirements, { kind: "list", snapshot });
  };
  const [tenth, whole] = await measureInTurn([judging(10_000), judging(100_000)], 5);
  if (tenth === undefined || whole === undefined) throw new Error("nothing was measured");
  return `rules: ${whole.wall.toFixed(0)} ms over 100,000 assignments and 10,000 required keys, ${(whole.wall / tenth.wall).toFixed(1)} times a tenth of that`;
}
