import assert from "node:assert/strict";
import { Ledger, type LocalService, sampleAssignment, samplePositions } from "../../../local-service/index";
import type { Clock } from "../../../provider/clock";
import { arrived, readingOf, useServices } from "../../http/reading-of";
import { environmentOf, violationsOf } from "../policy-run";

const key = sampleAssignment(1);
const requiredKeys = [{ hash: key.keyHash }];

/** So many requests of a run have arrived, and, since another came after them and was answered, have been answered too. */
async function readOnce(service: LocalService, requests = 1): Promise<void> {
  await arrived(service, requests);
  await Promise.allSettled([readingOf(service.baseUrl).readPage({ offset: 0, limit: 1 })]);
}

/** Whatever a run had sent by now has arrived. */
async function nothingSent(service: LocalService): Promise<void> {
  const before = service.requests.length;
  await readingOf(service.baseUrl).readPage({ offset: 0, limit: 1 });
  assert.equal(service.requests.length, before + 1);
}

describe("the lists that rules need", () => {
  const start = useServices();

  function run(service: LocalService, more: Partial<Parameters<typeof violationsOf>[0]>) {
    return violationsOf({
      environment: environmentOf(service),
      configuration: { requiredKeys },
      ...more,
    });
  }

  it("are read while the program of a preview runs, and once", async () => {
    const service = await start();
    let during = 0;
    const meanwhile = async (): Promise<void> => {
      await readOnce(service);
      during = service.requests.length;
    };
    assert.deepEqual(await run(service, { meanwhile }), []);
    assert.equal(service.requests.filter(({ path }) => path.endsWith("/keys")).length, during);
  });

  it("are judged as they were then", async () => {
    const service = await start();
    const meanwhile = async (): Promise<void> => {
      await readOnce(service);
      service.ledger.unassign(key.keyHash);
    };
    assert.deepEqual(await run(service, { meanwhile }), []);
  });

  it("are read again where that is more than ten seconds ago", async () => {
    const service = await start();
    let passed = 0;
    const clock: Clock = { now: () => Date.now() + passed, sleep: () => Promise.resolve() };
    const meanwhile = async (): Promise<void> => {
      await readOnce(service);
      service.ledger.unassign(key.keyHash);
      passed = 10_001;
    };
    const [violation = ""] = await run(service, { meanwhile, clock });
    assert.match(violation, /unguarded|no direct assignment/iu);
  });

  it("are read again where they could not be read then", async () => {
    const service = await start();
    let isBroken = true;
    service.faults = () => (isBroken ? { kind: "status", status: 403 } : undefined);
    const meanwhile = async (): Promise<void> => {
      await readOnce(service);
      isBroken = false;
    };
    assert.deepEqual(await run(service, { meanwhile }), []);
  });

  it("could not be verified where the end does not read them either", async () => {
    const service = await start({ faults: () => ({ kind: "status", status: 403 }) });
    const [violation = ""] = await run(service, { meanwhile: () => readOnce(service) });
    assert.match(violation, /could not verify: the service did not accept the management key/u);
  });

  it("are read together again, so that the inventory is not joined with a list of another time", async () => {
    const service = await start({ rows: 3 });
    let isBroken = true;
    service.faults = ({ path }) =>
      isBroken && path.endsWith("/workspaces") ? { kind: "status", status: 403 } : undefined;
    const meanwhile = async (): Promise<void> => {
      await readOnce(service, 2);
      isBroken = false;
      // Made and assigned after the first reading: an inventory with it and a list without would call it unguarded.
      const made = service.ledger.addKey({ keyName: "new" });
      service.ledger.assign({ keyHash: made.keyHash, keyName: "new" });
    };
    const rule = "no-unguarded-keys";
    assert.deepEqual(await run(service, { rule, configuration: { exempt: [] }, meanwhile }), []);
  });

  it("are not read early at `up`, which changes what they say", async () => {
    const service = await start();
    const meanwhile = (): Promise<void> => nothingSent(service);
    assert.deepEqual(await run(service, { dryRun: false, meanwhile }), []);
  });

  it("are read at the start alone where they are judged there", async () => {
    const service = await start();
    let before = 0;
    const meanwhile = async (): Promise<void> => {
      before = service.requests.length;
      assert(before > 0);
      await nothingSent(service);
    };
    const configuration = { requiredKeys, enforceAt: "start" };
    assert.deepEqual(await run(service, { configuration, meanwhile }), []);
    assert.equal(service.requests.length, before + 1);
  });

  it("are not read where evidence comes from the stack", async () => {
    const service = await start({ ledger: new Ledger({ positions: samplePositions(3) }) });
    const meanwhile = (): Promise<void> => nothingSent(service);
    const configuration = { requiredKeys, evidence: "stack" };
    const [violation = ""] = await run(service, { configuration, meanwhile });
    assert.match(violation, /could not verify/u);
  });
});
