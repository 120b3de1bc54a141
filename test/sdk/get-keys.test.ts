import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Ledger, LOCAL_MANAGEMENT_KEY, type LocalService, sampleWorkspace } from "../../local-service/index";
import { type GetKeysArgs, getKeys, getKeysOutput } from "../../sdk/index";
import { pieceShown, rawKey } from "../foreign-text";
import { useServices } from "../http/reading-of";
import { withoutKeys } from "../inventory/inventory-of";
import { nilGuardrail } from "../policies/builders";
import { configure, configureFor, resolved, runErrorOf, useProgram } from "./program";

const past = "2020-01-01T00:00:00Z";

/** Keys in every state, in two workspaces. */
function ledger(): Ledger {
  const account = new Ledger();
  const other = { ...sampleWorkspace(1), name: "other team" };
  account.workspaces.push(other);
  account.assign({ keyName: "guarded" });
  account.addKey({ keyName: "unguarded", workspaceId: other.id, expiresAt: "2999-01-01T00:00:00Z" });
  account.assign({ keyName: "off", disabled: true });
  account.addKey({ keyName: "over", expiresAt: past });
  account.addKey({ keyName: "off and over", disabled: true, expiresAt: past });
  return account;
}

describe("getKeys in a program", () => {
  const running = useServices();
  useProgram();

  let service: LocalService;
  beforeEach(async () => {
    service = await running({ ledger: ledger() });
    configureFor(service);
  });

  const asked = (list: string): number => service.requests.filter(({ path }) => path.endsWith(list)).length;

  it("reads every key of every workspace, with its state and the guardrail assigned to it, if any", async () => {
    const { keys, totalCount, scope, baseUrl, service: name } = await getKeys();
    const guardrails = new Map(
      service.ledger.assignments().map(({ keyHash, guardrailId }) => [keyHash, guardrailId]),
    );
    assert.deepEqual(
      keys,
      service.ledger
        .keys()
        .toSorted((one, other) => (one.keyHash < other.keyHash ? -1 : 1))
        .map((key) => ({
          hash: key.keyHash,
          name: key.keyName,
          label: key.keyLabel,
          workspaceId: key.workspaceId,
          workspaceName: key.keyName === "unguarded" ? "other team" : service.ledger.workspaces[0]?.name,
          disabled: key.disabled,
          expiresAt: key.expiresAt,
          state: key.disabled ? "disabled" : key.expiresAt === past ? "expired" : "active",
          guardrailId: guardrails.get(key.keyHash) ?? null,
        })),
    );
    assert.deepEqual(
      [totalCount, scope, baseUrl, name],
      [5, { kind: "complete" }, service.baseUrl, "openrouter"],
    );
  });

  for (const [clock, date] of [
    ["is ten minutes behind", () => new Date(Date.now() - 10 * 60_000)],
    ["does not show", () => undefined],
  ] as const) {
    it(`says of no key that it has expired where the service's clock ${clock}: it may still be used`, async () => {
      service.date = date;
      const { keys } = await getKeys();
      const switchedOff = keys.filter(({ state }) => state !== "active");
      assert(keys.some(({ expiresAt, disabled }) => expiresAt === past && !disabled));
      assert(
        switchedOff.length > 0 &&
          switchedOff.every(({ state, disabled }) => state === "disabled" && disabled),
      );
    });
  }

  it("says of a key whose assignment is to the nil UUID that it has no guardrail, as the rules do", async () => {
    const { keyHash } = service.ledger.assign({ keyName: "prod-nil", guardrailId: nilGuardrail });
    const { keys } = await getKeys({ keyHashes: [keyHash] });
    assert.deepEqual(
      keys.map(({ name, guardrailId }) => [name, guardrailId]),
      [["prod-nil", null]],
    );
  });

  it("filters by hash and name, which both must hold", async () => {
    const [guarded, unguarded] = service.ledger.keys();
    assert(guarded !== undefined && unguarded !== undefined);
    const named = await getKeys({ keyNames: ["guarded", "unguarded"] });
    assert.deepEqual(new Set(named.keys.map(({ name }) => name)), new Set(["guarded", "unguarded"]));
    assert.equal(named.totalCount, 5);
    assert.deepEqual(named.scope, { kind: "filtered", keyNames: ["guarded", "unguarded"] });
    const keyHashes = [guarded.keyHash.toUpperCase()];
    const hashed = await getKeys({ keyHashes, keyNames: [guarded.keyName, "nobody"] });
    assert.deepEqual(
      hashed.keys.map(({ hash }) => hash),
      [guarded.keyHash],
    );
    assert.deepEqual((await getKeys({ keyHashes, keyNames: [unguarded.keyName] })).keys, []);
  });

  it("shares one read among all calls with the same settings, and reads by itself with a signal", async () => {
    await Promise.all([getKeys(), getKeys({ keyNames: ["guarded"] })]);
    const before = service.requests.length;
    service.ledger.addKey();
    assert.equal((await getKeys()).totalCount, 5);
    assert.equal(service.requests.length, before);
    const { signal } = new AbortController();
    assert.equal((await getKeys({}, { signal })).totalCount, 6);
  });

  it("does not keep a read that failed", async () => {
    service.faults = () => ({ kind: "status", status: 401 });
    assert.match(await runErrorOf(() => getKeys()), /^could not verify: .*401/u);
    service.faults = () => undefined;
    assert.equal((await getKeys()).totalCount, 5);
  });

  it("refuses an inventory that leaves out a key with an assignment, also when it is read again", async () => {
    const [assigned = assert.fail()] = service.ledger.assignments();
    service.faults = withoutKeys(assigned);
    const message = await runErrorOf(() => getKeys());
    assert.match(
      message,
      /^could not verify: the inventory of all keys is not whole: 1 key has an assignment/u,
    );
    assert.equal(asked("/workspaces"), 2);
  });

  it("reads both lists again where a key was deleted between them", async () => {
    const [{ keyHash } = assert.fail()] = service.ledger.assignments();
    service.beforePage = ({ list }) => {
      if (list === "keys" && service.ledger.hasKey(keyHash)) service.ledger.deleteKey(keyHash);
    };
    const held = new Promise<void>((resolve) => {
      service.afterPage = ({ list }) => {
        if (list === "assignments") resolve();
      };
    });
    // No key is listed before the assignments were cut.
    service.latency = ({ path }) => (path.endsWith("/workspaces") ? held : 0);
    const { keys, totalCount } = await getKeys();
    assert.equal(totalCount, 4);
    assert(!keys.some(({ hash }) => hash === keyHash));
    assert.equal(asked("/workspaces"), 2);
  });

  it("says that there is no inventory where the service offers none, as ModelGates", async () => {
    const other = await running({ flavour: "modelgates" });
    configureFor(other, { service: "modelgates" });
    assert.match(
      await runErrorOf(() => getKeys()),
      /^could not verify: the service offers no key inventory \(404\) .*ModelGates has none/u,
    );
  });

  it("shows no raw key that somebody took for a name, and finds it by that all the same", async () => {
    service.ledger.addKey({ keyName: rawKey, keyLabel: rawKey });
    service.ledger.workspaces.splice(0, 1, { ...sampleWorkspace(0), name: rawKey });
    const found = await getKeys({ keyNames: [rawKey] });
    assert.equal(found.keys.length, 1);
    for (const shown of [found, await getKeys()]) assert.equal(pieceShown(JSON.stringify(shown)), undefined);
  });

  for (const [title, args, message] of [
    [
      "no hash at all",
      { keyHashes: [] },
      /keyHashes must be a list, not empty.*See the arguments of getKeys\./u,
    ],
    ["a raw key as a hash", { keyHashes: [rawKey] }, /never the key itself/u],
    [
      "what only assignments know",
      { guardrailId: "x" },
      /getKeys was given an argument it does not know: guardrailId\. It knows/u,
    ],
    ["a page", { offset: 0 }, /an argument it does not know: offset/u],
    ["a misspelt name", { keyname: ["x"] }, /does not know: keyname \(did you mean keyNames\?\)/u],
    ["a raw key as an argument", { [rawKey]: 1 }, /does not know: \[key\]/u],
  ] as const) {
    it(`refuses ${title}, and sends nothing`, async () => {
      const said = await runErrorOf(() => getKeys(args as GetKeysArgs));
      assert.match(said, message);
      assert.equal(pieceShown(said), undefined);
      assert.equal(service.requests.length, 0);
    });
  }

  it("refuses a management key of the stack that is not a secret", async () => {
    configure({ baseUrl: service.baseUrl, managementKey: LOCAL_MANAGEMENT_KEY });
    assert.match(await runErrorOf(() => getKeys()), /managementKey is not a secret/u);
  });
});

describe("getKeysOutput in a program", () => {
  const running = useServices();
  useProgram();

  it("takes arguments that other resources give", async () => {
    configureFor(await running({ ledger: ledger() }));
    const { keys } = await resolved(getKeysOutput({ keyNames: pulumi.output([pulumi.output("unguarded")]) }));
    assert.deepEqual(
      keys.map(({ name, guardrailId }) => [name, guardrailId]),
      [["unguarded", null]],
    );
  });

  it("is secret because an argument is, but not because the management key is", async () => {
    const { baseUrl } = await running({ ledger: ledger() });
    const managementKey = pulumi.secret(LOCAL_MANAGEMENT_KEY);
    const output = getKeysOutput({ baseUrl, managementKey });
    assert.equal((await resolved(output)).totalCount, 5);
    assert.equal(await pulumi.isSecret(output), false);
    const keyNames = pulumi.secret(["guarded"]);
    assert.equal(await pulumi.isSecret(getKeysOutput({ baseUrl, managementKey, keyNames })), true);
  });
});
