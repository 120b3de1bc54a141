import assert from "node:assert/strict";
import { systemClock } from "../../provider/clock";
import { arrived, never, readingOf, refusalOf, useServices } from "./reading-of";

/** Far beyond the time limit of a test: what ends within it was ended by something else. */
const patient = { requestTimeout: 600, readTimeout: 600 };

describe("a request under way", () => {
  const start = useServices();

  it("ends with its read, long before its own time is up", async () => {
    const service = await start({ latency: () => never });
    const caller = new AbortController();
    const reading = readingOf(service.baseUrl, patient).readAll({ signal: caller.signal });
    await Promise.all([
      assert.rejects(reading, { kind: "aborted" }),
      arrived(service, 1).then(() => caller.abort()),
    ]);
  });

  it("goes on when another read of the same client ends", async () => {
    let answer = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const service = await start({
      latency: ({ index }) => (index === 2 ? released : index === 3 ? never : 0),
    });
    const client = readingOf(service.baseUrl, patient);
    await client.readAll();
    const caller = new AbortController();
    const going = client.readAll();
    await arrived(service, 3);
    const ending = client.readAll({ signal: caller.signal });
    await Promise.all([
      assert.rejects(ending, { kind: "aborted" }),
      arrived(service, 4).then(() => caller.abort()),
    ]);
    answer();
    assert.equal((await going).totalCount, 3);
  });
});

describe("the time of a read", () => {
  const start = useServices();

  for (const seconds of [32.01, 32.2, 64.1]) {
    it(`may be ${seconds} seconds, which no whole number of milliseconds is exactly`, async () => {
      const service = await start();
      const limits = { readTimeout: seconds, requestTimeout: seconds };
      const { assignments } = await readingOf(service.baseUrl, limits).readAll();
      assert.equal(assignments.length, 3);
    });
  }

  it("may be less than a millisecond, in which nothing is read", async () => {
    const service = await start({ latency: () => never });
    const error = await refusalOf(
      readingOf(service.baseUrl, { readTimeout: 0.000_001 }).readAll(),
      service.baseUrl,
    );
    assert.equal(error.kind, "timeout");
  });

  it("belongs to its last page too where the service was seen to be slow", async () => {
    // One page after the other, a second each: the fifth has two seconds left, of which a third would not do.
    const service = await start({ rows: 400, latency: 1_000 });
    const limits = { readTimeout: 6, maxConcurrency: 1 };
    const { assignments } = await readingOf(service.baseUrl, limits, systemClock).readAll();
    assert.equal(assignments.length, 400);
  });

  it("is named together with what failed on the way where an answer came too late", async () => {
    let late = 0;
    const clock = { ...systemClock, now: () => Date.now() + late, sleep: async () => undefined };
    const service = await start({
      faults: ({ index }) => {
        if (index === 0) return { kind: "status", status: 429, body: "none" };
        late = 60_000;
        return undefined;
      },
    });
    const error = await refusalOf(readingOf(service.baseUrl, {}, clock).readAll(), service.baseUrl);
    assert.match(error.message, /not read within the readTimeout of 30 s.*fewer requests \(429\)/u);
    assert.match(error.message, /\. Wait, or lower maxConcurrency\. Or raise readTimeout\.$/u);
  });

  it("is named, with what would do, where it left a request too little", async () => {
    const service = await start({ faults: () => ({ kind: "no-answer" }) });
    const error = await refusalOf(
      readingOf(service.baseUrl, { readTimeout: 0.4 }).readAll(),
      service.baseUrl,
    );
    assert.match(
      error.message,
      /no answer within 0\.\d s, its share of the readTimeout.*Or raise readTimeout\.$/su,
    );
  });

  it("is not named where a request had all the time that requests have", async () => {
    const service = await start({ faults: () => ({ kind: "no-answer" }) });
    const error = await refusalOf(
      readingOf(service.baseUrl, { requestTimeout: 0.05, readTimeout: 60 }).readAll(),
      service.baseUrl,
    );
    assert.match(error.message, /no answer within 0\.1 s \(GET .*Or raise requestTimeout\.$/su);
  });
});
