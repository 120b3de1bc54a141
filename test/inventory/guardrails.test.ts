import assert from "node:assert/strict";
import { sampleGuardrailId } from "../../local-service/index";
import { never } from "../http/reading-of";
import { inventoryOf, ledgerOf, refusalOf, useInventories } from "./inventory-of";

const one = sampleGuardrailId(0);
const other = sampleGuardrailId(1);

describe("what guardrails enforce", () => {
  const start = useInventories();

  it("is read for each id once, and said to be absent where there is none", async () => {
    const ledger = ledgerOf(0);
    ledger.guardrails.add({
      id: one,
      name: "Production",
      limit_usd: 12.5,
      reset_interval: "daily",
      include_byok_in_budgets: true,
      allowed_data_regions: ["europe"],
      allowed_models: ["a/b"],
      ignored_models: [],
      allowed_providers: null,
      ignored_providers: ["c"],
      enable_free_model_publication: false,
      enable_free_model_training: true,
      enable_paid_model_training: null,
      content_filters: [{ pattern: "x", action: "block" }],
      content_filter_builtins: [
        { slug: "email", action: "redact" },
        { slug: "phone", action: "flag" },
      ],
    });
    const service = await start({ ledger });
    const read = await inventoryOf(service.baseUrl).readGuardrails([one.toUpperCase(), other, one]);
    assert.deepEqual(
      read,
      new Map<string, unknown>([
        [
          one,
          {
            id: one,
            name: "Production",
            limitUsd: 12.5,
            resetInterval: "daily",
            allowedModels: ["a/b"],
            ignoredModels: [],
            allowedProviders: null,
            ignoredProviders: ["c"],
            zeroDataRetention: { anthropic: null, openai: null, google: null, xai: null, other: null },
            enableFreeModelPublication: false,
            enableFreeModelTraining: true,
            enablePaidModelTraining: null,
            includeByokInBudgets: true,
            allowedDataRegions: ["europe"],
            contentFilters: [{ pattern: "x", action: "block" }],
            contentFilterBuiltins: [
              { slug: "email", action: "redact" },
              { slug: "phone", action: "flag" },
            ],
          },
        ],
        [other, "absent"],
      ]),
    );
    assert.deepEqual(service.requests.map(({ path }) => path).toSorted(), [
      ...[one, other].map((id) => `/api/v1/guardrails/${id}`).toSorted(),
    ]);
  });

  it("takes the deprecated retention setting for each maker that has none of its own", async () => {
    const ledger = ledgerOf(0);
    ledger.guardrails.add({
      id: one,
      enforce_zdr: true,
      enforce_zdr_openai: false,
      enforce_zdr_google: true,
    });
    ledger.guardrails.add({
      id: other,
      enforce_zdr_anthropic: true,
      enforce_zdr_openai: false,
      enforce_zdr_google: true,
      enforce_zdr_xai: false,
      enforce_zdr_other: true,
    });
    const service = await start({ ledger });
    const read = await inventoryOf(service.baseUrl).readGuardrails([one, other]);
    const retention = [...read.values()].map((found) =>
      found === "absent" ? found : found.zeroDataRetention,
    );
    assert.deepEqual(retention, [
      { anthropic: true, openai: false, google: true, xai: true, other: true },
      { anthropic: true, openai: false, google: true, xai: false, other: true },
    ]);
  });

  it("says nothing about what the service leaves out", async () => {
    const service = await start({
      ledger: ledgerOf(0),
      faults: [{ kind: "json", value: { data: { id: one, name: "Bare" } } }],
    });
    const found = (await inventoryOf(service.baseUrl).readGuardrails([one])).get(one);
    assert(found !== undefined && found !== "absent");
    const { id, name, contentFilters, contentFilterBuiltins, zeroDataRetention, ...rest } = found;
    assert.deepEqual([id, name, contentFilters, contentFilterBuiltins], [one, "Bare", [], []]);
    assert(Object.values({ ...rest, ...zeroDataRetention }).every((value) => value === null));
  });

  it("asks for nothing where no id is given", async () => {
    const service = await start({ ledger: ledgerOf(0) });
    assert.equal((await inventoryOf(service.baseUrl).readGuardrails([])).size, 0);
    assert.equal(service.requests.length, 0);
  });

  it("is refused for an id that is no UUID, which is not repeated", async () => {
    const service = await start({ ledger: ledgerOf(0) });
    const error = await refusalOf(inventoryOf(service.baseUrl).readGuardrails(["../keys"]));
    assert.equal(error.kind, "configuration");
    assert(!error.message.includes("../keys"));
    assert.equal(service.requests.length, 0);
  });

  it("is refused where the answer is another guardrail", async () => {
    const service = await start({
      ledger: ledgerOf(0),
      faults: [{ kind: "json", value: { data: { id: other, name: "Other" } } }],
    });
    const error = await refusalOf(inventoryOf(service.baseUrl).readGuardrails([one]));
    assert.equal(error.kind, "malformed");
    assert.match(
      error.message,
      /another guardrail than the one asked for \(GET .*\/guardrails\/[0-9a-f-]+\)/u,
    );
  });

  it("is refused where the answer breaks the contract, and the message says where", async () => {
    const service = await start({
      ledger: ledgerOf(0),
      faults: [{ kind: "json", value: { data: { id: one, name: "One", limit_usd: "100" } } }],
    });
    const error = await refusalOf(inventoryOf(service.baseUrl).readGuardrails([one]));
    assert.equal(error.kind, "malformed");
    assert.match(error.message, /breaks the contract at data\.limit_usd: /u);
  });

  it("is refused where one of them cannot be read, and the others are given up", async () => {
    const service = await start({
      ledger: ledgerOf(0),
      faults: ({ path }) => (path.endsWith(one) ? { kind: "status", status: 403 } : undefined),
      latency: ({ path }) => (path.endsWith(one) ? 0 : never),
    });
    const error = await refusalOf(inventoryOf(service.baseUrl).readGuardrails([one, other]));
    assert.equal(error.kind, "unauthorized");
    while (service.traffic.aborted < 1) await new Promise(setImmediate);
  });

  it("is given up when its caller aborts", async () => {
    const service = await start({ ledger: ledgerOf(0) });
    const signal = AbortSignal.abort();
    const error = await refusalOf(inventoryOf(service.baseUrl).readGuardrails([one], { signal }));
    assert.equal(error.kind, "aborted");
  });
});
