import assert from "node:assert/strict";
import type { Ledger, LocalService } from "../../local-service/index";
import { Accounts } from "../../provider/account";
import { KeyAssignmentsClient } from "../../provider/client";
import { checkKeyAssignments } from "../../provider/dynamic-provider";
import { defaultLimits } from "../../provider/settings/limits";
import { argumentSource, resolveSettings } from "../../provider/settings/settings";
import { getKeyAssignments, getKeys } from "../../sdk/index";
import { environmentFor, useFiles } from "../cli/run-command";
import { runHere } from "../cli/run-here";
import { arrived, readingOf } from "../http/reading-of";
import { ledgerOf, useInventories } from "../inventory/inventory-of";
import { environmentOf, runPolicies } from "../policies/policy-run";
import { configureFor, useProgram } from "../sdk/program";

/**
 * Many workspaces of one key each, and pages of few assignments: every list takes many requests, and none is given up, so
 * that the service knows at any moment which are under way.
 */
function busyAccount(window: number): Ledger {
  const ledger = ledgerOf(...Array.from({ length: 60 }, () => 1));
  ledger.window = window;
  for (const { keyHash } of ledger.keys()) {
    ledger.assign({ keyHash, guardrailId: ledger.guardrails.add({ limit_usd: 5 }).id });
  }
  return ledger;
}

const everyRule = (limits: object) => ({
  "guardrails-settings": { requiredKeys: [{ pattern: "*" }], ...limits },
  "no-unguarded-keys": { exempt: [] },
  "guardrails-enforce-something": { require: ["limitUsd"] },
});

