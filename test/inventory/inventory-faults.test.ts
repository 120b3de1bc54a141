import assert from "node:assert/strict";
import {
  type Fault,
  type JsonValue,
  type LocalService,
  type RequestRecord,
  sampleWorkspace,
} from "../../local-service/index";
import { never } from "../http/reading-of";
import { inventoryOf, ledgerOf, refusalOf, useInventories } from "./inventory-of";

const onPath =
  (end: string, fault: Fault) =>
  ({ path }: RequestRecord): Fault | undefined =>
    path.endsWith(end) ? fault : undefined;

/** The true page with its rows changed; what is undefined in a row is left out by JSON. */
const withRows = (change: (row: object, at: number) => object): Fault => ({
  kind: "edited-page",
  edit: (page) => JSON.parse(JSON.stringify({ ...page, data: page.data.map(change) })),
});

/** The true page with one field of its second row set, or left out where undefined. */
const withField = (name: string, value: unknown): Fault =>
  withRows((row, at) => (at === 1 ? { ...row, [name]: value } : row));

/** The keys of one page, as the service shows them. */
async function keysShown(service: LocalService, offset: number): Promise<JsonValue[]> {
  const answer = await fetch(`${service.baseUrl}/keys?include_disabled=true&offset=${offset}`, {
    headers: { authorization: `Bearer ${service.managementKey}` },
  });
  return ((await answer.json()) as { data: JsonValue[] }).data;
}

