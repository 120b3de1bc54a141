import assert from "node:assert/strict";
import { readAll } from "../../provider/assignments/read";
import { rowOf } from "./account";
import { CuttingService } from "./cutting-service";

type Cut = CuttingService["cut"];

/** In how many readings it is refused, in pages of eight. */
async function readingsOf(cut: Cut, message: RegExp): Promise<number> {
  const service = new CuttingService(cut);
  await assert.rejects(readAll(service, 8), { kind: "unsettled", message });
  return service.readings;
}

const rows = (...numbers: readonly number[]) => numbers.map((number) => rowOf(number));

describe("a row that shows where no list has it", () => {
  it("is a doubt where a bridge shows it, and nothing that it would join", async () => {
    const list = rows(...Array.from({ length: 40 }, (_, at) => at));
    // The first position of each planned page is that of a deleted key; a bridge across it shows a row that no other has.
    const cut: Cut = (offset, limit) => ({
      rows:
        offset > 30 || offset % (limit - 1) === 0
          ? list.slice(offset === 0 ? 0 : offset + 1, offset + limit)
          : rows(100),
      total: 40,
    });
    const message =
      /after 8 readings, because one of its answers showed a row that the others leave no place for\. Run it/u;
    assert.equal(await readingsOf(cut, message), 8);
  });

  it("may be there once where two pages that show it lie closer than a page", async () => {
    const list = rows(0, 1, 2, 3, 0, 5, 6, 7, 8, 9, 10, 11);
    const cut: Cut = (offset, limit) => ({ rows: list.slice(offset, offset + limit), total: 12 });
    const message = /after 8 readings, because a row shows twice\. Run it again when/u;
    assert.equal(await readingsOf(cut, message), 8);
  });

  it("may be there once however far from the first page that is", async () => {
    const list = rows(...Array.from({ length: 60 }, (_, at) => (at === 54 ? 50 : at)));
    const cut: Cut = (offset, limit) => ({ rows: list.slice(offset, offset + limit), total: 60 });
    const message = /after 8 readings, because a row shows twice\. Run it again when/u;
    assert.equal(await readingsOf(cut, message), 8);
  });
});
