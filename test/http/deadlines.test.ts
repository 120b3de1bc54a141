import assert from "node:assert/strict";
import { arrived, never, readingOf, useServices } from "./reading-of";

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
      latency: ({ index }) => (index === 1 ? released : index === 2 ? never : 0),
    });
    const client = readingOf(service.baseUrl, patient);
    await client.readAll();
    const caller = new AbortController();
    const going = client.readAll();
    await arrived(service, 2);
    const ending = client.readAll({ signal: caller.signal });
    await Promise.all([
      assert.rejects(ending, { kind: "aborted" }),
      arrived(service, 3).then(() => caller.abort()),
    ]);
    answer();
    assert.equal((await going).totalCount, 3);
  });
});
