import assert from "node:assert/strict";
import {
  Ledger,
  type LocalService,
  sampleAssignment,
  samplePositions,
  sampleWorkspace,
} from "../../local-service/index";
import { useServices } from "../http/reading-of";
import { ask, rowsOf } from "./asking";

describe("GET /keys of the local service", () => {
  const running = useServices();

  async function hashes(service: LocalService, query = ""): Promise<unknown[]> {
    return (await rowsOf(service, `/keys${query}`)).map((row) => row["hash"]);
  }

  it("shows a key by its hash, name, label, workspace and state, and who made it, its limit and its usage", async () => {
    const service = await running({ rows: 0 });
    const key = service.ledger.addKey({
      expiresAt: "2027-12-31T23:59:59Z",
      keyCreatedAt: "2026-02-03T04:05:06Z",
      creatorUserId: "user_1",
      limit: 50,
      limitReset: "monthly",
      usageMonthly: 12.5,
    });
    const [row] = await rowsOf(service, "/keys");
    const { hash, name, label, workspace_id, disabled, expires_at, limit, ...further } = row ?? {};
    assert.deepEqual(
      {
        keyHash: hash,
        keyName: name,
        keyLabel: label,
        workspaceId: workspace_id,
        disabled,
        expiresAt: expires_at,
        keyCreatedAt: further["created_at"],
        creatorUserId: further["creator_user_id"],
        limit,
        limitReset: further["limit_reset"],
        usageMonthly: further["usage_monthly"],
      },
      key,
    );
  });

  it("sends pages of 100, whatever limit is asked for, and no total", async () => {
    const service = await running({ rows: 230 });
    const all = service.ledger.keys().map((key) => key.keyHash);
    assert.equal(all.length, 230);
    assert.deepEqual(await hashes(service), all.slice(0, 100));
    assert.deepEqual(await hashes(service, "?limit=7"), all.slice(0, 100));
    assert.deepEqual(await hashes(service, "?offset=199&limit=x"), all.slice(199));
    const pastTheEnd = await ask(service, "/keys?offset=230");
    assert.deepEqual(await pastTheEnd.json(), { data: [] });
  });

  it("sends pages of another size where the ledger says so, at any time", async () => {
    const ledger = new Ledger({ positions: samplePositions(60), keysPerPage: 50 });
    const service = await running({ ledger });
    assert.equal((await hashes(service)).length, 50);
    ledger.keysPerPage = 7;
    assert.equal((await hashes(service, "?offset=10")).length, 7);
  });

  it("leaves disabled keys out unless they are asked for", async () => {
    const service = await running({ rows: 2 });
    const { keyHash } = sampleAssignment(0);
    service.ledger.changeKey(keyHash, { disabled: true });
    const other = sampleAssignment(1).keyHash;
    assert.deepEqual(await hashes(service), [other]);
    assert.deepEqual(await hashes(service, "?include_disabled=false"), [other]);
    assert.deepEqual(await hashes(service, "?include_disabled=true"), [keyHash, other]);
  });

  it("shows the default workspace unless another one is named", async () => {
    const service = await running({ rows: 1 });
    const team = sampleWorkspace(1);
    const { keyHash } = service.ledger.addKey({ workspaceId: team.id });
    assert.deepEqual(await hashes(service), [sampleAssignment(0).keyHash]);
    assert.deepEqual(await hashes(service, `?workspace_id=${team.id}`), [keyHash]);
    assert.deepEqual(await hashes(service, `?workspace_id=${sampleWorkspace(2).id}`), []);
  });

  it("shows no deleted key, and none of an orphan", async () => {
    const service = await running({
      ledger: new Ledger({ positions: ["orphan", ...[1, 2].map((n) => sampleAssignment(n))] }),
    });
    service.ledger.deleteKey(sampleAssignment(1).keyHash);
    assert.deepEqual(await hashes(service), [sampleAssignment(2).keyHash]);
  });

  for (const query of [
    "offset=-1",
    "offset=x",
    "include_disabled=maybe",
    "include_disabled=",
    "workspace_id=team",
  ]) {
    it(`refuses ${query} with 400 and the envelope`, async () => {
      const service = await running();
      const response = await ask(service, `/keys?${query}`);
      assert.equal(response.status, 400);
      assert.equal(JSON.parse(await response.text()).error.code, 400);
    });
  }

  it("lets keys come and go just before a page is cut, or just after", async () => {
    const service = await running({ rows: 101 });
    const [first, second] = service.ledger.keys().map((key) => key.keyHash);
    service.beforePage = (wanted) => {
      assert.deepEqual(wanted, { list: "keys", index: 0, offset: 0, limit: 100 });
      service.ledger.deleteKey(first ?? "");
    };
    service.afterPage = () => service.ledger.deleteKey(second ?? "");
    const shown = await hashes(service);
    assert.deepEqual([shown.includes(first), shown.includes(second), shown.length], [false, true, 100]);
    service.beforePage = () => void service.ledger.addKey();
    service.afterPage = () => {};
    assert.equal((await hashes(service, "?offset=99")).length, 1);
  });
});
