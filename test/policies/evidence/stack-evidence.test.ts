import assert from "node:assert/strict";
import { LOCAL_MANAGEMENT_KEY } from "../../../local-service/index";
import {
  type JudgedAccount,
  keyAssignmentsType,
  pluginKeyAssignmentsType,
  StackEvidence,
} from "../../../policies/evidence/stack-evidence";
import type { KeyAssignmentsSnapshot } from "../../../provider/assignments/snapshot";
import { Credential } from "../../../provider/settings/credential";
import { services } from "../../../provider/settings/services";
import { row, snapshotOf } from "../builders";
import { readBy } from "../stack-resource";

const begin = Date.UTC(2026, 2, 1, 10);
const credential = Credential.parse(LOCAL_MANAGEMENT_KEY, { place: "the test" });
const expected: JudgedAccount = {
  service: "openrouter",
  baseUrl: services.openrouter.baseUrl,
  credential,
};
/** When it is judged. */
const later = begin + 60_000;
const rows = [row(1), row(2)];

function at(milliseconds: number): string {
  return new Date(begin + milliseconds).toISOString();
}

function props(
  changes: Partial<KeyAssignmentsSnapshot> = {},
  managementKey?: string,
): Record<string, unknown> {
  return { snapshot: readBy(snapshotOf(rows, { readAt: at(0), ...changes }), managementKey) };
}

function unknownProps(): Record<string, unknown> {
  return Object.defineProperty({}, "snapshot", {
    get() {
      throw new Error("can't run policy during preview: snapshot is not known");
    },
  });
}

function judged(resources: readonly Record<string, unknown>[], address = expected) {
  const evidence = new StackEvidence(begin);
  for (const [index, one] of resources.entries()) evidence.collect(keyAssignmentsType, `urn:${index}`, one);
  return evidence.judge(address, later);
}

function refused(resources: readonly Record<string, unknown>[], why: RegExp, address = expected): void {
  const evidence = judged(resources, address);
  assert(evidence.kind === "none", "it was accepted");
  assert(evidence.why.startsWith("could not verify: "), evidence.why);
  assert.match(evidence.why, why);
  assert.match(
    evidence.why,
    /\. (?:Add new KeyAssignments\("key-assignments"\)|Let both use one key).* "live"\.$/u,
  );
}

describe("the KeyAssignments resource as evidence", () => {
  it("is the list when it was read in this run, whole, at the pack's address", () => {
    const evidence = judged([props()]);
    assert(evidence.kind === "read");
    assert.deepEqual(evidence.value.assignments, rows);
  });

  it("is the list when the provider plugin's resource holds it, and none when the two differ", () => {
    const evidence = new StackEvidence(begin);
    evidence.collect(pluginKeyAssignmentsType, "urn:plugin", props());
    assert.equal(evidence.judge(expected, later).kind, "read");
    evidence.collect(keyAssignmentsType, "urn:dynamic", props({ assignments: [] }));
    assert.equal(evidence.judge(expected, later).kind, "none");
  });

  it("is that of the two types under which programs and the plugin register it", () => {
    for (const type of [
      "pulumi-nodejs:dynamic/guardrails:KeyAssignments",
      "guardrails:index:KeyAssignments",
    ]) {
      const evidence = new StackEvidence(begin);
      evidence.collect(type, "urn", props());
      assert.equal(evidence.judge(expected, later).kind, "read", type);
    }
  });

  it("is the list when it is empty", () => {
    assert.equal(judged([props({ assignments: [], totalCount: 0 })]).kind, "read");
  });

  it("is the list when several agree on what is assigned, however often and when they were read", () => {
    assert.equal(judged([props(), props({ readAt: at(900), requests: 7 }), props()]).kind, "read");
  });

  it("is the list beside a filtered one, a page, and one of another account", () => {
    const others = [
      props({ assignments: [], scope: { kind: "filtered", keyNames: ["x"] } }),
      props({ assignments: [], scope: { kind: "page", offset: 0, limit: 1 }, missingRows: null }),
      props({ assignments: [], baseUrl: "https://elsewhere.example/api/v1" }),
    ];
    for (const order of [
      [props(), ...others],
      [...others, props()],
    ]) {
      const evidence = judged(order);
      assert(evidence.kind === "read");
      assert.equal(evidence.value.assignments.length, 2);
    }
  });

  it("is that of the last registration under one name", () => {
    const evidence = new StackEvidence(begin);
    evidence.collect(keyAssignmentsType, "urn", unknownProps());
    evidence.collect(keyAssignmentsType, "urn", props());
    assert.equal(evidence.judge(expected, later).kind, "read");
  });

  it("is looked at in resources of that type only, and the properties of others are not touched", () => {
    const evidence = new StackEvidence(begin);
    evidence.collect("pulumi-nodejs:dynamic:Resource", "urn:0", props());
    assert.equal(evidence.judge(expected, later).kind, "none");
    evidence.collect(keyAssignmentsType, "urn:1", props());
    evidence.collect("aws:s3:Bucket", "urn:2", unknownProps());
    assert.equal(evidence.judge(expected, later).kind, "read");
  });
});

