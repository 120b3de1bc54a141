import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import * as z from "zod";
import { Ledger, samplePositions } from "../../local-service/index";
import { wirePage } from "../../provider/assignments/contract";
import { measureInTurn } from "./measure";
import { startServiceProcess } from "./service-process";

const streamed = z.object({ rows: z.number(), peak: z.number() });

/**
 * Peak memory of a process that streams, over lists of growing length. Over no rows it shows what Node and the modules
 * take; over 10,000 the young heap has not reached its full size yet, over 100,000 it has.
 */
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
  const none = await peakOver(0);
  const short = await peakOver(10_000);
  const middle = await peakOver(100_000);
  const many = Number(process.env["BENCH_STREAM_ROWS"] ?? 1_000_000);
  const long = await peakOver(many);
  const times = (peak: number): string => `${peak.toFixed(0)} MiB (${(peak / short).toFixed(2)})`;
  return `stream: peak memory (and times that of 10,000 rows): ${times(none)} over no rows, ${times(short)} over 10,000, ${times(middle)} over 100,000, ${times(long)} over ${many.toLocaleString("en")}`;
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
