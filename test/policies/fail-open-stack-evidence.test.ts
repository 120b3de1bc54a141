import assert from "node:assert/strict";
import { settingsName } from "../../policies/configuration/shared-settings";
import { type KeyAssignmentsSnapshot, writeSnapshot } from "../../provider/assignments/snapshot";
import { services } from "../../provider/settings/services";
import { useServices } from "../http/reading-of";
import { row, snapshotOf } from "./builders";
import { assertCouldNotVerify, completeRun, everyRule, type RuleName } from "./fail-open-run";
import { environmentOf, type PolicyRun, runPolicies } from "./policy-run";
import {
  keyAssignmentsResource,
  readBy,
  readerEnvironment,
  type StackResource,
  unknownValue,
} from "./stack-resource";

const byTheList: readonly RuleName[] = ["approved-guardrails-only", "required-keys-guarded"];

/** The rules that the list of assignments alone can satisfy, by the evidence of the program. */
function runBy(resources: PolicyRun["resources"], changes: Partial<PolicyRun> = {}): PolicyRun {
  const configuration = {
    [settingsName]: { evidence: "stack", requiredKeys: [{ hash: row(1).keyHash }] },
    "approved-guardrails-only": everyRule["approved-guardrails-only"],
  };
  return {
    environment: readerEnvironment,
    configuration,
    ...(resources === undefined ? {} : { resources }),
    ...changes,
  };
}

function listed(changes: Partial<KeyAssignmentsSnapshot> = {}): KeyAssignmentsSnapshot {
  return snapshotOf([row(1)], { readAt: new Date().toISOString(), ...changes });
}

function snapshot(
  changes: Partial<KeyAssignmentsSnapshot> = {},
  managementKey?: string,
): { readonly snapshot: string } {
  return { snapshot: readBy(listed(changes), managementKey) };
}

const otherKey = "mgmt-of-another-account-0d9f27";

function resource(props: StackResource["props"], name?: string): StackResource {
  return keyAssignmentsResource(props, name);
}

