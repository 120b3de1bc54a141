import assert from "node:assert/strict";
import type { Fault } from "../../local-service/index";
import { InstantClock, readingOf, refusalOf, useServices } from "./reading-of";

describe("an answer with a text as long as a page", () => {
  const start = useServices();

  const longName = (name: string): Fault => ({
    kind: "edited-page",
    edit: ({ data, total_count }) => ({
      data: data.map((row) => ({ ...row, key_name: name })),
      total_count,
    }),
  });

  for (const [what, unit] of [
    ["escapes of addresses", "%25"],
    ["letters that are not ASCII", "é"],
    ["backslashes", "\\"],
  ] as const) {
    it(`is refused before secrets are looked for in it: ${what}`, async () => {
      const service = await start({ rows: 1 });
      const name = unit.repeat(1_000_000);
      service.faults = [longName(name)];
      const error = await refusalOf(
        readingOf(service.baseUrl, { maxPageBytes: 16_000_000 }).readAll(),
        service.baseUrl,
      );
      assert.equal(error.kind, "malformed");
      assert.match(error.message, new RegExp(`holds a text of ${name.length} characters`, "u"));
    });
  }

  it("is taken up to 10000 characters", async () => {
    const service = await start({ rows: 1 });
    service.faults = [longName("é".repeat(10_000))];
    const { assignments } = await readingOf(service.baseUrl).readAll();
    assert.equal(assignments[0]?.keyName.length, 10_000);
  });

  it("is not quoted where it is the service's message for an error", async () => {
    const service = await start({ rows: 1 });
    const body = JSON.stringify({ error: { message: "é".repeat(10_001) } });
    service.faults = [{ kind: "raw", status: 403, body }];
    const error = await refusalOf(readingOf(service.baseUrl).readAll(), service.baseUrl);
    assert.match(error.message, /did not accept the management key \(403\)/u);
  });
});

describe("a read that worked on an answer until after its time", () => {
  const start = useServices();

  it("is no evidence, though no timer fired meanwhile", async () => {
    const clock = new InstantClock();
    const service = await start({
      rows: 1,
      latency: async () => {
        await clock.sleep(31_000, new AbortController().signal);
      },
    });
    const error = await refusalOf(readingOf(service.baseUrl, {}, clock).readAll(), service.baseUrl);
    assert.equal(error.kind, "timeout");
    assert.match(error.message, /not read within the readTimeout of 30 s/u);
  });
});
