import { parseArgs } from "node:util";
import type { Flavour } from "./answers";
import { demoLedger } from "./demo-ledger";
import { Ledger } from "./ledger";
import { startLocalService } from "./local-service";
import type { LedgerPosition, LedgerPositions } from "./positions";
import { samplePositions } from "./samples";

const USAGE = `usage: node dist/provider/local-service/main.js [options]
  --rows N            that many positions instead of the demo's account
  --orphans N         so many of the rows belong to deleted keys (0)
  --unassigned N      so many further keys without an assignment (0)
  --window N          the most positions a page spans (100)
  --keys-per-page N   how many keys a page of the inventory has (100)
  --latency MS        how long each answer waits (0)
  --port N            default any free one
  --flavour NAME      openrouter (default), or modelgates, which lists assignments only
  --with-parent       end when standard input closes
Prints one line of JSON, {"baseUrl":…,"managementKey":…}, once it listens.
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rows: { type: "string" },
      orphans: { type: "string", default: "0" },
      unassigned: { type: "string", default: "0" },
      window: { type: "string", default: "100" },
      "keys-per-page": { type: "string", default: "100" },
      latency: { type: "string", default: "0" },
      port: { type: "string", default: "0" },
      flavour: { type: "string", default: "openrouter" },
      "with-parent": { type: "boolean", default: false },
    },
  });
  const ledger =
    values.rows === undefined
      ? demoLedger()
      : new Ledger({ positions: madeAhead(whole("rows", values.rows), whole("orphans", values.orphans)) });
  ledger.window = whole("window", values.window);
  ledger.keysPerPage = whole("keys-per-page", values["keys-per-page"]);
  for (let left = whole("unassigned", values.unassigned); left > 0; left -= 1) ledger.addKey();

  const service = await startLocalService({
    ledger,
    latency: whole("latency", values.latency),
    port: whole("port", values.port),
    flavour: flavourNamed(values.flavour),
  });
  process.stdout.write(
    `${JSON.stringify({ baseUrl: service.baseUrl, managementKey: service.managementKey })}\n`,
  );

  const end = (): void => {
    process.stdin.destroy();
    void service.close();
  };
  process.once("SIGTERM", end);
  process.once("SIGINT", end);
  if (values["with-parent"]) process.stdin.once("end", end).resume();
}

/** Makes the rows of all but very long lists before the first request, so that answers cost only what sending costs. */
function madeAhead(count: number, orphans: number): LedgerPositions | LedgerPosition[] {
  const onDemand = samplePositions(count, orphans);
  return count > 200_000 ? onDemand : Array.from({ length: count }, (_, position) => onDemand.at(position));
}

function whole(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new TypeError(`--${name} must be a whole number`);
  return Number(text);
}

function flavourNamed(name: string): Flavour {
  if (name === "openrouter" || name === "modelgates") return name;
  throw new TypeError("--flavour must be openrouter or modelgates");
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n${USAGE}`);
  process.exitCode = 2;
});