describe("the KeyAssignments resource is no evidence", () => {
  it("when there is none", () => {
    refused([], /the program has no KeyAssignments resource/u);
  });

  it("when its snapshot is not known before deployment", () => {
    refused([unknownProps()], /not known before deployment/u);
  });

  it("when one of two is not known before deployment, although the other proves the list", () => {
    refused([props(), unknownProps()], /not known before deployment/u);
    refused([unknownProps(), props()], /not known before deployment/u);
  });

  for (const [title, snapshot] of [
    ["missing", undefined],
    ["null", null],
    ["an object", snapshotOf(rows)],
    ["empty", ""],
    ["not JSON", "{"],
    ["a list", "[]"],
    ["the engine's mark of an unknown", "04da6b54-80e4-46f7-96ec-b56ff0331ba9"],
    ["without rows", JSON.stringify({ ...snapshotOf([]), assignments: undefined })],
    ["with a row that lacks its guardrail", JSON.stringify(snapshotOf(rows)).replaceAll("guardrailId", "g")],
    ["with a field more", JSON.stringify({ ...snapshotOf(rows), note: "" })],
    ["of a time that is none", JSON.stringify(snapshotOf(rows, { readAt: "soon" }))],
    ["of a later version", JSON.stringify({ ...snapshotOf(rows), version: 2 })],
  ] as const) {
    it(`when its snapshot is ${title}`, () => {
      refused([{ snapshot }], /holds no snapshot this version reads/u);
      refused([props(), { snapshot }], /holds no snapshot this version reads/u);
    });
  }

  it("when it is filtered", () => {
    refused([props({ scope: { kind: "filtered" } })], /only a part of the list/u);
  });

  it("when it is one page, also one that holds every row", () => {
    refused([props({ scope: { kind: "page", offset: 0, limit: 100 } })], /only a part of the list/u);
  });

  it("when it was read from another service or another address", () => {
    const elsewhere = { ...expected, baseUrl: "https://elsewhere.example/api/v1" };
    refused([props()], /was read from https:\/\/elsewhere\.example\/api\/v1/u, elsewhere);
    refused([props({ service: "modelgates" })], /no KeyAssignments resource was read from/u);
  });

  it("when it was read with another management key, also from the same address", () => {
    refused(
      [props({}, "mgmt-other-0123456789")],
      /another management key than the pack's.* guardrails:managementKey/u,
    );
    refused(
      [props({}, "mgmt-other-0123456789"), props({}, "mgmt-third-0123456789")],
      /another management key/u,
    );
  });

  it("when the pack has no key to compare with", () => {
    refused([props()], /the pack has no management key to compare with/u, {
      ...expected,
      credential: undefined,
    });
  });

  it("when its list is not the one that the key was used for", () => {
    const { snapshot } = props();
    assert(typeof snapshot === "string");
    refused([{ snapshot: snapshot.replace('"totalCount":2', '"totalCount":3') }], /another management key/u);
  });

  it("when it was read one millisecond before this run began", () => {
    refused([props({ readAt: at(-1) })], /was not read in this run/u);
    assert.equal(judged([props({ readAt: at(0) })]).kind, "read");
  });

  it("when it was read later than it is judged, by this machine's clock", () => {
    const ahead = props({ readAt: new Date(later + 1).toISOString() });
    refused([ahead], /was read in the future by this machine's clock \(was it stored by another\?\)/u);
    refused([props(), ahead], /was read in the future/u);
    assert.equal(judged([props({ readAt: new Date(later).toISOString() })]).kind, "read");
  });

  it("when one of several was read before this run began", () => {
    refused([props(), props({ readAt: at(-1) })], /was not read in this run/u);
    refused([props({ readAt: at(-1) }), props()], /was not read in this run/u);
  });

  it("when several differ, in a row or in a total", () => {
    refused([props(), props({ assignments: [row(1)], totalCount: 1 })], /several .* differ/u);
    refused([props(), props(), props({ totalCount: 3, missingRows: 1 })], /several .* differ/u);
  });
});
