import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import {
  Ledger,
  type LocalService,
  type LocalServiceOptions,
  sampleGuardrailId,
  samplePositions,
  sampleWorkspace,
  startLocalService,
} from "../../local-service/index";
import { root } from "../repository";
import { assertDocumented, type OpenApi } from "./documented";

const LIST = "/guardrails/assignments/keys";
const ASSIGN = "/guardrails/{id}/assignments/keys";
const GUARDRAIL = "/guardrails/{id}";
/** What can be read, as far as a document describes it, and a field that must be in each row. */
const READABLE = {
  [LIST]: "key_hash",
  "/workspaces": "default_guardrail_id",
  "/keys": "disabled",
  "/guardrails": "workspace_id",
  [GUARDRAIL]: "workspace_id",
};

let service: LocalService;

async function start(options: LocalServiceOptions): Promise<void> {
  service = await startLocalService(options);
}

function ask(path: string, init: RequestInit = {}, credential = service.managementKey): Promise<Response> {
  return fetch(`${service.baseUrl}${path}`, { ...init, headers: { authorization: `Bearer ${credential}` } });
}

function documentAt(file: string): OpenApi {
  return parse(readFileSync(file, "utf8"));
}

function readableOf(document: OpenApi): (readonly [path: string, field: string])[] {
  return Object.entries(READABLE).filter(([path]) => path in document.paths);
}

const address = (path: string): string => path.replace("{id}", sampleGuardrailId(0));

/** The same answer, lacking a field wherever it stands. */
async function without(field: string, response: Response): Promise<Response> {
  const rest = JSON.parse(await response.text(), (name, value) => (name === field ? undefined : value));
  return Response.json(rest, response);
}

/** An account in which every field of the documents has some other value than null somewhere. */
function variedLedger(): Ledger {
  const ledger = new Ledger({ positions: samplePositions(151, 20) });
  ledger.workspaces.push(sampleWorkspace(1));
  ledger.addKey({ disabled: true, expiresAt: "2027-12-31T23:59:59Z" });
  ledger.guardrails.add({
    id: sampleGuardrailId(0),
    description: "For production",
    allowed_providers: ["openai"],
    ignored_models: ["openai/gpt-4o"],
    enforce_zdr_openai: true,
    content_filters: [{ pattern: "secret", action: "redact" }],
    content_filter_builtins: [{ slug: "email", action: "block" }],
  });
  ledger.guardrails.add({ workspace_id: null, limit_usd: null, reset_interval: null });
  return ledger;
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

    for (const [path] of readableOf(document)) {
      it(`refuses ${path} for a wrong credential, and fails at it, as documented`, async () => {
        await start({ ...options, faults: [{ kind: "status", status: 500 }] });
        for (const [status, credential] of [
          [401, "sk-or-mgmt-wrong"],
          [500, service.managementKey],
        ] as const) {
          const response = await ask(address(path), {}, credential);
          assert.equal(response.status, status);
          await assertDocumented(document, path, "get", response);
        }
      });
    }

    if (GUARDRAIL in document.paths) {
      it("shows workspaces, keys and guardrails as documented", async () => {
        await start({ ...options, ledger: variedLedger() });
        for (const [path, queries] of Object.entries({
          "/workspaces": ["", "?offset=1&limit=1", "?offset=2"],
          "/keys": ["", "?offset=100&include_disabled=true", "?offset=500"],
          "/guardrails": ["", "?limit=1", `?workspace_id=${sampleWorkspace(1).id}`],
          [GUARDRAIL]: [""],
        })) {
          for (const query of queries) {
            const response = await ask(`${address(path)}${query}`);
            assert.equal(response.status, 200);
            await assertDocumented(document, path, "get", response);
          }
        }
      });

      it("refuses nonsense and unknown guardrails as documented", async () => {
        await start(options);
        for (const [path, status] of [
          ["/keys", 400],
          ["/guardrails", 400],
          [GUARDRAIL, 404],
        ] as const) {
          const response = await ask(`${address(path)}?workspace_id=team`);
          assert.equal(response.status, status);
          await assertDocumented(document, path, "get", response);
        }
      });
    }

    if (ASSIGN in document.paths) {
      it("assigns keys, and refuses to, as documented", async () => {
        await start(options);
        const { keyHash } = service.ledger.addKey();
        service.ledger.guardrails.add({ id: sampleGuardrailId(0) });
        const bodies = {
          200: { key_hashes: [keyHash] },
          400: { key_hashes: [] },
          404: { key_hashes: ["unknown"] },
        };
        for (const [status, body] of Object.entries(bodies)) {
          const response = await ask(address(ASSIGN), { method: "POST", body: JSON.stringify(body) });
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
    const own = documentAt(join(root, "local-service", "openapi", `${name}.yaml`));
    describeContract(`is held to openapi/${name}.yaml: it`, own, options);

    it(`would be caught by openapi/${name}.yaml if a row lacked a field`, async () => {
      await start({ ...options, ledger: new Ledger({ positions: samplePositions(1) }) });
      for (const [path, field] of readableOf(own)) {
        const spoilt = await without(field, await ask(address(path)));
        await assert.rejects(assertDocumented(own, path, "get", spoilt), new RegExp(field));
      }
    });

    const original = join(root, "..", "shared", "service", `${name}.openapi.yaml`);
    if (existsSync(original)) {
      describeContract(`is held to the original of ${name}.yaml: it`, documentAt(original), options);
    } else {
      it.skip(`is held to the original of ${name}.yaml (that file is no part of this clone)`);
    }
  }
});
