import assert from "node:assert/strict";
import { sampleAssignment } from "../../provider/local-service/index";
import { readingOf, useServices } from "./reading-of";

describe("the pages of a read", () => {
  const running = useServices();

  it("are asked for by offset and limit, and the snapshot says how many there were", async () => {
    const service = await running({ rows: 250 });
    const { requests } = await readingOf(service.baseUrl, { maxConcurrency: 1 }).readAll();
    const asked = service.requests.map(({ offset, limit }) => [offset, limit]);
    assert.deepEqual(asked, [
      [0, 100],
      [99, 100],
      [198, 100],
    ]);
    assert.equal(requests, 3);
  });

  it("tell whoever watches how far the read is, the seams counted twice", async () => {
    const service = await running({ rows: 250 });
    const seen: unknown[] = [];
    await readingOf(service.baseUrl, { maxConcurrency: 1 }).readAll({ onProgress: (now) => seen.push(now) });
    assert.deepEqual(seen, [
      { rows: 100, total: 250 },
      { rows: 200, total: 250 },
      { rows: 252, total: 250 },
    ]);
  });

  it("are asked for as many at once as maxConcurrency allows", async () => {
    const service = await running({ rows: 3_000 });
    let release = (): void => undefined;
    const allThere = new Promise<void>((resolve) => {
      release = resolve;
    });
    service.latency = ({ index }) => {
      if (service.traffic.maxConcurrent === 4) release();
      return index === 0 ? 0 : allThere;
    };
    await readingOf(service.baseUrl, { maxConcurrency: 4 }).readAll();
    assert.equal(service.traffic.maxConcurrent, 4);
  });
});

describe("a read is refused before it is planned", () => {
  const running = useServices();

  it("when the list claims more than maxRows rows, and not when it claims as many", async () => {
    const service = await running({ rows: 3 });
    assert.equal((await readingOf(service.baseUrl, { maxRows: 3 }).readAll()).totalCount, 3);
    await assert.rejects(readingOf(service.baseUrl, { maxRows: 2 }).readAll(), {
      kind: "too-large",
      message:
        /^could not verify: the list claims 3 rows, more than the maxRows of 2 \(GET .*\)\. .* raise maxRows\.$/u,
    });
  });

  it("when it would take more than maxRequests requests, and not when it takes as many", async () => {
    const service = await running({ rows: 1_000 });
    assert.equal((await readingOf(service.baseUrl, { maxRequests: 11 }).readAll()).requests, 11);
    const before = service.requests.length;
    await assert.rejects(readingOf(service.baseUrl, { maxRequests: 10 }).readAll(), {
      kind: "too-large",
      message:
        /: reading 1000 rows would take 11 requests, more than the maxRequests of 10 .* raise maxRequests\.$/u,
    });
    assert.equal(service.requests.length, before + 1);
  });
});

describe("a read is refused on its way", () => {
  const running = useServices();

  it("when deleted keys make it take more requests than maxRequests", async () => {
    const service = await running({ rows: 3 });
    service.ledger.deleteKey(sampleAssignment(2).keyHash);
    await assert.rejects(readingOf(service.baseUrl, { maxRequests: 1 }).readAll(), {
      kind: "too-large",
      message: /: the read does not end, more than the maxRequests of 1 .* raise maxRequests\.$/u,
    });
  });

  it("when an answer is no page at all, and the message says where the contract is broken", async () => {
    const service = await running({ faults: [{ kind: "json", value: [] }] });
    await assert.rejects(readingOf(service.baseUrl).readAll(), {
      kind: "malformed",
      message: /breaks the contract at its top level: Invalid input: expected object, received array \(GET/u,
    });
  });
});
