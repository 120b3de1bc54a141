import assert from "node:assert/strict";
import { inspect } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import { LOCAL_MANAGEMENT_KEY, sampleGuardrailId } from "../../local-service/index";
import { type GetKeyAssignmentsArgs, getKeyAssignments } from "../../sdk/index";
import { useServices } from "../http/reading-of";
import { configure, configureFor, runErrorOf, useProgram } from "./program";

describe("getKeyAssignments in a program", () => {
  const running = useServices();
  useProgram();

  it("reads the whole list with the stack's configuration", async () => {
    const service = await running({ rows: 150 });
    configureFor(service);
    const { assignments, scope, baseUrl, missingRows } = await getKeyAssignments();
    assert.equal(assignments.length, 150);
    assert.deepEqual([scope, baseUrl, missingRows], [{ kind: "complete" }, service.baseUrl, 0]);
  });

  it("reads with arguments alone", async () => {
    const { baseUrl } = await running();
    const args = { baseUrl, managementKey: LOCAL_MANAGEMENT_KEY };
    assert.equal((await getKeyAssignments(args)).assignments.length, 3);
  });

  it("shares one read among all calls with the same settings, filtered or not, at once or later", async () => {
    const service = await running();
    configureFor(service);
    const [row] = service.ledger.assignments();
    assert(row !== undefined);
    const [all, named] = await Promise.all([
      getKeyAssignments(),
      getKeyAssignments({ keyNames: [row.keyName] }),
      getKeyAssignments({ readTimeout: 30 }),
    ]);
    service.ledger.assign();
    const hashed = await getKeyAssignments({ keyHashes: [row.keyHash.toUpperCase()] });
    assert.deepEqual(await getKeyAssignments(), all);
    assert.deepEqual([named.assignments, hashed.assignments], [[row], [row]]);
    assert.equal(service.requests.length, 2);
  });

  it("reads anew for another limit, another key or another address", async () => {
    const service = await running();
    configureFor(service);
    await getKeyAssignments();
    await getKeyAssignments({ readTimeout: 20 });
    assert.equal(service.requests.length, 2 * 2);
    const other = await running();
    await getKeyAssignments({ baseUrl: other.baseUrl, managementKey: LOCAL_MANAGEMENT_KEY });
    assert.equal(other.requests.length, 2);
    const { baseUrl } = service;
    await runErrorOf(() => getKeyAssignments({ baseUrl, managementKey: "sk-or-mgmt-of-another-one" }));
    assert.equal(service.requests.length, 2 * 2 + 1);
  });

  it("fails with an error that Node shows at once, wherever in the SDK it was awaited", async () => {
    const service = await running({ faults: () => ({ kind: "status", status: 401 }) });
    configureFor(service);
    const error: unknown = await getKeyAssignments().catch((thrown: unknown) => thrown);
    assert(error instanceof Error);
    assert.match(inspect(error, { colors: true }), /could not verify: .*401/u);
    assert.doesNotMatch(String(error.stack), /\n\s+at /u);
  });

  it("refuses settings of ours that stand in another namespace of the stack configuration", async () => {
    for (const name of ["guardrail:baseUrl", "pulumi-guardrails:managementKey", "project:requiredKeys"]) {
      pulumi.runtime.setAllConfig({ [name]: "hunter2" });
      const message = await runErrorOf(() => getKeyAssignments());
      assert(message.includes(`has no setting "${name}"; guardrails:`), message);
      assert.doesNotMatch(message, /hunter2/u);
    }
  });

  it("refuses required keys that give a name twice", async () => {
    configure({ requiredKeys: '[{ "name": "prod-x", "name": "prod-y" }]' });
    assert.match(await runErrorOf(() => getKeyAssignments()), /gives the name name twice: line 1, column 4/u);
  });

  it("refuses an environment variable that nobody reads", async () => {
    process.env["GUARDRAILS_BASEURL"] = "https://hunter2.example";
    try {
      configureFor(await running());
      const message = await runErrorOf(() => getKeyAssignments());
      assert.match(
        message,
        /^could not verify: .*"GUARDRAILS_BASEURL"\. GUARDRAILS_BASE_URL is probably meant/u,
      );
      assert.doesNotMatch(message, /hunter2/u);
    } finally {
      delete process.env["GUARDRAILS_BASEURL"];
    }
  });

  it("does not keep a read that failed", async () => {
    const service = await running({ faults: [{ kind: "status", status: 401 }] });
    configureFor(service);
    assert.match(await runErrorOf(() => getKeyAssignments()), /^could not verify: .*401/u);
    assert.equal((await getKeyAssignments()).assignments.length, 3);
  });

  it("filters by guardrail, hash and name, which all must hold", async () => {
    const service = await running({ rows: 20 });
    configureFor(service);
    const guardrailId = sampleGuardrailId(1);
    const own = service.ledger.assignments().filter((row) => row.guardrailId === guardrailId);
    const { assignments, scope, totalCount } = await getKeyAssignments({
      guardrailId: guardrailId.toUpperCase(),
    });
    assert.deepEqual(new Set(assignments), new Set(own));
    assert.deepEqual(JSON.parse(JSON.stringify(scope)), { kind: "filtered", guardrailId });
    assert.equal(totalCount, 20);
    const keyNames = service.ledger.assignments().map(({ keyName }) => keyName);
    const keyHashes = own.slice(0, 2).map(({ keyHash }) => keyHash);
    const both = await getKeyAssignments({ guardrailId, keyNames, keyHashes });
    assert.equal(both.assignments.length, 2);
    assert.equal((await getKeyAssignments({ guardrailId, keyNames: ["nobody"] })).assignments.length, 0);
  });

  it("gives exactly one page when asked for one, by a request of its own", async () => {
    const service = await running({ rows: 20 });
    configureFor(service);
    await getKeyAssignments();
    const { assignments, scope, missingRows } = await getKeyAssignments({ offset: 5, limit: 3 });
    assert.deepEqual(new Set(assignments), new Set(service.ledger.assignments().slice(5, 8)));
    assert.deepEqual([scope, missingRows], [{ kind: "page", offset: 5, limit: 3 }, null]);
    assert.equal(service.requests.length, 2 + 1);
    assert.deepEqual((await getKeyAssignments({ offset: 0 })).scope, { kind: "page", offset: 0, limit: 50 });
  });

  it("reads by itself with a signal, and ends at once when it aborts", async () => {
    const service = await running();
    configureFor(service);
    await getKeyAssignments();
    await getKeyAssignments({}, { signal: new AbortController().signal });
    assert.equal(service.requests.length, 2 * 2);
    service.latency = () => new Promise(() => undefined);
    const caller = new AbortController();
    const reading = runErrorOf(() => getKeyAssignments({}, { signal: caller.signal }));
    while (service.requests.length < 5) await new Promise(setImmediate);
    caller.abort();
    assert.match(await reading, /the read was aborted/u);
    while (service.traffic.aborted < 1) await new Promise(setImmediate);
  });

  it("refuses an argument it does not know, says which was meant, and sends nothing", async () => {
    const service = await running();
    configureFor(service);
    const misspelt = { keyName: ["prod-gateway"] } as unknown as GetKeyAssignmentsArgs;
    const message = await runErrorOf(() => getKeyAssignments(misspelt));
    assert.match(
      message,
      /does not know: keyName \(did you mean keyNames\?\)\. It knows service, .*keyNames/u,
    );
    const key = `sk-or-v1-${"0e6".repeat(21)}`;
    const hostile = { [key]: 1, "\u001b[31m::error::x": 2 } as unknown as GetKeyAssignmentsArgs;
    const said = await runErrorOf(() => getKeyAssignments(hostile));
    assert.match(said, /was given arguments it does not know: \[key\], \\u\{1b\}\[31m: :error/u);
    assert.doesNotMatch(said, /0e6/u);
    assert.equal(service.requests.length, 0);
  });

  for (const [title, args, message] of [
    ["no hash at all", { keyHashes: [] }, /keyHashes must be a list, not empty/u],
    ["a raw key as a hash", { keyHashes: [`sk-or-v1-${"0e6".repeat(21)}`] }, /never the key itself/u],
    ["a guardrail that is no UUID", { guardrailId: "prod" }, /guardrailId must be the UUID/u],
    ["a page of more than 100 rows", { limit: 101 }, /limit must be a whole number from 1 to 100/u],
    ["a page and a filter", { offset: 0, keyNames: ["x"] }, /cannot be combined with filters/u],
    ["a limit of nothing", { readTimeout: 0 }, /argument readTimeout must be/u],
    ["an address with a password", { baseUrl: "https://a:b@x.example" }, /argument baseUrl must not/u],
  ] as const) {
    it(`refuses ${title}, and sends nothing`, async () => {
      const service = await running();
      configureFor(service);
      const said = await runErrorOf(() => getKeyAssignments(args));
      assert.match(said, message);
      assert.doesNotMatch(said, /0e60e6/u);
      assert.equal(service.requests.length, 0);
    });
  }

  it("refuses a management key of the stack that is not a secret, also when arguments give another", async () => {
    const { baseUrl } = await running();
    configure({ baseUrl, managementKey: LOCAL_MANAGEMENT_KEY });
    for (const args of [{}, { baseUrl, managementKey: LOCAL_MANAGEMENT_KEY }]) {
      const message = await runErrorOf(() => getKeyAssignments(args));
      assert.match(message, /guardrails:managementKey is not a secret\. Rotate that key.*--secret/u);
    }
  });

  it("sends the stack's key to no address that an argument states", async () => {
    const service = await running();
    const other = await running();
    configureFor(service);
    assert.match(
      await runErrorOf(() => getKeyAssignments({ baseUrl: other.baseUrl })),
      /does not belong to/u,
    );
    assert.deepEqual([service.requests.length, other.requests.length], [0, 0]);
  });
});
