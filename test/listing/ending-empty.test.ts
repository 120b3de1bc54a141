import assert from "node:assert/strict";
import { GuardrailsError } from "../../provider/errors";
import { endingEmpty } from "../../provider/listing/ending-empty";
import { RefusedPageError } from "../../provider/listing/inconsistent-list";

interface Page {
  readonly offset: number;
  readonly rows: number;
  readonly asked: number;
}

const refused = new GuardrailsError("http", { what: "an answer 404", advice: "None.", status: 404 });

/** Pages of ten rows; one offset is refused. */
function pagesRefusing(offset: number): (offset: number) => Promise<Page> {
  let asked = 0;
  return endingEmpty<Page, []>(
    (at) => {
      asked += 1;
      return at === offset ? Promise.reject(refused) : Promise.resolve({ offset: at, rows: 10, asked });
    },
    {
      isClaim: false,
      reachOf: (page, before) => Math.max(before, page.offset + page.rows),
      emptyAt: (at, { asked: last }) => ({ offset: at, rows: 0, asked: last }),
    },
  );
}

describe("an offset that is refused", () => {
  it("ends the list where no page showed rows so far on", async () => {
    const read = pagesRefusing(20);
    await read(0);
    await read(10);
    assert.deepEqual(await read(20), { offset: 20, rows: 0, asked: 2 });
  });

  it("is an error before that, and carries the page that first showed rows farthest on", async () => {
    const read = pagesRefusing(15);
    await read(0);
    await read(20);
    await read(20);
    await read(10);
    const owing: Page = { offset: 20, rows: 10, asked: 2 };
    await assert.rejects(read(15), new RefusedPageError(15, refused, owing));
  });

  it("is the end that was claimed when it was asked for, whatever another answer claims meanwhile", async () => {
    const answers: (() => void)[] = [];
    const read = endingEmpty<{ readonly claims: number }, [number]>(
      (offset, claims) =>
        new Promise((resolve, reject) => {
          answers.push(() => (offset === 20 ? reject(refused) : resolve({ claims })));
        }),
      { isClaim: true, reachOf: ({ claims }) => claims, emptyAt: (_, latest) => latest },
    );
    const first = read(0, 20);
    answers[0]?.();
    await first;
    const pages = [read(20, 20), read(10, 21)] as const;
    answers[2]?.();
    await pages[1];
    answers[1]?.();
    assert.deepEqual(await pages[0], { claims: 21 });
    const owed = read(20, 21);
    answers[3]?.();
    await assert.rejects(owed, RefusedPageError);
  });
});
