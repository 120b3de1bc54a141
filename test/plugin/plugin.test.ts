import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { demoLedger, Ledger, type LocalService, startLocalService } from "../../local-service/index";
import { parseSnapshot } from "../../provider/assignments/snapshot";
import { schema } from "../../provider/plugin/schema";
import { type Properties, secret, secretContent, unknown } from "../engines/double/properties";
import { pieceShown, rawKey } from "../foreign-text";
import { root } from "../repository";
import { Plugin } from "./driver";

/** What the engine writes for a value that is not known yet, one text for each type. */
const engineMarks = [
  unknown,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
];

const key = "planted-in-the-provider-s-configuration-9c1e";

describe("the provider plugin", () => {
  let service: LocalService;
  let plugin: Plugin;
  before(async () => {
    service = await startLocalService({ ledger: demoLedger(), managementKey: key });
    plugin = await Plugin.start();
  });
  after(async () => {
    await plugin.close();
    await service.close();
  });
  beforeEach(async () => {
    service.faults = () => undefined;
    await plugin.configure(configured());
  });

  function configured(changes: Properties = {}): Properties {
    return { baseUrl: service.baseUrl, managementKey: secret(key), ...changes };
  }

  /** The one failure, which names no property: the engine would print that property's value. */
  function refused({ failures }: Awaited<ReturnType<Plugin["check" | "invoke"]>>, why: RegExp): void {
    assert.deepEqual(
      failures.map(({ property }) => property),
      [""],
    );
    const { reason = "" } = failures[0] ?? {};
    assert.match(reason, why);
    assert(reason.startsWith("could not verify"), reason);
    assert(!reason.includes(key));
  }

  it("offers the schema that provider/schema.json holds", async () => {
    const file = join(root, "provider/schema.json");
    if (process.env["GUARDRAILS_TEST_UPDATE"] === "1")
      writeFileSync(file, `${JSON.stringify(schema, null, 2)}\n`);
    assert.deepEqual(await plugin.schema(), JSON.parse(readFileSync(file, "utf8")));
  });

  describe("its function", () => {
    it("answers with no raw key that somebody took for a name, and keeps none in a resource's inputs", async () => {
      const other = await startLocalService({ ledger: new Ledger(), managementKey: key });
      try {
        other.ledger.assign({ keyName: rawKey });
        await plugin.configure(configured({ baseUrl: other.baseUrl }));
        const { answer } = await plugin.invoke({ keyNames: [rawKey] });
        const { inputs } = await plugin.check({ keyNames: [rawKey] });
        assert.equal((answer["assignments"] as []).length, 1);
        assert.equal(parseSnapshot(inputs["snapshot"])?.assignments.length, 1);
        for (const given of [answer, inputs]) assert.equal(pieceShown(JSON.stringify(given)), undefined);
      } finally {
        await other.close();
      }
    });

    it("answers also for a key whose name, label or maker is the engine's mark for unknown, which it makes readable", async () => {
      const other = await startLocalService({ ledger: new Ledger(), managementKey: key });
      try {
        await plugin.configure(configured({ baseUrl: other.baseUrl }));
        for (const mark of engineMarks) {
          const { keyHash } = other.ledger.addKey({ keyName: mark, keyLabel: mark });
          other.ledger.assign({ keyHash, keyName: mark, keyLabel: mark, assignedBy: mark });
        }
        other.ledger.addKey({ keyName: `x ${unknown}` });
        const token = "guardrails:index:getKeys";
        const answers = [await plugin.invoke(), await plugin.invoke({}, token)].map(({ answer }) => answer);
        const [assignments, keys] = [answers[0]?.["assignments"], answers[1]?.["keys"]] as Properties[][];
        const shown = engineMarks.map((mark) => `[reserved by Pulumi: ${mark}]`).toSorted();
        for (const field of ["keyName", "keyLabel", "assignedBy"])
          assert.deepEqual(assignments?.map((row) => row[field]).toSorted(), shown);
        assert.deepEqual(keys?.map(({ name }) => name).toSorted(), [...shown, `x ${unknown}`]);
        // The resource keeps all in one text, which is nobody's mark.
        const { inputs } = await plugin.check();
        const kept = parseSnapshot(inputs["snapshot"])?.assignments.map(({ keyName }) => keyName);
        assert.deepEqual(kept?.toSorted(), engineMarks.toSorted());
      } finally {
        await other.close();
      }
    });

    it("answers with the list, proven complete", async () => {
      const { answer, failures } = await plugin.invoke();
      assert.deepEqual(failures, []);
      const { assignments, totalCount, missingRows, scope } = answer;
      assert.deepEqual([(assignments as []).length, totalCount, missingRows], [3, 4, 1]);
      assert.deepEqual(scope, { kind: "complete" });
      const required = schema.functions["guardrails:index:getKeyAssignments"].outputs.required;
      for (const name of required) assert.notEqual(answer[name], undefined, name);
    });

    it("leaves out what is null, which the types of a generated SDK do not know", async () => {
      service.ledger.assign({ keyName: "by nobody", assignedBy: null });
      try {
        const { answer } = await plugin.invoke({ offset: 0, limit: 100 });
        const rows = answer["assignments"] as Properties[];
        const row = rows.find(({ keyName }) => keyName === "by nobody");
        assert(row !== undefined && !("assignedBy" in row));
        assert(!("missingRows" in answer));
        assert(!JSON.stringify(answer).includes("null"));
      } finally {
        service.ledger.removeAt(service.ledger.totalCount - 1);
      }
    });

    it("takes filters, and one page", async () => {
      const [row] = (await plugin.invoke({ keyNames: ["prod-gateway"] })).answer[
        "assignments"
      ] as Properties[];
      assert.equal(row?.["keyName"], "prod-gateway");
      const { scope } = (await plugin.invoke({ offset: 0, limit: 2 })).answer;
      assert.deepEqual(scope, { kind: "page", offset: 0, limit: 2 });
    });

    it("answers in secret when an argument is", async () => {
      const { answer } = await plugin.invoke({ keyNames: secret(["prod-gateway"]) });
      assert.deepEqual(
        Object.values(answer).filter((value) => secretContent(value) === undefined),
        [],
      );
    });

    it("refuses what is not known before deployment, also what looks like an identifier", async () => {
      refused(await plugin.invoke({ guardrailId: unknown }), /not known before deployment/u);
      refused(await plugin.invoke({ keyHashes: [unknown] }), /not known before deployment/u);
    });

    it("takes null for nothing, and says so where one is secret or in a list", async () => {
      const { answer } = await plugin.invoke({ service: null, keyNames: null });
      assert.deepEqual(answer["scope"], { kind: "complete" });
      for (const [name, value] of [
        ["keyNames", ["prod-gateway", null]],
        ["keyNames", [secret(null)]],
        ["keyHashes", secret([null])],
        ["keyNames", secret(null)],
        ["service", secret(null)],
        ["guardrailId", secret(null)],
      ] as const) {
        const given = { [name]: value as Properties[string] };
        const why = new RegExp(`argument ${name} of \\w+ is null, or has a null in it\\. Give it`, "u");
        refused(await plugin.invoke(given), why);
        refused(await plugin.check(given), why);
      }
    });

    it("refuses an argument that it does not know, the key above all, and another function", async () => {
      refused(await plugin.invoke({ managementKey: key }), /an argument it does not know: managementKey\. /u);
      refused(
        await plugin.invoke({ keyName: "prod-gateway" }),
        /does not know: keyName \(did you mean keyNames\?\)\. It knows/u,
      );
      refused(
        await plugin.invoke({}, "guardrails:index:getSomething"),
        /no such function\. It has getKeyAssignments and getKeys\./u,
      );
    });

    it("refuses to answer when the service does, in the words of the reader", async () => {
      service.faults = () => ({ kind: "echo-credential" });
      // Another limit: what was read before is kept for calls with the same settings.
      await plugin.configure(configured({ maxRequests: "1000" }));
      refused(await plugin.invoke(), /did not accept the management key \(403/u);
    });
  });

  describe("its function for the inventory", () => {
    const token = "guardrails:index:getKeys";

    it("answers with every key, its state and its guardrail, as its schema promises", async () => {
      const { answer, failures } = await plugin.invoke({}, token);
      assert.deepEqual(failures, []);
      const keys = answer["keys"] as Properties[];
      assert.deepEqual(
        keys.map(({ name, state, guardrailId }) => [name, state, guardrailId === undefined]).toSorted(),
        service.ledger
          .keys()
          .map(({ keyHash, keyName }) => [
            keyName,
            "active",
            !service.ledger.assignments().some((row) => row.keyHash === keyHash),
          ])
          .toSorted(),
      );
      for (const name of schema.functions[token].outputs.required)
        assert.notEqual(answer[name], undefined, name);
      for (const name of schema.types["guardrails:index:InventoryKey"].required)
        for (const one of keys) assert.notEqual(one[name] ?? undefined, undefined, name);
      assert.equal(answer["version"], undefined);
    });

    it("takes filters, and answers in secret when an argument is", async () => {
      const { answer } = await plugin.invoke({ keyNames: ["prod-gateway-rotated"] }, token);
      assert.deepEqual(
        (answer["keys"] as Properties[]).map(({ guardrailId }) => guardrailId),
        [undefined],
      );
      const kept = await plugin.invoke({ keyNames: secret(["prod-gateway"]) }, token);
      assert.deepEqual(
        Object.values(kept.answer).filter((value) => secretContent(value) === undefined),
        [],
      );
    });

    it("refuses what is not known before deployment, and arguments that it does not know", async () => {
      const asked = service.requests.length;
      refused(
        await plugin.invoke({ keyNames: [unknown] }, token),
        /argument of getKeys is not known before/u,
      );
      refused(await plugin.invoke({ offset: 0 }, token), /getKeys was given an argument it does not know/u);
      refused(await plugin.invoke({ keyHashes: [] }, token), /keyHashes must be a list, not empty/u);
      assert.equal(service.requests.length, asked);
    });

    it("refuses a key in plain, and to answer where the service has no inventory", async () => {
      await plugin.configure({ ...configured(), managementKey: key });
      refused(await plugin.invoke({}, token), /managementKey is not a secret/u);
      const other = await startLocalService({ flavour: "modelgates", managementKey: key });
      try {
        await plugin.configure(configured({ baseUrl: other.baseUrl }));
        refused(await plugin.invoke({}, token), /offers no key inventory \(404\).*ModelGates has none/u);
      } finally {
        await other.close();
      }
    });

    it("answers with no raw key that somebody took for a name", async () => {
      const other = await startLocalService({ ledger: new Ledger(), managementKey: key });
      try {
        other.ledger.addKey({ keyName: rawKey });
        await plugin.configure(configured({ baseUrl: other.baseUrl }));
        const { answer } = await plugin.invoke({ keyNames: [rawKey] }, token);
        assert.equal((answer["keys"] as []).length, 1);
        assert.equal(pieceShown(JSON.stringify(answer)), undefined);
      } finally {
        await other.close();
      }
    });
  });

  describe("its resource", () => {
    it("has the list among its inputs when it is checked, read anew each time", async () => {
      const one = await plugin.check();
      const other = await plugin.check();
      const [first, second] = [one, other].map(({ inputs }) => parseSnapshot(inputs["snapshot"]));
      assert(first !== undefined && second !== undefined);
      assert.equal(first.assignments.length, 3);
      assert(Date.parse(first.readAt) <= Date.parse(second.readAt));
      assert.equal(service.requests.length > 1, true);
    });

    it("keeps what is not known before deployment unknown, and reads nothing for it", async () => {
      const asked = service.requests.length;
      const { inputs, failures } = await plugin.check({ guardrailId: unknown });
      assert.deepEqual(failures, []);
      assert.deepEqual(inputs, { guardrailId: unknown, snapshot: unknown });
      const outputs = await plugin.create(inputs, true);
      for (const name of ["snapshot", "totalCount", "readAt"]) assert.equal(outputs[name], unknown, name);
      assert.equal(service.requests.length, asked);
    });

    it("never takes an old list for a new one, where the program ignores its changes", async () => {
      const { inputs } = await plugin.check({ snapshot: "old" });
      assert.notEqual(parseSnapshot(inputs["snapshot"]), undefined);
      service.faults = () => ({ kind: "echo-credential" });
      const failed = await plugin.check({ snapshot: "old" });
      assert.equal(failed.inputs["snapshot"], undefined);
    });

    it("keeps its list secret when an argument is", async () => {
      const { inputs } = await plugin.check({ baseUrl: secret(service.baseUrl) });
      assert.notEqual(secretContent(inputs["snapshot"] ?? null), undefined);
      assert.notEqual(secretContent(inputs["baseUrl"] ?? null), undefined);
    });

    it("is known at preview, with every output that its schema promises", async () => {
      const { inputs } = await plugin.check();
      const outputs = await plugin.create(inputs, true);
      for (const name of schema.resources["guardrails:index:KeyAssignments"].required)
        assert.notEqual(outputs[name], undefined, name);
      assert.equal(outputs["totalCount"], 4);
    });

    it("is unchanged when it was only read at another time, and changed by a row or an argument", async () => {
      const { inputs } = await plugin.check();
      const state = await plugin.create(inputs);
      const snapshot = parseSnapshot(inputs["snapshot"]);
      assert(snapshot !== undefined);
      const later = {
        snapshot: JSON.stringify({ ...snapshot, readAt: "2099-01-01T00:00:00Z", requests: 9 }),
      };
      assert.deepEqual(await plugin.diff(state, later), { changed: false, replaces: [] });
      const fewer = { snapshot: JSON.stringify({ ...snapshot, assignments: snapshot.assignments.slice(1) }) };
      assert.deepEqual(await plugin.diff(state, fewer), { changed: true, replaces: [] });
      assert.deepEqual(await plugin.diff(state, { ...inputs, service: "openrouter" }), {
        changed: true,
        replaces: [],
      });
    });

    it("is refused, not empty, when it is imported or looked up", async () => {
      await assert.rejects(plugin.read({}, {}), /could not verify: .* cannot be imported or looked up/u);
    });

    it("needs neither network nor key to be refreshed and deleted", async () => {
      const { inputs } = await plugin.check();
      const state = await plugin.create(inputs);
      const asked = service.requests.length;
      await plugin.configure({});
      assert.deepEqual(await plugin.read(state, inputs), { properties: state, inputs });
      await plugin.delete();
      assert.equal(service.requests.length, asked);
    });
  });

  describe("its configuration", () => {
    it("arrives when it changes, without replacing anything", async () => {
      const olds = { baseUrl: "https://one.example", managementKey: secret(key) };
      assert.deepEqual(await plugin.diffConfig(olds, { ...olds }), { changed: false, replaces: [] });
      for (const change of [
        { baseUrl: "https://two.example" },
        { managementKey: "another" },
        { maxRows: "5" },
      ])
        assert.deepEqual(await plugin.diffConfig(olds, { ...olds, ...change }), {
          changed: true,
          replaces: [],
        });
    });

    it("arrives where a key in plain may have become a secret, which the engine does not say", async () => {
      const plain = { managementKey: key };
      const marked = { managementKey: secret(key) };
      for (const [olds, news] of [
        [plain, plain],
        [plain, marked],
        [marked, plain],
      ] as const)
        assert.deepEqual(await plugin.diffConfig(olds, news), { changed: true, replaces: [] });
      assert.deepEqual(await plugin.diffConfig({}, {}), { changed: false, replaces: [] });
    });

    it("shows no update in every preview where the program made the provider", async () => {
      const plain = { managementKey: key };
      assert.deepEqual(await plugin.diffConfig(plain, plain, "own"), { changed: false, replaces: [] });
    });

    it("keeps its own settings and the engine's, and passes over what others read from the namespace", async () => {
      const own = { ...configured(), version: "0.1.0", __internal: {} };
      const packs = { ...own, requiredKeys: "[]" };
      assert.deepEqual(await plugin.checkConfig(packs), { inputs: own, failures: [] });
      const projects = { ...packs, region: "eu-central-1" };
      assert.deepEqual(await plugin.checkConfig(projects, "guardrails"), { inputs: own, failures: [] });
    });

    it("refuses a name nobody reads, unless the project itself is called guardrails", async () => {
      refused(
        await plugin.checkConfig({ ...configured(), region: "eu-central-1" }),
        /the unknown setting "region"\. Rename or remove it; the settings are service, /u,
      );
    });

    for (const [name, meant] of [
      ["baseURL", "baseUrl"],
      ["management_key", "managementKey"],
      ["managmentKey", "managementKey"],
      ["services", "service"],
      ["requiredKey", "requiredKeys"],
    ] as const) {
      it(`refuses ${name}, which can only be meant as ${meant}`, async () => {
        refused(await plugin.checkConfig({ [name]: key }), new RegExp(`did you mean ${meant}\\?`, "u"));
      });
    }

    it("is refused where a setting is not known before deployment: the engine would answer for the plugin", async () => {
      refused(
        await plugin.checkConfig({ managementKey: unknown }),
        /managementKey is not known before deployment/u,
      );
      refused(
        await plugin.checkConfig({ baseUrl: secret(unknown) }),
        /baseUrl is not known before deployment/u,
      );
    });

    it("is taken with a key in plain, which the function and the resource then refuse", async () => {
      await plugin.configure({ ...configured(), managementKey: key });
      const why =
        /stack configuration guardrails:managementKey is not a secret.*Rotate that key.*--secret.*pulumi up takes the plain one out of the state/u;
      refused(await plugin.invoke(), why);
      refused(await plugin.check(), why);
      await plugin.configure({ ...configured(), managementKey: key }, "own");
      refused(await plugin.check(), /provider argument managementKey is not a secret/u);
    });

    it("holds the key and the address to one place, and an empty key to be an error", async () => {
      await plugin.configure({ baseUrl: service.baseUrl });
      refused(await plugin.check(), /no management key for/u);
      await plugin.configure({ managementKey: secret(key) });
      refused(await plugin.check({ baseUrl: service.baseUrl }), /does not belong to/u);
      await plugin.configure(configured({ managementKey: secret("") }));
      refused(await plugin.check(), /is set but empty/u);
    });
  });
});

describe("the provider plugin's process", () => {
  let service: LocalService;
  before(async () => {
    service = await startLocalService({ ledger: demoLedger(), managementKey: key });
  });
  after(() => service.close());

  const environment = () => ({
    GUARDRAILS_BASE_URL: service.baseUrl,
    GUARDRAILS_MANAGEMENT_KEY: key,
  });

  it("reads with the environment's key and address where it is not configured", async () => {
    const plugin = await Plugin.start(environment());
    assert.equal((await plugin.invoke()).answer["totalCount"], 4);
    await plugin.close();
  });

  it("shows nothing of the environment's key where it stands in the place of a name", async () => {
    const plugin = await Plugin.start(environment());
    for (const { failures } of [
      await plugin.checkConfig({ [key]: "x" }),
      await plugin.invoke({ [key]: "x" }),
    ]) {
      assert.notEqual(failures.length, 0);
      assert.doesNotMatch(JSON.stringify(failures), /planted/u);
    }
    await plugin.close();
  });

  it("refuses a variable that nobody reads, beside a configuration that is right", async () => {
    const plugin = await Plugin.start({ GUARDRAILS_BASEURL: "https://hunter2.example" });
    await plugin.configure({ baseUrl: service.baseUrl, managementKey: secret(key) });
    for (const { failures } of [await plugin.invoke(), await plugin.check()]) {
      assert.match(
        failures[0]?.reason ?? "",
        /"GUARDRAILS_BASEURL"\. GUARDRAILS_BASE_URL is probably meant/u,
      );
      assert.doesNotMatch(failures[0]?.reason ?? "", /hunter2/u);
    }
    await plugin.close();
  });

  it("ends every read that is under way when the engine cancels", async () => {
    const plugin = await Plugin.start(environment());
    const asked = new Promise<void>((resolve) => {
      service.faults = () => {
        resolve();
        return { kind: "no-answer" };
      };
    });
    const pending = Promise.all([
      plugin.invoke(),
      plugin.invoke({}, "guardrails:index:getKeys"),
      plugin.check(),
    ]);
    await asked;
    await plugin.cancel();
    for (const { failures } of await pending) assert.match(failures[0]?.reason ?? "", /could not verify/u);
    service.faults = () => undefined;
    await plugin.close();
  });

  it("ends when its engine is gone, however that ended", async () => {
    const plugin = await Plugin.start(environment());
    plugin.loseEngine();
    await plugin.ended;
    await plugin.close();
  });
});
