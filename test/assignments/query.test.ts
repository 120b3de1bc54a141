import assert from "node:assert/strict";
import { sampleAssignment } from "../../local-service/index";
import {
  applyScope,
  type KeyAssignmentsQuery,
  keyHashText,
  parseQuery,
  queryNames,
} from "../../provider/assignments/query";
import type { KeyAssignmentsSnapshot, SnapshotScope } from "../../provider/assignments/snapshot";

const hash = "0e".repeat(32);
const guardrailId = "0b6f1c52-6b54-4d29-9d3a-1f6f3f0a7c11";

describe("a query for assignments", () => {
  const asked: readonly (readonly [title: string, KeyAssignmentsQuery, SnapshotScope])[] = [
    ["the whole list where nothing is given", {}, { kind: "complete" }],
    [
      "the whole list where all is undefined",
      { offset: undefined, keyNames: undefined },
      { kind: "complete" },
    ],
    [
      "a part of it where filters are given, ids in lower case",
      { guardrailId: guardrailId.toUpperCase(), keyHashes: [hash.toUpperCase()], keyNames: ["Prod"] },
      { kind: "filtered", guardrailId, keyHashes: [hash], keyNames: ["Prod"] },
    ],
    ["the first rows where only a limit is given", { limit: 7 }, { kind: "page", offset: 0, limit: 7 }],
    ["a page of 50 where only an offset is given", { offset: 3 }, { kind: "page", offset: 3, limit: 50 }],
    ["the longest page there is", { offset: 0, limit: 100 }, { kind: "page", offset: 0, limit: 100 }],
  ];
  for (const [title, query, scope] of asked)
    it(`asks for ${title}`, () => assert.deepEqual(parseQuery(query), scope));

  const hashes =
    "must be a list, not empty, of key hashes: 64 hexadecimal characters each, never the key itself";
  const together = "argument offset or limit cannot be combined with filters: filters need the whole list";
  const known = `the only arguments that choose rows are ${queryNames.join(", ")}`;
  const refused: readonly (readonly [title: string, query: object, what: string])[] = [
    [
      "a guardrail that is no UUID",
      { guardrailId: "x" },
      "argument guardrailId must be the UUID of a guardrail, not its name",
    ],
    ["no hash", { keyHashes: [] }, `argument keyHashes ${hashes}`],
    ["a hash that is too long", { keyHashes: [`${hash}0`] }, `argument keyHashes ${hashes}`],
    ["a hash that begins too early", { keyHashes: [`0${hash}`] }, `argument keyHashes ${hashes}`],
    ["no name", { keyNames: [] }, "argument keyNames must be a list, not empty, of key names"],
    ["an empty name", { keyNames: [""] }, "argument keyNames must be a list, not empty, of key names"],
    ["a negative offset", { offset: -1 }, "argument offset must be a whole number from 0"],
    ["a page of nothing", { limit: 0 }, "argument limit must be a whole number from 1 to 100"],
    ["a page and a filter", { limit: 1, keyNames: ["x"] }, together],
    ["an offset and a filter", { offset: 1, keyHashes: [hash] }, together],
    ["what is unknown", { x: 1 }, `${known}, not x`],
    ["a misspelt name", { keyName: ["x"] }, `${known}, not keyName (did you mean keyNames?)`],
    [
      "two arguments and what is unknown by the first",
      { x: 1, limit: 0, offset: -1 },
      "argument offset must be a whole number from 0",
    ],
  ];
  for (const [title, query, what] of refused)
    it(`refuses ${title}`, () => {
      const message = `${what}. See the arguments of getKeyAssignments.`;
      assert.throws(() => parseQuery(query), { name: "GuardrailsError", kind: "configuration", message });
    });

  it("says of a key's hash by itself what it has to be", () => {
    const { error } = keyHashText.safeParse(hash.slice(1));
    const message = "must be a key's hash: 64 hexadecimal characters, never the key itself";
    assert.deepEqual(
      error?.issues.map((issue) => issue.message),
      [message],
    );
  });
});

describe("what a query leaves of the whole list", () => {
  const rows = [1, 2, 3].map((number) => ({
    ...sampleAssignment(number),
    keyHash: `${"AB".repeat(31)}0${number}`,
    guardrailId: guardrailId.toUpperCase(),
  }));
  const complete: KeyAssignmentsSnapshot = {
    version: 1,
    assignments: rows,
    totalCount: 5,
    missingRows: 2,
    scope: { kind: "complete" },
    service: "openrouter",
    baseUrl: "https://openrouter.ai/api/v1",
    readAt: "2026-08-01T12:00:00.000Z",
    requests: 2,
  };

  it("is the list itself, not a copy, where it names no filter", () => {
    assert.equal(applyScope(complete, parseQuery({})), complete);
  });

  it("is what passes every filter, whatever the case of the service's ids", () => {
    const [one, other] = rows.map(({ keyHash }) => keyHash);
    assert(one !== undefined && other !== undefined);
    for (const [query, expected] of [
      [{ guardrailId }, rows],
      [{ keyHashes: [one, other] }, rows.slice(0, 2)],
      [{ keyHashes: [one, other], keyNames: [rows[1]?.keyName ?? ""] }, rows.slice(1, 2)],
      [{ guardrailId: hash.slice(0, 8) + guardrailId.slice(8), keyHashes: [one] }, []],
    ] as const) {
      const scope = parseQuery(query);
      assert.deepEqual(applyScope(complete, scope), { ...complete, assignments: expected, scope });
    }
  });
});
