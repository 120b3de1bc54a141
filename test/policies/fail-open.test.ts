import assert from "node:assert/strict";
import { type Fault, Ledger, type LocalService, samplePositions } from "../../provider/local-service/index";
import { services } from "../../provider/services";
import type { Environment } from "../../provider/settings";
import { type KeyAssignmentsSnapshot, writeSnapshot } from "../../provider/snapshot";
import { useServices } from "../http/reading-of";
import { row, snapshotOf } from "./builders";
import { environmentOf, type PolicyRun, violationsOf } from "./policy-run";

/*
 * Every way a pack could pass by mistake. Each begins with a configuration that passes and spoils one thing; each must
 * end as exactly one violation that says "could not verify", without a word of a missing assignment.
 */
async function assertCouldNotVerify(run: PolicyRun): Promise<void> {
  const violations = await violationsOf(run);
  assert.equal(violations.length, 1, "it passed");
  assert.match(violations[0] ?? "", /^could not verify: \S/u);
  assert.doesNotMatch(violations[0] ?? "", /no direct assignment/u);
}

const keys = [{ hash: row(1).keyHash }];
const right = { requiredKeys: keys, readTimeout: 0.4 };

describe("the policy, before anything is spoilt", () => {
  const running = useServices();

  for (const rows of [3, 250]) {
    it(`passes by a list of ${rows} rows`, async () => {
      const service = await running({ rows });
      const run = { environment: environmentOf(service), configuration: { ...right, readTimeout: 2 } };
      assert.deepEqual(await violationsOf(run), []);
    });
  }
});

describe("the policy fails closed when the configuration", () => {
  const running = useServices();
  const cases: Readonly<Record<string, unknown>> = {
    "is nothing": undefined,
    "is null": null,
    "is {}": {},
    "requires an empty list": { requiredKeys: [] },
    "misspells requiredKeys": { requiredkeys: keys },
    "misspells one more name": { ...right, evidense: "live" },
    "misspells a key's hash": { requiredKeys: [...keys, { hsah: row(2).keyHash }] },
    "misspells a key's guardrail": { requiredKeys: [{ ...keys[0], guardrial: row(1).guardrailId }] },
    "allows no guardrail at all": { requiredKeys: [{ ...keys[0], guardrail: [] }] },
    "requires a raw key": { requiredKeys: [{ hash: `sk-or-v1-${row(1).keyHash}` }] },
    "wants unknown evidence": { ...right, evidence: "cached" },
    "names an unknown service": { ...right, service: "open-router" },
    "names an empty address": { ...right, baseUrl: "" },
    "names a plain http address": { ...right, baseUrl: "http://gateway.example/api/v1" },
    "names an address the credential does not belong to": { ...right, baseUrl: "https://gateway.example/v1" },
    "sets a limit of nothing": { ...right, readTimeout: 0 },
    "sets a limit that is no number": { ...right, maxRows: "many" },
    "caps the rows below the list": { ...right, maxRows: 2 },
    "cannot be had": () => {
      throw new Error("policy configuration is not valid");
    },
    "cannot be had, and what is thrown is no error": () => {
      throw undefined;
    },
  };
  for (const [title, configuration] of Object.entries(cases)) {
    it(title, async () => {
      const service = await running();
      await assertCouldNotVerify({ environment: environmentOf(service), configuration });
    });
  }

  it("requires by a name that does not suffice, in words that tell it apart from a missing assignment", async () => {
    const service = await running();
    const configuration = { requiredKeys: [{ name: row(1).keyName }] };
    const violations = await violationsOf({ environment: environmentOf(service), configuration });
    assert.equal(violations.length, 1);
    assert.match(
      violations[0] ?? "",
      /^required keys: 1 unverified\nunverified: .* could not be verified by name/u,
    );
  });

  for (const text of ["", "null", "{}", "not json", '[{"hsah":""}]']) {
    it(`of the stack requires malformed keys: ${JSON.stringify(text)}`, async () => {
      const service = await running();
      const stack = { "guardrails:requiredKeys": text };
      await assertCouldNotVerify({ environment: environmentOf(service), configuration: right, stack });
    });
  }
});

describe("the policy fails closed when the environment", () => {
  const running = useServices();
  const cases: Readonly<Record<string, (environment: Environment) => Environment>> = {
    "holds nothing": () => ({}),
    "holds no credential": ({ GUARDRAILS_BASE_URL }) => ({ GUARDRAILS_BASE_URL }),
    "holds an empty credential": (environment) => ({ ...environment, GUARDRAILS_MANAGEMENT_KEY: "" }),
    "holds a blank credential": (environment) => ({ ...environment, GUARDRAILS_MANAGEMENT_KEY: " \n" }),
    "holds an empty address": (environment) => ({ ...environment, GUARDRAILS_BASE_URL: "" }),
    "holds an unknown service": (environment) => ({ ...environment, GUARDRAILS_SERVICE: "none" }),
    "holds a credential the service does not accept": (environment) => ({
      ...environment,
      GUARDRAILS_MANAGEMENT_KEY: "sk-or-mgmt-of-nobody-at-all",
    }),
  };
  for (const [title, change] of Object.entries(cases)) {
    it(title, async () => {
      const service = await running();
      await assertCouldNotVerify({ environment: change(environmentOf(service)), configuration: right });
    });
  }
});

