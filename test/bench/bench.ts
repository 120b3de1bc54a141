/*
 * npm run bench: how fast the list is read, side by side with the official SDK and a plain loop, and what limits it.
 * The service runs in a process of its own; every contestant is warmed up, before each turn by reading a list of the same
 * length without latency; figures are medians of rounds taken in turn.
 *
 * The bound of a case is what no reader with the same concurrency can beat: the round trips that cannot be avoided times
 * the latency, plus the time the bytes take, measured by taking all pages off the wire at no latency without a look.
 */
import Table from "cli-table3";
import {
  type Contestant,
  sdkAtDefault,
  sdkAtLimit100,
  sequentialLoop,
  takeBytes,
  thisReader,
  unavoidableRoundTrips,
} from "./contestants";
import { measureInTurn } from "./measure";
import { oddServicesSection } from "./odd-services-section";
import { reportsSection } from "./reports-section";
import { rulesSection } from "./rules-section";
import { streamSection, validationSection } from "./sections";
import { type ServiceShape, startServiceProcess } from "./service-process";

const contestants = [thisReader, sdkAtDefault, sdkAtLimit100, sequentialLoop];
const rounds = Number(process.env["BENCH_ROUNDS"] ?? 5);

async function readingCase(
  table: Table.Table,
  { rows, orphans = 0, latency = 0 }: ServiceShape,
): Promise<void> {
  await using service = await startServiceProcess({ rows, orphans, latency });
  await using immediate = await startServiceProcess({ rows, orphans });
  // One request at a time over the longest list takes the SDK minutes at 40 ms: once is enough to see it.
  const slow = rows * latency > 1_000_000;
  const obtained = await Promise.all(contestants.map(async () => ({ rows: 0, requests: 0 })));
  const works = contestants.map((contestant: Contestant, index) => async () => {
    obtained[index] = await contestant.read(service);
  });
  const bytesOnly = (): Promise<void> => takeBytes(immediate, rows);
  const warmUps = contestants.map((contestant) => () => contestant.read(immediate));
  const measured = await measureInTurn([...works, bytesOnly], slow ? 1 : rounds, [...warmUps, bytesOnly]);
  const bytes = measured.at(-1)?.wall ?? Number.NaN;
  const bound = unavoidableRoundTrips(rows) * latency + bytes;
  const sdk = measured[contestants.indexOf(sdkAtLimit100)];
  for (const [index, contestant] of contestants.entries()) {
    const own = measured[index];
    const got = obtained[index];
    if (own === undefined || sdk === undefined || got === undefined)
      throw new Error("a contestant was not measured");
    table.push([
      `${rows.toLocaleString("en")}${orphans === 0 ? "" : ` (${orphans} orphan)`}, ${latency} ms`,
      contestant.name,
      got.rows.toLocaleString("en"),
      got.requests.toLocaleString("en"),
      own.wall.toFixed(0),
      own.cpu.toFixed(0),
      `${(sdk.wall / own.wall).toFixed(1)}x`,
      (own.wall / bound).toFixed(2),
    ]);
  }
}

async function main(): Promise<void> {
  const largest = Number(process.env["BENCH_ROWS"] ?? 100_000);
  const table = new Table({
    head: [
      "rows, latency",
      "reader",
      "obtained",
      "requests",
      "wall ms",
      "CPU ms",
      "faster than SDK 100",
      "of the bound",
    ],
    style: { head: [], border: [] },
  });
  for (const rows of [1_000, 10_000, 100_000].filter((count) => count <= largest)) {
    for (const latency of [0, 40]) await readingCase(table, { rows, latency });
  }
  await readingCase(table, { rows: 10_000, latency: 40, orphans: 1 });
  process.stdout.write(`${table.toString()}\n`);
  for (const section of [oddServicesSection, streamSection, validationSection, rulesSection, reportsSection])
    process.stdout.write(`${await section()}\n`);
}

void main();