describe("an inventory that cannot be had", () => {
  const start = useInventories();

  for (const path of ["/workspaces", "/keys"]) {
    it(`is refused, not empty, where ${path} is not found`, async () => {
      const faults = onPath(path, { kind: "status", status: 404 });
      const service = await start({ ledger: ledgerOf(3, 3), faults });
      const error = await refusalOf(inventoryOf(service.baseUrl).readInventory());
      assert.equal(error.kind, "http");
      assert.equal(error.status, 404);
      assert.match(
        error.message,
        /the service offers no key inventory \(404\) \(GET .*\)\. ModelGates has none\. Elsewhere check service/u,
      );
      assert(error.message.includes(`(GET ${service.baseUrl}${path}?`));
    });
  }

  for (const maxConcurrency of [1, 4])
    for (const missing of [0, 1])
      it(`is not taken for one that the service does not have, where workspace ${missing} of two is answered 404, ${maxConcurrency} at once`, async () => {
        const ledger = ledgerOf(3, 3);
        const { id } = sampleWorkspace(missing);
        const service = await start({ ledger });
        service.faults = ({ query }) => (query.includes(id) ? { kind: "status", status: 404 } : undefined);
        const error = await refusalOf(inventoryOf(service.baseUrl, { maxConcurrency }).readInventory());
        assert.equal(error.kind, "unsettled");
        assert.match(error.message, /the keys of workspace ".*" are answered 404, although it is listed/u);
      });

  it("is refused where the management key is", async () => {
    const faults = onPath("/keys", { kind: "status", status: 401 });
    const service = await start({ ledger: ledgerOf(3), faults });
    const error = await refusalOf(inventoryOf(service.baseUrl).readInventory());
    assert.equal(error.kind, "unauthorized");
  });

  it("is read after all where the service asks for fewer requests once", async () => {
    const limited: Fault = { kind: "status", status: 429, headers: { "retry-after": "3" } };
    const service = await start({ ledger: ledgerOf(3), faults: [limited, undefined, limited] });
    const { keys, requests } = await inventoryOf(service.baseUrl).readInventory();
    assert.equal(keys.length, 3);
    assert.equal(requests, 5);
    assert.equal(service.requests.length, 7);
  });

  it("is refused where there is no workspace", async () => {
    const service = await start({ ledger: ledgerOf() });
    const error = await refusalOf(inventoryOf(service.baseUrl).readInventory());
    assert.equal(error.kind, "malformed");
    assert.match(error.message, /lists no workspace/u);
  });

  for (const [path, noun, again] of [
    ["/keys", "a key", (row: object) => row],
    ["/workspaces", "a workspace", (row: { readonly id: string }) => ({ ...row, id: row.id.toUpperCase() })],
  ] as const) {
    it(`is refused at once where one answer shows ${noun} twice`, async () => {
      const repeat: Fault = {
        kind: "edited-page",
        edit: ({ data, ...page }) =>
          JSON.parse(JSON.stringify({ ...page, data: [...data, again(data[0] ?? { id: "" })] })),
      };
      const service = await start({ ledger: ledgerOf(3), faults: onPath(path, repeat) });
      const error = await refusalOf(inventoryOf(service.baseUrl).readInventory());
      assert.equal(error.kind, "malformed");
      assert.match(
        error.message,
        new RegExp(`one answer shows ${noun} twice .* Running it again will not help`, "u"),
      );
      assert(service.requests.length <= 4, `${service.requests.length} requests`);
    });
  }

  it("is refused after two readings where a page shows a key of an earlier one", async () => {
    const service = await start({ ledger: ledgerOf(250) });
    const [first] = service.ledger.keys();
    service.faults = ({ path, offset = 0 }) =>
      path.endsWith("/v1/keys") && offset === 99
        ? withRows((row, at) => (at === 70 ? { ...row, hash: first?.keyHash } : row))
        : undefined;
    const error = await refusalOf(inventoryOf(service.baseUrl).readInventory());
    assert.equal(error.kind, "unsettled");
    assert.match(
      error.message,
      /the keys of workspace "Default" cannot be read whole, because a row shows twice\. Running it again will not help/u,
    );
    assert(service.requests.length <= 12, `${service.requests.length} requests`);
  });

  it("is refused after two readings where a key shows in two workspaces", async () => {
    const service = await start({ ledger: ledgerOf(3, 3) });
    const [first] = service.ledger.keys();
    const elsewhere = service.ledger.workspaces[1]?.id ?? "";
    service.faults = ({ path, query }) =>
      path.endsWith("/v1/keys") && query.includes(elsewhere)
        ? withRows((row, at) => (at === 1 ? { ...row, hash: first?.keyHash } : row))
        : undefined;
    const error = await refusalOf(inventoryOf(service.baseUrl).readInventory());
    assert.equal(error.kind, "unsettled");
    assert.match(
      error.message,
      /the keys of the account cannot be read whole, because a key shows in two workspaces\. Running it again will not help/u,
    );
    assert(service.requests.length <= 17, `${service.requests.length} requests`);
  });

  it("is refused where keys end at an offset, and nobody is told that there is no list of them", async () => {
    const service = await start({ ledger: ledgerOf(650) });
    service.faults = ({ path, offset = 0 }) =>
      path.endsWith("/v1/keys") && offset >= 450 ? { kind: "status", status: 404 } : undefined;
    const error = await refusalOf(inventoryOf(service.baseUrl).readInventory());
    assert.equal(error.status, 404);
    assert.match(
      error.message,
      /the keys of workspace "Default" cannot be read whole, because offset 495 is answered 404 although the list went on there \(GET .*\)\. Running it again will not help/u,
    );
  });

  it("is refused where the service takes no notice of the workspace asked for", async () => {
    const service = await start({ ledger: ledgerOf(2, 2) });
    const first = service.ledger.workspaces[0]?.id ?? "";
    service.faults = onPath("/keys", withField("workspace_id", first.toUpperCase()));
    const error = await refusalOf(inventoryOf(service.baseUrl).readInventory());
    assert.equal(error.kind, "malformed");
    assert.match(error.message, /contract at data\[1\]\.workspace_id: another workspace than asked for/u);
  });

  for (const [path, place, fault] of [
    ["/keys", "data[1].hash", withField("hash", undefined)],
    ["/keys", "data[1].hash", withField("hash", "")],
    ["/keys", "data[1].name", withField("name", null)],
    ["/keys", "data[1].label", withField("label", 7)],
    ["/keys", "data[1].workspace_id", withField("workspace_id", undefined)],
    ["/keys", "data[1].disabled", withField("disabled", "false")],
    ["/keys", "data[1].expires_at", withField("expires_at", "tomorrow")],
    ["/keys", "data[1].expires_at", withField("expires_at", "2027-12-31T23:59:59")],
    ["/keys", "data", { kind: "json", value: {} }],
    ["/workspaces", "data[1].id", withField("id", "default")],
    ["/workspaces", "data[1].name", withField("name", undefined)],
    ["/workspaces", "total_count", { kind: "json", value: { data: [] } }],
  ] as const) {
    it(`is refused where ${path} breaks the contract, which names ${place}`, async () => {
      const service = await start({ ledger: ledgerOf(3, 3), faults: onPath(path, fault) });
      const error = await refusalOf(inventoryOf(service.baseUrl).readInventory());
      assert.equal(error.kind, "malformed");
      assert(error.message.includes(`breaks the contract at ${place}: `), error.message);
      assert(error.message.includes(`(GET ${service.baseUrl}${path})`), error.message);
      assert(!error.message.includes("tomorrow"));
    });
  }

  it("holds a key of which the service does not say when it expires", async () => {
    const faults = onPath(
      "/keys",
      withRows((row) => ({ ...row, expires_at: undefined })),
    );
    const service = await start({ ledger: ledgerOf(3), faults });
    const { keys } = await inventoryOf(service.baseUrl).readInventory();
    assert(keys.every(({ expiresAt }) => expiresAt === null));
  });

  it("holds a key whose workspace is written in other case", async () => {
    const faults = onPath(
      "/keys",
      withRows((row) => ({ ...row, workspace_id: sampleWorkspace(0).id.toUpperCase() })),
    );
    const service = await start({ ledger: ledgerOf(3), faults });
    const { keys, workspaces } = await inventoryOf(service.baseUrl).readInventory();
    assert.equal(keys.length, 3);
    assert(keys.every(({ workspaceId }) => workspaceId === workspaces[0]?.id));
  });

  it("holds hashes in lower case", async () => {
    const ledger = ledgerOf(0);
    ledger.addKey({ keyHash: "AbC" });
    const service = await start({ ledger });
    const { keys } = await inventoryOf(service.baseUrl).readInventory();
    assert.deepEqual(
      keys.map(({ hash }) => hash),
      ["abc"],
    );
  });

  it("holds the workspaces of a service that sends more of them than it is asked for", async () => {
    const service = await start({ ledger: ledgerOf(...Array.from({ length: 133 }, () => 1)) });
    const all = service.ledger.workspaces.map(({ id, name }) => ({ id, name }));
    service.faults = ({ path, offset = 0 }) =>
      path.endsWith("/workspaces")
        ? { kind: "json", value: { data: all.slice(offset), total_count: all.length } }
        : undefined;
    const { keys, workspaces } = await inventoryOf(service.baseUrl).readInventory();
    assert.deepEqual([keys.length, workspaces.length], [133, 133]);
  });
});