describe("the pack fails closed when the program's evidence is", () => {
  it("nothing wrong: then it passes", async () => {
    assert.deepEqual((await runPolicies(runBy(() => [resource(snapshot())]))).violations, []);
  });

  it("not wrong, read with the stack's key where the environment has none for that address", async () => {
    const run = runBy(() => [resource(snapshot({}, otherKey))], {
      environment: {},
      stack: { "guardrails:managementKey": otherKey },
    });
    assert.deepEqual((await runPolicies(run)).violations, []);
  });

  it("not wrong, beside that of another account of the same address", async () => {
    const own = () => resource(snapshot());
    const other = () => resource(snapshot({ assignments: [], totalCount: 0 }, otherKey), "other");
    for (const resources of [() => [own(), other()], () => [other(), own()]]) {
      assert.deepEqual((await runPolicies(runBy(resources))).violations, []);
    }
  });

  const keys = {
    "of another account of the same address": { environment: readerEnvironment, stack: {} },
    "of the stack's account, where the environment's is another": {
      environment: readerEnvironment,
      stack: { "guardrails:managementKey": otherKey },
    },
    "of an account that neither environment nor stack has a key of": { environment: {}, stack: {} },
    "of an account whose key the stack has for another address": {
      environment: {},
      stack: {
        "guardrails:managementKey": otherKey,
        "guardrails:baseUrl": "https://elsewhere.example/api/v1",
      },
    },
  };
  for (const [title, places] of Object.entries(keys)) {
    it(title, async () => {
      const run = runBy(() => [resource(snapshot({}, otherKey))], places);
      const { violations } = await assertCouldNotVerify(run, byTheList);
      assert(!JSON.stringify(violations).includes(otherKey));
    });
  }

  const cases: Readonly<Record<string, () => readonly StackResource[]>> = {
    absent: () => [],
    "of another type": () => [{ ...resource(snapshot()), type: "pulumi-nodejs:dynamic:Resource" }],
    unknown: () => [resource({ snapshot: unknownValue })],
    "unknown beside one that is known": () => [
      resource(snapshot()),
      resource({ snapshot: unknownValue }, "other"),
    ],
    malformed: () => [resource({ snapshot: "{}" })],
    empty: () => [resource({ snapshot: "" })],
    "no text": () => [resource({ snapshot: { assignments: [] } })],
    "without a snapshot": () => [resource({})],
    "without a word of the key that it was read with": () => [
      resource({ snapshot: writeSnapshot(listed()) }),
    ],
    "changed after it was read": () => [
      resource({ snapshot: snapshot().snapshot.replace(row(1).keyHash, row(2).keyHash) }),
    ],
    filtered: () => [resource(snapshot({ scope: { kind: "filtered", keyHashes: [row(1).keyHash] } }))],
    partial: () => [
      resource(snapshot({ scope: { kind: "page", offset: 0, limit: 100 }, missingRows: null })),
    ],
    "of another address": () => [resource(snapshot({ baseUrl: "https://elsewhere.example/api/v1" }))],
    "of another service": () => [resource(snapshot({ ...services.modelgates, service: "modelgates" }))],
    old: () => [resource(snapshot({ readAt: new Date(Date.now() - 60_000).toISOString() }))],
    "from the future, stored by a clock an hour ahead": () => [
      resource(snapshot({ readAt: new Date(Date.now() + 3_600_000).toISOString() })),
    ],
    "from the future, beside one of now": () => [
      resource(snapshot()),
      resource(snapshot({ readAt: new Date(Date.now() + 60_000).toISOString() }), "other"),
    ],
    "old in what this run registers, though its outputs are new": () => [
      { ...resource(snapshot({ readAt: new Date(Date.now() - 60_000).toISOString() })), outputs: snapshot() },
    ],
    "only in the state, left out of this run": () => [{ ...resource(snapshot()), registered: false }],
    contradictory: () => [
      resource(snapshot()),
      resource(snapshot({ assignments: [row(1), row(2)], totalCount: 2 }), "other"),
    ],
    "of a later version": () => [
      resource({ snapshot: JSON.stringify({ ...snapshotOf([row(1)]), version: 2 }) }),
    ],
  };
  for (const [title, resources] of Object.entries(cases)) {
    it(title, async () => {
      await assertCouldNotVerify(runBy(resources), byTheList);
    });
  }

  it("asked for what it cannot hold: the inventory, or the content of guardrails", async () => {
    const configuration = {
      [settingsName]: { evidence: "stack" },
      "required-keys-guarded": { requiredKeys: [{ name: row(1).keyName }] },
      "no-unguarded-keys": { exempt: [{ pattern: "*" }] },
      "guardrails-enforce-something": { require: [], requiredKeys: [{ hash: row(1).keyHash }] },
    };
    const run = runBy(() => [resource(snapshot())], { configuration });
    const judgedByMore = [
      "guardrails-enforce-something",
      "no-unguarded-keys",
      "required-keys-guarded",
    ] as const;
    await assertCouldNotVerify(run, judgedByMore);
  });
});

describe("evidence that is chosen", () => {
  const running = useServices();

  it("is not replaced by the service's when the program has none", async () => {
    const service = await running({ rows: 4 });
    await assertCouldNotVerify(
      runBy(() => [], { environment: environmentOf(service) }),
      byTheList,
    );
    assert.equal(service.requests.length, 0);
  });

  it("is not replaced by the program's when the service cannot be read", async () => {
    const service = await running({ rows: 4, faults: () => ({ kind: "status", status: 401 }) });
    const { baseUrl } = service;
    const configuration = { ...everyRule, [settingsName]: { requiredKeys: [{ hash: row(1).keyHash }] } };
    const run = completeRun(service, { configuration, resources: () => [resource(snapshot({ baseUrl }))] });
    await assertCouldNotVerify(run, [
      "approved-guardrails-only",
      "guardrails-enforce-something",
      "no-unguarded-keys",
      "required-keys-guarded",
    ]);
  });
});
