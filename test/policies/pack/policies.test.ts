import assert from "node:assert/strict";
import Ajv from "ajv";
import type { LocalService } from "../../../local-service/index";
import { overridable, settingsName } from "../../../policies/configuration/shared-settings";
import { createGuardrailsPolicies } from "../../../policies/pack/policies";
import { services } from "../../../provider/settings/services";
import { useServices } from "../../http/reading-of";
import { absentGuardrail, row, snapshotOf } from "../builders";
import { environmentOf, runPolicies, violationsOf } from "../policy-run";
import { keyAssignmentsResource, readBy, readerEnvironment } from "../stack-resource";

/** The key of the service's n-th row. */
function keyOf(service: LocalService, n: number) {
  const found = service.ledger.assignments()[n];
  assert(found !== undefined);
  return { hash: found.keyHash };
}

describe("the policies of the pack", () => {
  const policies = createGuardrailsPolicies();

  it("are the settings, which must come first, and the rules as the engine shows them, by severity and name", () => {
    assert.deepEqual(
      policies.map(({ name }) => name),
      [
        settingsName,
        "required-keys-guarded",
        ...["approved-guardrails-only", "declared-keys-guarded", "no-unguarded-keys"],
        "guardrails-enforce-something",
      ],
    );
  });

  it("are mandatory, with a summary for people and what Pulumi shows besides", () => {
    for (const policy of policies) {
      assert.equal(policy.enforcementLevel, "mandatory");
      assert(["low", "medium", "high", "critical"].includes(policy.severity ?? ""));
      for (const text of [policy.description, policy.displayName, policy.remediationSteps]) {
        assert.match(text ?? "", /^[A-Z].*\S$/u);
      }
      assert.match(policy.url ?? "", /^https:\/\//u);
      assert(policy.tags?.includes("guardrails"));
      assert.match(policy.framework?.name ?? "", /\S/u);
    }
  });

  it("have a schema that names the settings their configuration takes", () => {
    const further: Readonly<Record<string, readonly string[]>> = {
      [settingsName]: ["requiredKeys", "waivers", "maxWaiverDays"],
      "required-keys-guarded": ["requiredKeys"],
      "no-unguarded-keys": ["exempt"],
      "approved-guardrails-only": ["approved", "keys"],
      "guardrails-enforce-something": ["require", "requiredKeys"],
      "declared-keys-guarded": [],
    };
    for (const { name, configSchema } of policies) {
      const names = [...Object.keys(overridable), ...(further[name] ?? [])];
      assert.deepEqual(Object.keys(configSchema?.properties ?? {}).toSorted(), names.toSorted(), name);
    }
  });

  it("have no schema that shows names people wrote, asks something of a disabled rule, or does not travel", () => {
    for (const { name, configSchema } of policies) {
      const text = JSON.stringify(configSchema);
      for (const word of ["additionalProperties", "propertyNames", "required", "default", "$ref", "$defs"]) {
        assert(!text.includes(`"${word}":`), `${name}: ${word}`);
      }
    }
  });

  it("have a schema that refuses also what is wrong inside of an entry, a key pasted for a hash left to the rule", () => {
    const properties = policies.find(({ name }) => name === "required-keys-guarded")?.configSchema
      ?.properties;
    const takes = new Ajv({ strict: false }).compile({ type: "object", properties });
    const entry = (changes: object) => ({ requiredKeys: [{ hash: "ab".repeat(32), ...changes }] });
    const id = "c1b22b16-05a0-4b24-8353-6273a5c32a0f";
    assert(takes(entry({ guardrail: id })) && takes(entry({ guardrail: [id.toUpperCase()] })));
    assert(!takes(entry({ guardrail: "production" })) && !takes(entry({ guardrail: [] })));
    assert(!takes(entry({ assignedNameSuffices: "yes" })) && !takes(entry({ name: "" })));
    assert(takes(entry({ hash: `sk-or-v1-${"5e1f".repeat(16)}` })) && takes(entry({ misspelt: 1 })));
  });
});

describe("the policy, as the pack SDK calls it", () => {
  const running = useServices();

  it("reports nothing when the live list assigns every required key a guardrail", async () => {
    const service = await running({ rows: 250 });
    const configuration = { requiredKeys: [keyOf(service, 0), keyOf(service, 249)] };
    assert.deepEqual(await violationsOf({ environment: environmentOf(service), configuration }), []);
    assert(service.requests.length >= 3);
  });

  it("reports one violation that names every key in the way, and does not call it a doubt", async () => {
    const service = await running();
    const unguarded = row(77).keyHash;
    service.ledger.addKey(row(77));
    const requiredKeys = [
      keyOf(service, 0),
      { ...keyOf(service, 1), guardrail: absentGuardrail },
      { hash: unguarded },
    ];
    const violations = await violationsOf({
      environment: environmentOf(service),
      configuration: { requiredKeys },
    });
    assert.equal(violations.length, 1);
    const [text = ""] = violations;
    assert.match(text, /^2 of 3 required keys fail \(OpenRouter at /u);
    assert.match(
      text,
      new RegExp(`^UNGUARDED {2}1 key, no direct assignment .*\\n.* {2}${unguarded.slice(0, 8)}$`, "mu"),
    );
    assert.doesNotMatch(text, /could not/u);
  });

  it("adds the keys of the stack's guardrails:requiredKeys to its own", async () => {
    const service = await running();
    const unguarded = row(77).keyHash;
    service.ledger.addKey(row(77));
    const [text = ""] = await violationsOf({
      environment: environmentOf(service),
      configuration: { requiredKeys: [keyOf(service, 0)] },
      stack: { "guardrails:requiredKeys": JSON.stringify([{ hash: unguarded }]) },
    });
    assert.match(text, /^1 of 2 required keys fails \(OpenRouter at /u);
  });

  it("takes no address, service or credential from the stack's configuration", async () => {
    const service = await running();
    const other = await running({ rows: 0 });
    const configuration = { requiredKeys: [keyOf(service, 0)] };
    const stack = {
      "guardrails:baseUrl": other.baseUrl,
      "guardrails:service": "modelgates",
      "guardrails:managementKey": "sk-or-mgmt-of-the-stack",
      "guardrails:readTimeout": "nonsense",
    };
    assert.deepEqual(await violationsOf({ environment: environmentOf(service), configuration, stack }), []);
    assert.equal(other.requests.length, 0);
  });

  it("reads once, whatever the number of keys", async () => {
    const service = await running();
    const requiredKeys = [0, 1, 2, 0, 1].map((n) => keyOf(service, n));
    await violationsOf({ environment: environmentOf(service), configuration: { requiredKeys } });
    assert.deepEqual(
      service.requests.map(({ query }) => query),
      ["offset=0&limit=100", "offset=3&limit=100"],
    );
  });
});

describe("the policy with stack evidence", () => {
  const running = useServices();
  const configuration = { requiredKeys: [{ hash: row(1).keyHash }], evidence: "stack" };
  const resources = () => [
    keyAssignmentsResource({
      snapshot: readBy(snapshotOf([row(1)], { readAt: new Date().toISOString() })),
    }),
  ];

  it("judges by the program's resource, without a request", async () => {
    assert.deepEqual(await violationsOf({ environment: readerEnvironment, configuration, resources }), []);
  });

  it("expects the resource to be read from the address of the pack's own environment", async () => {
    const environment = { GUARDRAILS_BASE_URL: "https://gateway.example/api/v1" };
    const [text = ""] = await violationsOf({ environment, configuration, resources });
    assert.match(
      text,
      /^could not verify: no KeyAssignments resource was read from https:\/\/gateway\.example/u,
    );
  });

  it("reports a key the resource does not list", async () => {
    const requiredKeys = [{ hash: row(2).keyHash }];
    const [text = ""] = await violationsOf({
      environment: readerEnvironment,
      configuration: { ...configuration, requiredKeys },
      resources,
    });
    assert.match(text, /^the only required key fails \(OpenRouter, read \S+Z\)\nUNGUARDED /u);
  });

  it("does not fall back to it when the live list cannot be read", async () => {
    const service = await running({ faults: () => ({ kind: "status", status: 401 }) });
    const [text = ""] = await violationsOf({
      environment: environmentOf(service),
      configuration: { requiredKeys: configuration.requiredKeys },
      resources,
    });
    assert.match(text, /^could not verify: .*401/u);
  });

  it("does not fall back to a live list when there is no resource", async () => {
    const service = await running();
    const [text = ""] = await violationsOf({
      environment: environmentOf(service),
      configuration: { ...configuration, requiredKeys: [keyOf(service, 0)] },
    });
    assert.match(text, /^could not verify: the program has no KeyAssignments resource/u);
    assert.equal(service.requests.length, 0);
  });

  it("knows nothing of the inventory and of what guardrails enforce, and asks nobody", async () => {
    const service = await running();
    const { violations } = await runPolicies({
      environment: { ...environmentOf(service), ...readerEnvironment },
      configuration: {
        [settingsName]: { evidence: "stack", baseUrl: services.openrouter.baseUrl },
        "required-keys-guarded": { requiredKeys: [{ name: row(1).keyName }] },
        "guardrails-enforce-something": { require: [], requiredKeys: configuration.requiredKeys },
      },
      resources,
    });
    assert.deepEqual(
      violations.map(({ policy }) => policy),
      ["required-keys-guarded", "guardrails-enforce-something"],
    );
    const [byName, content] = violations;
    assert.match(
      byName?.text ?? "",
      /^could not verify: the inventory of all keys is not in a KeyAssignments/u,
    );
    assert.match(
      content?.text ?? "",
      /^could not verify: the content of guardrails is not in a KeyAssignments/u,
    );
    assert.equal(service.requests.length, 0);
  });
});
