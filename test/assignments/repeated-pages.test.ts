import assert from "node:assert/strict";
import { readAll } from "../../provider/assignments/read";
import { rowOf } from "./account";
import { CuttingService, type Shown } from "./cutting-service";

/** Takes no notice of offsets: it gives these answers one after the other, and then the last one always. */
function withoutOffsets(first: Shown, ...others: readonly Shown[]): CuttingService {
  const waiting = [first, ...others];
  let latest = first;
  return new CuttingService(() => {
    latest = waiting.shift() ?? latest;
    return latest;
  });
}

/** In how many readings it is refused, and that nobody is told to run it again. */
async function readingsOf(first: Shown, ...others: readonly Shown[]): Promise<number> {
  const service = withoutOffsets(first, ...others);
  await assert.rejects(readAll(service), {
    kind: "unsettled",
    message: /because a page shows again what another offset showed\. Running it again will not help/u,
  });
  return service.readings;
}

const page = Array.from({ length: 100 }, (_, number) => rowOf(number));
const other = rowOf(1_000);

describe("a service that takes no notice of offsets", () => {
  it("is refused in one reading where two offsets show the very same page", async () => {
    assert.equal(await readingsOf({ rows: page, total: 1_000 }), 1);
  });

  it("is read again where its list changed between the two: nobody knows then what the second shows", async () => {
    const first = { rows: page, total: 1_000 };
    const changed: Readonly<Record<string, Shown>> = {
      "in its total": { rows: page, total: 999 },
      "in one row": { rows: [other, ...page.slice(1)], total: 1_000 },
      "in all rows but the last": {
        rows: [...page.slice(1).map((_, at) => rowOf(2_000 + at)), ...page.slice(-1)],
        total: 1_000,
      },
    };
    for (const [what, shown] of Object.entries(changed))
      assert.equal(await readingsOf(first, shown), 2, what);
    assert.equal(
      await readingsOf({ rows: page.slice(0, 99), total: 1_000 }, first),
      2,
      "by a row at its end",
    );
  });
});