const faults: Readonly<Record<string, Fault>> = {
  "400": { kind: "status", status: 400 },
  "401": { kind: "status", status: 401 },
  "401 without a body": { kind: "status", status: 401, body: "none" },
  "403 that repeats the credential": { kind: "echo-credential" },
  "404": { kind: "status", status: 404 },
  "429 for a minute": { kind: "status", status: 429, headers: { "retry-after": "60" } },
  "500": { kind: "status", status: 500 },
  "503": { kind: "status", status: 503 },
  "204 without a body": { kind: "status", status: 204, body: "none" },
  "a redirect": { kind: "redirect", location: "https://elsewhere.example/" },
  "an empty object": { kind: "json", value: {} },
  "an empty list": { kind: "json", value: [] },
  null: { kind: "json", value: null },
  "an error with 200": { kind: "json", value: { error: { code: 500, message: "sorry" } } },
  "no total": { kind: "edited-page", edit: ({ data }) => ({ data }) },
  "no rows": { kind: "edited-page", edit: ({ total_count }) => ({ total_count }) },
  "a total of text": { kind: "edited-page", edit: ({ data }) => ({ data, total_count: "3" }) },
  "a total too low": { kind: "edited-page", edit: ({ data }) => ({ data, total_count: 2 }) },
  "a total of nothing": { kind: "edited-page", edit: ({ data }) => ({ data, total_count: 0 }) },
  "a row without its guardrail": {
    kind: "edited-page",
    edit: ({ data, total_count }) => ({
      data: data.map(({ guardrail_id: _, ...rest }) => rest),
      total_count,
    }),
  },
  "a row twice": {
    kind: "edited-page",
    edit: ({ data, total_count }) => ({ data: [...data, ...data], total_count: total_count * 2 }),
  },
  "half a page of JSON": { kind: "invalid-json" },
  "nothing, with 200": { kind: "raw", body: "" },
  "a web page": { kind: "html-200" },
  "another content type": { kind: "wrong-content-type" },
  "another charset": { kind: "wrong-charset", declared: "utf-16le" },
  "a page of a gibibyte": { kind: "gzip-bomb" },
  "a reset": { kind: "reset-before" },
  "a reset in the middle": { kind: "reset-within" },
  "half of what was promised": { kind: "truncated" },
  "no answer": { kind: "no-answer" },
  "an answer that drips": { kind: "drip", interval: 50 },
  "an endless answer": { kind: "endless" },
};

describe("the policy fails closed when the service answers with", () => {
  const running = useServices();
  for (const [title, fault] of Object.entries(faults)) {
    it(title, async () => {
      const service = await running({ faults: () => fault });
      await assertCouldNotVerify({ environment: environmentOf(service), configuration: right });
    });
  }

  const lists: Readonly<Record<string, (service: LocalService) => void>> = {
    "a list whose total is cut at a page's end": (service) => {
      service.total = 100;
    },
    "a list whose second page fails": (service) => {
      service.faults = ({ offset }) => (offset === 0 ? undefined : { kind: "status", status: 500 });
    },
    "a list whose pages have another total each": (service) => {
      service.total = ({ index, trueTotal }) => trueTotal + index;
    },
    "a list that changes before every page": (service) => {
      service.beforePage = () => void service.ledger.assign({}, { at: "start" });
    },
    "a list whose later pages repeat the first": (service) => {
      const first = service.ledger.page({ limit: 100 }).data;
      service.faults = () => ({
        kind: "edited-page",
        edit: ({ total_count }) => ({ data: first, total_count }),
      });
    },
  };
  for (const [title, spoil] of Object.entries(lists)) {
    it(title, async () => {
      const service = await running({ ledger: new Ledger({ positions: samplePositions(250) }) });
      spoil(service);
      await assertCouldNotVerify({
        environment: environmentOf(service),
        configuration: { requiredKeys: keys, readTimeout: 2 },
      });
    });
  }

  it("nothing, because it is not there", async () => {
    const service = await running();
    await service.close();
    await assertCouldNotVerify({ environment: environmentOf(service), configuration: right });
  });
});

describe("the policy fails closed when the stack's evidence is", () => {
  const snapshot = (changes: Partial<KeyAssignmentsSnapshot> = {}) => ({
    snapshot: writeSnapshot(snapshotOf([row(1)], { readAt: new Date().toISOString(), ...changes })),
  });
  const unknown = Object.defineProperty({}, "snapshot", {
    get() {
      throw new Error("not known");
    },
  });
  const cases: Readonly<Record<string, () => Record<string, unknown>[]>> = {
    absent: () => [],
    unknown: () => [unknown],
    "unknown beside one that is known": () => [snapshot(), unknown],
    malformed: () => [{ snapshot: "{}" }],
    empty: () => [{ snapshot: "" }],
    "without a snapshot": () => [{}],
    filtered: () => [snapshot({ scope: { kind: "filtered", keyHashes: [row(1).keyHash] } })],
    partial: () => [snapshot({ scope: { kind: "page", offset: 0, limit: 100 }, missingRows: null })],
    "of another address": () => [snapshot({ baseUrl: "https://elsewhere.example/api/v1" })],
    "of another service": () => [snapshot({ ...services.modelgates, service: "modelgates" })],
    old: () => [snapshot({ readAt: new Date(Date.now() - 60_000).toISOString() })],
    contradictory: () => [snapshot(), snapshot({ assignments: [row(1), row(2)], totalCount: 2 })],
    "of a later version": () => [{ snapshot: JSON.stringify({ ...snapshotOf([row(1)]), version: 2 }) }],
  };
  for (const [title, resources] of Object.entries(cases)) {
    it(title, async () => {
      const configuration = { requiredKeys: keys, evidence: "stack" };
      await assertCouldNotVerify({ environment: {}, configuration, resources });
    });
  }
});
