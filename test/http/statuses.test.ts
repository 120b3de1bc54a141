import assert from "node:assert/strict";
import { type Fault, LOCAL_MANAGEMENT_KEY } from "../../local-service/index";
import { type ExpectedRefusal, InstantClock, readingOf, refusalOf, useServices } from "./reading-of";

const unauthorized: ExpectedRefusal = {
  kind: "unauthorized",
  message: /did not accept the management key \(40[13].*Give a management key/su,
  requests: 1,
};
const status = (code: number, more: Partial<Extract<Fault, { kind: "status" }>> = {}): Fault => ({
  kind: "status",
  status: code,
  ...more,
});

const refused: readonly (readonly [string, Fault, ExpectedRefusal])[] = [
  ["401", status(401), unauthorized],
  ["403 without a body", status(403, { body: "none" }), unauthorized],
  ["403 as a web page", status(403, { body: "html" }), unauthorized],
  [
    "403 in OpenRouter's words",
    status(403, { body: "openrouter" }),
    { ...unauthorized, message: /\(403: "Forbidden"\)/u },
  ],
  [
    "403 in ModelGates' words",
    status(403, { body: "modelgates" }),
    { ...unauthorized, message: /\(403: "Forbidden"\)/u },
  ],
  [
    "403 that repeats the key",
    { kind: "echo-credential" },
    { ...unauthorized, message: /Not allowed for Bearer \[/u },
  ],
  [
    "404",
    status(404),
    { kind: "http", message: /no such endpoint \(404.*Check service and baseUrl/su, requests: 1 },
  ],
  ["418", status(418), { kind: "http", message: /answered 418/u, requests: 1 }],
  ["500 for ever", status(500), { kind: "http", message: /, 4 attempts\).*Try again/su, requests: 4 }],
  ["503 for ever", status(503, { body: "html" }), { kind: "http", message: /answered 503 /u, requests: 4 }],
  ["403 that asks for a wait", status(403, { headers: { "retry-after": "1" } }), unauthorized],
  ["425 for ever", status(425), { kind: "http", message: /answered 425/u, requests: 4 }],
  ["408 for ever", status(408), { kind: "http", message: /answered 408/u, requests: 4 }],
  [
    "429 for ever",
    status(429),
    {
      kind: "http",
      message: /fewer requests \(429.*would wait .* left.*lower maxConcurrency\. Or raise readTimeout/su,
      requests: 8,
    },
  ],
  [
    "429 for ever that asks for no wait",
    status(429, { headers: { "retry-after": "0" } }),
    { kind: "http", message: /fewer requests \(429/u, requests: 8 },
  ],
  [
    "503 for ever that asks for no wait",
    status(503, { headers: { "retry-after": "0" } }),
    { kind: "http", message: /answered 503/u, requests: 4 },
  ],
  [
    "429 with a wait longer than anybody waits",
    status(429, { headers: { "retry-after": "9".repeat(400) } }),
    { kind: "http", message: /would wait more than two days and the read has/u, requests: 1 },
  ],
  [
    "429 with a wait longer than the read may take",
    status(429, { headers: { "retry-after": "86400" } }),
    {
      kind: "http",
      message:
        /the next try would wait 8640\d.\d s and the read has (30\.0|29\.\d) s of its readTimeout left/u,
      requests: 1,
    },
  ],
];

/** A whole list takes a second request, which would not show how the first fared. */
const onePage = { offset: 0, limit: 100 };

describe("an answer with another status than 200", () => {
  const start = useServices();

  for (const [what, fault, { kind, message, requests }] of refused) {
    it(`ends the read when it is ${what}, after ${requests} tries`, async () => {
      const service = await start({ faults: () => fault });
      const error = await refusalOf(readingOf(service.baseUrl).readAll(), service.baseUrl);
      assert.equal(error.kind, kind);
      assert.match(error.message, message);
      assert.equal(service.requests.length, requests);
      assert.equal(error.attempts, requests);
    });
  }

  for (const [what, faults] of [
    ["500 once", [status(500)]],
    ["502, 503 and 504 in a row", [status(502), status(503), status(504)]],
    ["429 once", [status(429)]],
  ] as const) {
    it(`is tried again after ${what}`, async () => {
      const service = await start({ faults: [...faults] });
      const { assignments } = await readingOf(service.baseUrl).readPage(onePage);
      assert.equal(assignments.length, 3);
      assert.equal(service.requests.length, 1 + faults.length);
    });
  }

  it("is tried again after longer and longer pauses, drawn by chance", async () => {
    const clock = new InstantClock();
    const service = await start({ faults: () => status(500) });
    await refusalOf(readingOf(service.baseUrl, {}, clock).readAll(), service.baseUrl);
    const [first = 0, second = 0, third = 0, ...more] = clock.pauses;
    assert.deepEqual(more, []);
    assert(first >= 125 && first <= 250, `${first}`);
    assert(second >= 250 && second <= 500, `${second}`);
    assert(third >= 500 && third <= 1_000, `${third}`);
  });

  it("is tried again after the seconds the service asks for", async () => {
    const clock = new InstantClock();
    const service = await start({ faults: [status(429, { headers: { "retry-after": "7" } })] });
    await readingOf(service.baseUrl, {}, clock).readPage(onePage);
    assertPause(clock, 7_000, 8_000);
  });

  it("is tried again after the seconds that an answer 503 asks for", async () => {
    const clock = new InstantClock();
    const service = await start({ faults: [status(503, { headers: { "retry-after": "7" } })] });
    await readingOf(service.baseUrl, {}, clock).readPage(onePage);
    assertPause(clock, 7_000, 8_000);
  });

  it("is tried again after the seconds that an answer 425 asks for", async () => {
    const clock = new InstantClock();
    const service = await start({ faults: [status(425, { headers: { "retry-after": "7" } })] });
    await readingOf(service.baseUrl, {}, clock).readAll();
    assertPause(clock, 7_000, 8_000);
  });

  it("403 for a later page does not say that the key was not accepted", async () => {
    const service = await start({ rows: 150, faults: [undefined, status(403, { body: "none" })] });
    const error = await refusalOf(
      readingOf(service.baseUrl, { maxConcurrency: 1 }).readAll(),
      service.baseUrl,
    );
    assert.match(
      error.message,
      /refused this request \(403\), although it accepted the management key for others .* what the key may read/u,
    );
    assert.equal(service.requests.length, 2);
  });

  it("is tried again at the time the service asks for", async () => {
    const clock = new InstantClock();
    const at = new Date(clock.now() + 9_000).toUTCString();
    const service = await start({ faults: [status(429, { headers: { "retry-after": at } })] });
    await readingOf(service.baseUrl, {}, clock).readPage(onePage);
    assertPause(clock, 5_000, 10_000);
  });

  it("is tried again at that time by the service's own clock, which may be behind", async () => {
    const clock = new InstantClock();
    const behind = clock.now() - 60_000;
    const date = new Date(behind).toUTCString();
    const at = new Date(behind + 9_000).toUTCString();
    const service = await start({ faults: [status(429, { headers: { date, "retry-after": at } })] });
    await readingOf(service.baseUrl, {}, clock).readPage(onePage);
    assertPause(clock, 9_000, 10_000);
  });

  it("is tried again after a part of a second that the service asks for", async () => {
    const clock = new InstantClock();
    const service = await start({ faults: [status(429, { headers: { "retry-after": "1.5" } })] });
    await readingOf(service.baseUrl, {}, clock).readPage(onePage);
    assertPause(clock, 1_500, 1_875);
  });

  const past = "Wed, 01 Jan 2020 08:00:00 GMT";
  for (const asked of ["soon", "", "0", "0.9", "-5", "+2", "1, 1", "2E1", "2099-01-01", past]) {
    it(`is tried again after a pause of our own when the service asks for "${asked}"`, async () => {
      const clock = new InstantClock();
      const service = await start({ faults: [status(429, { headers: { "retry-after": asked } })] });
      await readingOf(service.baseUrl, {}, clock).readPage(onePage);
      assertPause(clock, 250, 313);
    });
  }

  it("is never followed when it is a redirect, so that no other server sees the key", async () => {
    const other = await start();
    const location = `${other.baseUrl}/guardrails/assignments/keys`;
    for (const code of [301, 302, 303, 307, 308]) {
      const service = await start({ faults: () => ({ kind: "redirect", location, status: code }) });
      const error = await refusalOf(readingOf(service.baseUrl).readAll(), service.baseUrl);
      assert.match(error.message, new RegExp(`answered with a redirect \\(${code}\\)`, "u"));
      assert.equal(service.requests.length, 1);
    }
    assert.equal(other.requests.length, 0);
  });

  it("sends the key only as a bearer token, and asks for fresh answers", async () => {
    const service = await start();
    await readingOf(service.baseUrl).readPage(onePage);
    const [request] = service.requests;
    assert.equal(request?.headers.authorization, `Bearer ${LOCAL_MANAGEMENT_KEY}`);
    assert.equal(request.headers["cache-control"], "no-cache");
    assert(!`${request.path}?${request.query}`.includes(LOCAL_MANAGEMENT_KEY));
  });
});

function assertPause({ pauses, passed }: InstantClock, least: number, most: number): void {
  const [pause = 0, ...more] = pauses;
  assert.deepEqual(more, []);
  assert(passed >= least && pause <= most, `${pause}`);
}

describe("an address that leaves the API's path out", () => {
  const start = useServices();

  for (const faults of [undefined, () => ({ kind: "status", status: 404, body: "html" }) as const]) {
    it(`is told so where the endpoint is not there${faults === undefined ? "" : ", also by a web page"}`, async () => {
      const service = await start(faults === undefined ? {} : { faults });
      const baseUrl = service.baseUrl.replace("/api/v1", "");
      const error = await refusalOf(readingOf(baseUrl).readAll(), baseUrl);
      assert.match(
        error.message,
        /no such endpoint \(404.*Check service and baseUrl.* The baseUrl does not end in \/api\/v1, /su,
      );
    });
  }

  it("is not, where the path is there", async () => {
    const service = await start({ faults: () => ({ kind: "status", status: 404 }) });
    const error = await refusalOf(readingOf(service.baseUrl).readAll(), service.baseUrl);
    assert.doesNotMatch(error.message, /does not end in/u);
  });
});