describe("an inventory beyond a limit", () => {
  const start = useInventories();

  it("is refused where all workspaces together have more keys than maxRows, and not where they have as many", async () => {
    const service = await start({ ledger: ledgerOf(6, 4) });
    assert.equal((await inventoryOf(service.baseUrl, { maxRows: 10 }).readInventory()).keys.length, 10);
    const error = await refusalOf(inventoryOf(service.baseUrl, { maxRows: 9 }).readInventory());
    assert.equal(error.kind, "too-large");
    assert.match(error.message, /the account has 10 keys, more than the maxRows of 9 .* raise maxRows\.$/u);
  });

  it("is refused where it claims more workspaces than maxRows", async () => {
    const service = await start({ ledger: ledgerOf(0, 0, 0) });
    const error = await refusalOf(inventoryOf(service.baseUrl, { maxRows: 2 }).readInventory());
    assert.equal(error.kind, "too-large");
    assert.match(error.message, /claims 3 workspaces, more than the maxRows of 2/u);
  });

  it("is refused where it takes more requests than maxRequests, and not where it takes as many", async () => {
    const service = await start({ ledger: ledgerOf(5) });
    assert.equal((await inventoryOf(service.baseUrl, { maxRequests: 5 }).readInventory()).requests, 5);
    const error = await refusalOf(inventoryOf(service.baseUrl, { maxRequests: 4 }).readInventory());
    assert.equal(error.kind, "too-large");
    assert.match(error.message, /more than the maxRequests of 4/u);
  });

  it("is read with no more requests at once than maxConcurrency", async () => {
    let release = (): void => undefined;
    const allThere = new Promise<void>((resolve) => {
      release = resolve;
    });
    const service = await start({ ledger: ledgerOf(300, 300, 300, 300) });
    service.latency = ({ index }) => {
      if (service.traffic.maxConcurrent === 2) release();
      return index === 0 ? 0 : allThere;
    };
    await inventoryOf(service.baseUrl, { maxConcurrency: 2 }).readInventory();
    assert.equal(service.traffic.maxConcurrent, 2);
  });

  it("is ended by its readTimeout", async () => {
    const service = await start({ ledger: ledgerOf(5), latency: ({ index }) => (index === 0 ? 0 : never) });
    const error = await refusalOf(inventoryOf(service.baseUrl, { readTimeout: 0.2 }).readInventory());
    assert.equal(error.kind, "timeout");
  });
});

describe("a service that gives the same page of keys for every offset", () => {
  const start = useInventories();

  for (const count of [1, 2, 3, 5, 100])
    it(`is refused within five requests of its list of ${count} keys, and nobody is told to run it again`, async () => {
      const service = await start({ ledger: ledgerOf(count) });
      const ask = async (): Promise<void> => {
        const { data } = (await (
          await fetch(`${service.baseUrl}/keys?include_disabled=true`, {
            headers: { authorization: `Bearer ${service.managementKey}` },
          })
        ).json()) as { data: JsonValue[] };
        service.faults = ({ path }) =>
          path.endsWith("/v1/keys") ? { kind: "json", value: { data } } : undefined;
      };
      await ask();
      const before = service.requests.length;
      const error = await refusalOf(inventoryOf(service.baseUrl).readInventory());
      assert.equal(error.kind, "unsettled");
      assert.match(error.message, /Running it again will not help/u);
      const ofKeys = service.requests.slice(before).filter(({ path }) => path.endsWith("/v1/keys"));
      assert(ofKeys.length <= 5, `${ofKeys.length} requests`);
    });
});

