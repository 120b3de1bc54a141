import assert from "node:assert/strict";
import { sampleAssignment } from "../../local-service/index";
import { useServices } from "../http/reading-of";
import { ask, LIST, page } from "./asking";

describe("the local service's pages", () => {
  const running = useServices();

  it("sends the window that offset and limit name, and the total", async () => {
    const service = await running({ rows: 151 });
    const { data, total_count } = await page(service, "?offset=100&limit=100");
    assert.equal(data.length, 51);
    assert.equal(data[0]?.id, sampleAssignment(100).id);
    assert.equal(total_count, 151);
    assert.equal((await page(service)).data.length, 50);
    assert.equal((await page(service, "?limit=1000")).data.length, 100);
  });

  for (const query of ["offset=-1", "offset=x", "offset=1.5", "limit=0", "limit=-5", "limit=", "limit=ten"]) {
    it(`refuses ${query} with 400 and the envelope`, async () => {
      const service = await running();
      const response = await ask(service, `${LIST}?${query}`);
      assert.equal(response.status, 400);
      assert.equal(JSON.parse(await response.text()).error.code, 400);
    });
  }

  it("claims a wrong total where told to, always or by page", async () => {
    const service = await running({ rows: 0, total: "many" });
    assert.deepEqual(await (await ask(service)).json(), { data: [], total_count: "many" });
    service.total = ({ index, trueTotal }) => trueTotal + index;
    assert.equal((await page(service)).total_count, 1);
  });

  it("lets the ledger change just before a page is cut, or just after", async () => {
    const service = await running({ rows: 0 });
    service.beforePage = ({ offset, limit }) => {
      assert.deepEqual([offset, limit], [0, 7]);
      service.ledger.assign();
    };
    service.afterPage = () => service.ledger.removeAt(0);
    assert.equal((await page(service, "?limit=7")).data.length, 1);
    assert.equal(service.ledger.totalCount, 0);
  });
});
