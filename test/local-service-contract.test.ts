import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import addFormats from "ajv-formats";
import { parse } from "yaml";
import {
  Ledger,
  type LocalService,
  type LocalServiceOptions,
  sampleAssignment,
  sampleGuardrailId,
  samplePositions,
  startLocalService,
} from "../provider/local-service/index";

const ROOT = join(__dirname, "..", "..");
const LIST = "/guardrails/assignments/keys";
const ASSIGN = "/guardrails/{id}/assignments/keys";

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>;
}

let service: LocalService;

async function start(options: LocalServiceOptions): Promise<void> {
  service = await startLocalService(options);
}

function ask(path: string, init: RequestInit = {}, credential = service.managementKey): Promise<Response> {
  return fetch(`${service.baseUrl}${path}`, { ...init, headers: { authorization: `Bearer ${credential}` } });
}

/** Fails unless the response is what the document says of this operation and status: its type, its body, or none. */
async function assertDocumented(
  document: OpenApi,
  path: string,
  method: string,
  response: Response,
): Promise<void> {
  const body = await response.text();
  const pointer = ["paths", path, method, "responses", String(response.status)];
  const documented = resolve(document, pointer);
  assert.ok(documented !== undefined, `${method} ${path}: status ${response.status} is not documented`);
  if (resolve(documented.value, ["content"]) === undefined) {
    assert.equal(body, "");
    return;
  }
  assert.match(response.headers.get("content-type") ?? "", /^application\/json\b/);
  const schema = [...documented.pointer, "content", "application/json", "schema"];
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats(ajv);
  ajv.addSchema(document, "document");
  const $ref = `document#/${schema.map((step) => encodeURIComponent(step.replaceAll("/", "~1"))).join("/")}`;
  assert.ok(ajv.validate({ $ref }, JSON.parse(body)), ajv.errorsText());
}

/** The value at a path into a document, and the path it truly is at where a reference leads on. */
function resolve(
  document: unknown,
  pointer: readonly string[],
): { value: unknown; pointer: readonly string[] } | undefined {
  let value = document;
  for (const step of pointer) value = isRecord(value) ? value[step] : undefined;
  if (value === undefined) return undefined;
  const reference = isRecord(value) ? value["$ref"] : undefined;
  return typeof reference === "string"
    ? resolve(document, reference.split("/").slice(1))
    : { value, pointer };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

const CONTRACTS: readonly { readonly name: string; readonly options: LocalServiceOptions }[] = [
  { name: "openrouter", options: { flavour: "openrouter" } },
  { name: "modelgates", options: { flavour: "modelgates" } },
  { name: "openrouter-management", options: { flavour: "openrouter", errorBody: "openrouter" } },
];

function describeContract(title: string, document: OpenApi, options: LocalServiceOptions): void {
  describe(title, () => {
    it("sends every page as documented, with orphans or past the end", async () => {
      await start({ ...options, ledger: new Ledger({ positions: samplePositions(151, 20) }) });
      for (const offset of [0, 100, 151]) {
        await assertDocumented(document, LIST, "get", await ask(`${LIST}?offset=${offset}&limit=100`));
      }
    });

    it("refuses a wrong credential as documented", async () => {
      await start(options);
      const response = await ask(LIST, {}, "sk-or-mgmt-wrong");
      assert.equal(response.status, 401);
      await assertDocumented(document, LIST, "get", response);
    });

    it("fails as documented", async () => {
      await start({ ...options, faults: [{ kind: "status", status: 500 }] });
      const response = await ask(LIST);
      assert.equal(response.status, 500);
      await assertDocumented(document, LIST, "get", response);
    });

    if (ASSIGN in document.paths) {
      it("assigns keys, and refuses to, as documented", async () => {
        await start(options);
        const { keyHash } = service.ledger.addKey();
        const bodies = {
          200: { key_hashes: [keyHash] },
          400: { key_hashes: [] },
          404: { key_hashes: ["unknown"] },
        };
        for (const [status, body] of Object.entries(bodies)) {
          const path = ASSIGN.replace("{id}", sampleGuardrailId(0));
          const response = await ask(path, { method: "POST", body: JSON.stringify(body) });
          assert.equal(String(response.status), status);
          await assertDocumented(document, ASSIGN, "post", response);
        }
      });
    }
  });
}

describe("the local service", () => {
  afterEach(() => service.close());

  for (const { name, options } of CONTRACTS) {
    const own = readFileSync(join(ROOT, "provider", "local-service", "openapi", `${name}.yaml`), "utf8");
    describeContract(`is held to openapi/${name}.yaml: it`, parse(own), options);

    it(`would be caught by openapi/${name}.yaml if a row lacked a field`, async () => {
      const value = { data: [{ id: sampleGuardrailId(0) }], total_count: 1 };
      await start({ ...options, faults: [{ kind: "json", value }] });
      await assert.rejects(assertDocumented(parse(own), LIST, "get", await ask(LIST)), /key_hash/);
    });

    const original = join(ROOT, "..", "shared", "service", `${name}.openapi.yaml`);
    if (existsSync(original)) {
      describeContract(
        `is held to the original of ${name}.yaml: it`,
        parse(readFileSync(original, "utf8")),
        options,
      );
    } else {
      it.skip(`is held to the original of ${name}.yaml (that file is no part of this clone)`);
    }
  }

  describe("is read by the official @openrouter/sdk, which yields", () => {
    /** The key hashes that the SDK's own pagination yields. */
    async function readBySdk(limit?: number): Promise<string[]> {
      const { OpenRouter } = await import("@openrouter/sdk");
      const sdk = new OpenRouter({ apiKey: service.managementKey, serverURL: service.baseUrl });
      const hashes: string[] = [];
      for await (const page of await sdk.guardrails.listKeyAssignments(
        limit === undefined ? {} : { limit },
      )) {
        hashes.push(...page.result.data.map((row) => row.keyHash));
      }
      return hashes;
    }

    it("every row, where no key was deleted", async () => {
      await start({ ledger: new Ledger({ positions: samplePositions(1_000) }) });
      const all = service.ledger.assignments().map((row) => row.keyHash);
      assert.deepEqual(await readBySdk(), all);
      assert.deepEqual(await readBySdk(100), all);
    });

    it("49 rows of 999 by default and 99 by limit 100, where the first page has one orphan", async () => {
      await start({ ledger: new Ledger({ positions: samplePositions(1_000) }) });
      service.ledger.deleteKey(sampleAssignment(7).keyHash);
      assert.equal(service.ledger.assignments().length, 999);
      assert.equal((await readBySdk()).length, 49);
      assert.equal((await readBySdk(100)).length, 99);
    });

    it("an assignment it has made itself", async () => {
      await start({});
      const { keyHash } = service.ledger.addKey();
      const { OpenRouter } = await import("@openrouter/sdk");
      const sdk = new OpenRouter({ apiKey: service.managementKey, serverURL: service.baseUrl });
      const { assignedCount } = await sdk.guardrails.bulkAssignKeys({
        id: sampleGuardrailId(0),
        bulkAssignKeysRequest: { keyHashes: [keyHash] },
      });
      assert.equal(assignedCount, 1);
      assert.deepEqual(await readBySdk(), [keyHash]);
    });
  });
});