describe("a service that answers an offset behind the last key with the last ones again", () => {
  const start = useInventories();

  for (const count of [50, 100, 150, 250]) {
    for (const last of ["key", "page"] as const) {
      it(`is refused within six requests behind its pages: the last ${last} of ${count}`, async () => {
        const ledger = ledgerOf(count);
        const service = await start({ ledger });
        const all = await Promise.all([0, 100, 200].map((offset) => keysShown(service, offset)));
        const keys = all.flat();
        assert.equal(keys.length, count);
        service.faults = ({ path, offset = 0 }) => {
          const from = offset < count ? offset : Math.max(0, count - (last === "key" ? 1 : 100));
          return path.endsWith("/v1/keys")
            ? { kind: "json", value: { data: keys.slice(from, from + 100) } }
            : undefined;
        };
        const before = service.requests.length;
        const error = await refusalOf(inventoryOf(service.baseUrl).readInventory());
        assert.match(error.message, /Running it again will not help/u);
        const ofKeys = service.requests.slice(before).filter(({ path }) => path.endsWith("/v1/keys"));
        const behind = ofKeys.length - Math.ceil(count / 100);
        assert(behind <= 6, `${behind} requests`);
      });
    }
  }
});

describe("keys that only a reading which ended in doubt has shown", () => {
  const start = useInventories();

  it("are looked for again: a key was edited between two pages, of which the second was a long one", async () => {
    const service = await start({ ledger: ledgerOf(140) });
    // Behind a hundred keys a hundred and fifty were deleted, and forty follow.
    const deleted = new Array<undefined>(150).fill(undefined);
    const rows = [...(await keysShown(service, 0)), ...deleted, ...(await keysShown(service, 100))];
    let asked = 0;
    service.faults = ({ path, offset = 0 }) => {
      if (!path.endsWith("/v1/keys")) return undefined;
      asked += 1;
      const isLongOne = asked === 2 && offset === 99;
      const span = offset < 50 ? 100 : 50;
      const page = rows.slice(offset, offset + (isLongOne ? 300 : span));
      const edited = isLongOne
        ? page.map((row, at) => (at === 0 ? { ...Object(row), name: "old" } : row))
        : page;
      return { kind: "json", value: { data: edited.filter((row) => row !== undefined) } };
    };
    const { keys } = await inventoryOf(service.baseUrl, { maxConcurrency: 1 }).readInventory();
    assert.equal(keys.length, 140);
  });
});

describe("aborting the reading of an inventory", () => {
  const start = useInventories();
  it("closes all requests under way, of all workspaces", async () => {
    const service = await start({
      ledger: ledgerOf(1, 1, 1),
      latency: ({ index }) => (index === 0 ? 0 : never),
    });
    const caller = new AbortController();
    const reading = refusalOf(inventoryOf(service.baseUrl).readInventory({ signal: caller.signal }));
    while (service.requests.length < 4) await new Promise(setImmediate);
    caller.abort();
    assert.equal((await reading).kind, "aborted");
    while (service.traffic.aborted < 3) await new Promise(setImmediate);
    assert.equal(service.requests.length, 4);
  });

  it("is what a refusal does to the requests of the other workspaces", async () => {
    const service = await start({ ledger: ledgerOf(1, 1, 1) });
    const [, second, third] = service.ledger.workspaces;
    service.latency = ({ query }) =>
      query.includes(second?.id ?? "") || query.includes(third?.id ?? "") ? never : 0;
    service.faults = ({ path }) => (path.endsWith("/keys") ? { kind: "status", status: 403 } : undefined);
    const error = await refusalOf(inventoryOf(service.baseUrl).readInventory());
    assert.equal(error.kind, "unauthorized");
    while (service.traffic.aborted < 2) await new Promise(setImmediate);
  });

  it("is what the end of a list does to its pages asked for ahead, so that they hold up no other list", async () => {
    const ledger = ledgerOf(250, 40);
    const first = ledger.workspaces[0]?.id ?? "";
    let release = (): void => undefined;
    const askedAhead = new Promise<void>((resolve) => {
      release = resolve;
    });
    // The page at 297 shows the end of the first list. What is asked for behind it is never answered.
    const service = await start({
      ledger,
      latency: ({ query, offset = 0 }) => {
        if (!query.includes(first) || offset < 297) return 0;
        if (offset === 297) return askedAhead;
        release();
        return never;
      },
    });
    const { keys } = await inventoryOf(service.baseUrl, { maxConcurrency: 2 }).readInventory();
    assert.equal(keys.length, 290);
    while (service.traffic.aborted < 1) await new Promise(setImmediate);
  });
});
