import Table from "cli-table3";
import { Ledger, type LocalService, samplePositions, startLocalService } from "../../local-service/index";
import { clientOf } from "./contestants";

/** Requests that accounts of mostly deleted keys take, and what becomes of a small budget of requests. */
export async function oddServicesSection(): Promise<string> {
  const table = new Table({
    head: ["service", "readers", "obtained", "answers", "wall ms", "of them 429"],
    style: { head: [], border: [] },
  });
  for (const [deleted, rows] of [
    [50, 50],
    [1_000, 1_000],
    [9_999, 10_000],
  ] as const) {
    const service = await startLocalService({
      ledger: new Ledger({ positions: samplePositions(rows, deleted) }),
    });
    const what = `${deleted.toLocaleString("en")} of ${rows.toLocaleString("en")} deleted`;
    table.push([what, ...(await readBy(1, service)), "0"]);
  }
  for (const readers of [1, 3]) {
    const ledger = new Ledger({ positions: samplePositions(5_000) });
    const budget = new TenASecond();
    const service = await startLocalService({ ledger, faults: () => budget.faultOfNext() });
    const read = await readBy(readers, service);
    const share = ((100 * budget.refused) / (budget.refused + budget.allowed)).toFixed(1);
    table.push(["5,000 rows, ten requests a second", ...read, `${budget.refused} (${share} %)`]);
  }
  return table.toString();
}

/** Clients of their own, as so many processes have them. */
async function readBy(readers: number, service: LocalService): Promise<string[]> {
  const begin = performance.now();
  const lists = await Promise.all(Array.from({ length: readers }, () => clientOf(service).readAll()));
  const wall = performance.now() - begin;
  await service.close();
  const rows = lists.map(({ assignments }) => assignments.length.toLocaleString("en"));
  return [`${readers}`, rows.join(", "), `${service.requests.length}`, wall.toFixed(0)];
}

/** A budget that is whole again each second. */
class TenASecond {
  allowed = 0;
  refused = 0;
  #from = 0;
  #left = 0;

  faultOfNext() {
    if (performance.now() - this.#from >= 1_000) {
      this.#from = performance.now();
      this.#left = 10;
    }
    this.#left -= 1;
    if (this.#left >= 0) {
      this.allowed += 1;
      return undefined;
    }
    this.refused += 1;
    return { kind: "status", status: 429, headers: { "retry-after": "1" } } as const;
  }
}