/** That every list was asked for, and all by so many requests at once. */
function assertShared({ requests, traffic }: LocalService, maxConcurrency: number): void {
  const paths = new Set(
    requests.map(({ path }) => path.replace(/^.*\/v1\//u, "").replace(/[0-9a-f-]{36}/u, "")),
  );
  const all = ["guardrails/", "guardrails/assignments/keys", "keys", "workspaces"];
  assert.deepEqual([...paths].toSorted(), all);
  assert.equal(traffic.maxConcurrent, maxConcurrency);
}

describe("all lists of one account", () => {
  const start = useInventories();
  const write = useFiles();
  const startBusy = (window = 5) => start({ ledger: busyAccount(window), latency: 5 });

  it("are read by the client with no more requests at once than maxConcurrency", async () => {
    const service = await startBusy();
    const { baseUrl, managementKey } = service;
    const client = new KeyAssignmentsClient({ baseUrl, managementKey, maxConcurrency: 6 });
    const [{ assignments }, { keys }] = await Promise.all([
      client.readAll(),
      client.readInventory(),
      client.readGuardrails(service.ledger.guardrails.list().map(({ id }) => id)),
      client.readPage({ offset: 0, limit: 50 }),
    ]);
    assert.deepEqual([assignments.length, keys.length], [60, 60]);
    assertShared(service, 6);
  });

  it("are read over one pool of connections", async () => {
    const service = await startBusy(100);
    const { baseUrl, managementKey } = service;
    const client = new KeyAssignmentsClient({ baseUrl, managementKey, maxConcurrency: 6 });
    await Promise.all([
      client.readAll(),
      client.readInventory(),
      client.readGuardrails(service.ledger.guardrails.list().map(({ id }) => id)),
    ]);
    await client.readAll();
    assert.equal(service.traffic.connections, 6);
  });

  it("are read by check with no more requests at once than maxConcurrency", async () => {
    const service = await startBusy();
    const file = write(everyRule({ maxConcurrency: 6 }));
    const { status, out } = await runHere(["check", "--config", file], environmentFor(service));
    assert.equal(status, 0, out);
    assertShared(service, 6);
  });

  for (const argv of [["check"], ["explain", "key 1"]]) {
    it(`are read by ${argv[0]} with the lowest maxConcurrency of all rules`, async () => {
      const service = await startBusy();
      const file = write({
        ...everyRule({ maxConcurrency: 10 }),
        "no-unguarded-keys": { exempt: [], maxConcurrency: 2 },
      });
      await runHere([...argv, "--config", file], environmentFor(service));
      assert.equal(service.traffic.maxConcurrent, 2);
    });
  }

  for (const enforceAt of ["start", "end"]) {
    it(`are read by the pack at the ${enforceAt} with no more requests at once than maxConcurrency`, async () => {
      const service = await startBusy();
      const configuration = everyRule({ maxConcurrency: 6, enforceAt });
      const { violations } = await runPolicies({ environment: environmentOf(service), configuration });
      assert.deepEqual(violations, []);
      assertShared(service, 6);
    });
  }

  describe("are read at one pace by everything that reads in one process", () => {
    useProgram();

    const configurationFor =
      ({ baseUrl, managementKey }: LocalService, maxConcurrency: number) =>
      (name: string) =>
        ({
          "guardrails:baseUrl": baseUrl,
          "guardrails:managementKey": managementKey,
          "guardrails:maxConcurrency": String(maxConcurrency),
        })[name];

    it("with no more requests at once than the lowest maxConcurrency of client, data source and resource", async () => {
      const service = await startBusy();
      const { baseUrl, managementKey } = service;
      configureFor(service);
      const lowest = new KeyAssignmentsClient({ baseUrl, managementKey, maxConcurrency: 6 });
      const [, , { keys }, { assignments }, { failures }] = await Promise.all([
        lowest.readAll(),
        lowest.readGuardrails(service.ledger.guardrails.list().map(({ id }) => id)),
        getKeys({ baseUrl, managementKey, maxConcurrency: 20 }),
        getKeyAssignments({ baseUrl, managementKey }),
        checkKeyAssignments({ get: configurationFor(service, 10) }, {}),
      ]);
      assert.deepEqual([keys.length, assignments.length, failures], [60, 60, undefined]);
      assertShared(service, 6);
    });

    it("with no more than that of client and pack, where both run in one process", async () => {
      const service = await startBusy();
      const { baseUrl, managementKey } = service;
      const client = new KeyAssignmentsClient({ baseUrl, managementKey, maxConcurrency: 6 });
      const configuration = everyRule({ maxConcurrency: 8 });
      const [{ violations }] = await Promise.all([
        runPolicies({ environment: environmentOf(service), configuration, clock: "of-the-process" }),
        client.readAll(),
        client.readInventory(),
      ]);
      assert.deepEqual(violations, []);
      assertShared(service, 6);
    });

    it("where a request that the service turns away holds back those of all others", async () => {
      let release = (): void => undefined;
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      const service = await start({
        ledger: busyAccount(5),
        faults: ({ index }) => (index === 0 ? { kind: "status", status: 429 } : undefined),
        latency: ({ index }) => (index === 1 ? held : 0),
      });
      const { baseUrl, managementKey } = service;
      configureFor(service);
      const page = new KeyAssignmentsClient({ baseUrl, managementKey }).readPage({ offset: 0, limit: 5 });
      // The one request that goes ahead after the pause.
      await arrived(service, 2);
      const others = Promise.all([
        getKeys({ baseUrl, managementKey }),
        getKeyAssignments({ baseUrl, managementKey }),
        checkKeyAssignments({ get: configurationFor(service, 10) }, {}),
      ]);
      // As long as a whole account takes that nobody holds back.
      const free = await startBusy();
      await readingOf(free.baseUrl).readInventory();
      assert.equal(service.requests.length, 2);
      release();
      const [{ keys }, { assignments }, { failures }] = await others;
      assert.deepEqual([keys.length, assignments.length, failures], [60, 60, undefined]);
      assert.equal((await page).assignments.length, 5);
    });
  });

  it("are read with the lowest maxConcurrency of all who read it in one process", async () => {
    const service = await startBusy();
    const accounts = new Accounts();
    const open = (maxConcurrency: number) =>
      accounts.open(
        resolveSettings({ args: argumentSource({ maxConcurrency }), environment: environmentOf(service) }),
      );
    await open(defaultLimits.maxConcurrency).readPage({ offset: 0, limit: 1 });
    await Promise.all([open(defaultLimits.maxConcurrency).readAll(), open(6).readInventory()]);
    assert.equal(service.traffic.maxConcurrent, 6);
  });
});
