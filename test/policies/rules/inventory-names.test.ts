import assert from "node:assert/strict";
import type { ApiKey } from "../../../provider/inventory/contract";
import {
  apiKey,
  guardrail,
  hashRequired,
  inventoryOf,
  listOf,
  nameRequired,
  noEvidence,
  noon,
  otherGuardrail,
  patternRequired,
  row,
} from "../builders";
import { type Judged, judgeRequired } from "../judging";

const gateway = nameRequired("prod-gateway", { suffices: false });

/** A key called `prod-gateway`. */
function gatewayKey(n: number, changes: Partial<ApiKey> = {}): ApiKey {
  return apiKey(n, { name: "prod-gateway", ...changes });
}

/** By the keys of an inventory, of which those of these rows are assigned `guardrail`. */
function judged(required: Parameters<typeof judgeRequired>[0], keys: readonly ApiKey[], rows: number[] = []) {
  const assignments = listOf(rows.map((n) => row(n, { keyName: "prod-gateway" })));
  return judgeRequired(required, { assignments, inventory: inventoryOf(keys) });
}

function statesIn({ findings }: Judged) {
  return findings.map(({ state, key }) => [state, key.hash]);
}

const { keyHash: first } = row(1);
const { keyHash: second } = row(2);

describe("a name required over the inventory", () => {
  it("is guarded when the one key of that name is assigned", async () => {
    assert.deepEqual(statesIn(await judged([gateway], [gatewayKey(1), apiKey(2)], [1])), [
      ["guarded", first],
    ]);
  });

  it("shows the rotated key: the old one of that name is assigned, the new one is not", async () => {
    const report = await judged([gateway], [gatewayKey(1), gatewayKey(2)], [1]);
    assert.deepEqual(statesIn(report), [
      ["guarded", first],
      ["unguarded", second],
    ]);
    const [, rotated] = report.findings;
    assert.deepEqual(rotated?.key.name, "prod-gateway");
    assert.equal(rotated?.key.label, row(2).keyLabel);
  });

  const enableIt = "enable the key, or take the requirement out.";
  const makeAnother = "make a new key that it matches, or take the requirement out.";
  for (const [title, changes, because, advice] of [
    ["disabled", { disabled: true }, "is disabled", enableIt],
    ["expired this very moment", { expiresAt: new Date(noon).toISOString() }, "has expired", makeAnother],
    ["expired long ago", { expiresAt: "2020-01-01T00:00:00Z" }, "has expired", makeAnother],
  ] as const) {
    it(`leaves out a key of that name that is ${title}`, async () => {
      const keys = [gatewayKey(1), gatewayKey(2, changes)];
      assert.deepEqual(statesIn(await judged([gateway], keys, [1])), [["guarded", first]]);
    });

    it(`is a violation of its own when the only key of that name is ${title}, assigned or not`, async () => {
      for (const rows of [[], [1]]) {
        const { findings } = await judged([gateway], [gatewayKey(1, changes)], rows);
        assert.deepEqual(
          findings.map(({ state, key, reason }) => [state, key.name, key.hash, reason]),
          [
            [
              "missing",
              "prod-gateway",
              undefined,
              `is required by name in guardrails-settings.requiredKeys[0], and no enabled key of the account matches (the only key that does ${because})`,
            ],
          ],
        );
        assert.equal(findings[0]?.advice, `Correct the requirement, ${advice}`);
      }
    });
  }

  it("is told of several keys of that name how many are disabled and how many have expired", async () => {
    const expiresAt = "2020-01-01T00:00:00Z";
    const keys = [
      gatewayKey(1, { disabled: true }),
      gatewayKey(2, { disabled: true }),
      gatewayKey(3, { expiresAt }),
    ];
    const { findings } = await judged([gateway], keys);
    assert.match(findings[0]?.reason ?? "", / matches \(of those that do 2 are disabled, 1 has expired\)$/u);
    assert(findings[0]?.advice.endsWith(enableIt));
  });

  it("asks whether an enabled key of a similar name was meant, where no enabled key has that name", async () => {
    const misspelt = nameRequired("prod-gatway", { suffices: false });
    const keys = [gatewayKey(1), apiKey(2, { name: "prod-gatway", disabled: true }), apiKey(3)];
    const { findings } = await judged([misspelt], keys, [1]);
    assert.deepEqual(
      findings.map(({ state, reason }) => [state, reason]),
      [
        [
          "missing",
          'is required by name in guardrails-settings.requiredKeys[0], and no enabled key of the account matches (the only key that does is disabled; did you mean "prod-gateway"?)',
        ],
      ],
    );
  });

  for (const [title, expiresAt] of [
    ["expires a millisecond later", new Date(noon + 1).toISOString()],
    ["expires at a time nobody can read", "soon"],
  ] as const) {
    it(`judges a key that ${title}`, async () => {
      assert.deepEqual(statesIn(await judged([gateway], [gatewayKey(1, { expiresAt })])), [
        ["unguarded", first],
      ]);
    });
  }

  it("is a violation of its own when no key has that name, although an assignment shows it", async () => {
    // What the list calls a key may be older than the inventory: the inventory decides.
    const { findings } = await judged([gateway], [apiKey(1, { name: "renamed" })], [1]);
    assert.deepEqual(
      findings.map(({ state, reason }) => [state, reason.includes("no enabled key")]),
      [["missing", true]],
    );
  });

  it("takes the name from the inventory, not from the assignment", async () => {
    const assignments = listOf([row(1, { keyName: "before" })]);
    const { findings } = await judgeRequired([gateway], {
      assignments,
      inventory: inventoryOf([gatewayKey(1)]),
    });
    assert.deepEqual(
      findings.map(({ state, key }) => [state, key.name]),
      [["guarded", "prod-gateway"]],
    );
  });

  it("asks for the guardrail of each key of that name", async () => {
    const assignments = listOf([row(1), row(2, { guardrailId: otherGuardrail })]);
    const required = [nameRequired("prod-gateway", { suffices: false, guardrails: [guardrail] })];
    const report = await judgeRequired(required, {
      assignments,
      inventory: inventoryOf([gatewayKey(1), gatewayKey(2)]),
    });
    assert.deepEqual(statesIn(report), [
      ["guarded", first],
      ["wrong-guardrail", second],
    ]);
  });

  it("is unverified without the inventory, which is asked for", async () => {
    const report = await judgeRequired([gateway], { assignments: listOf([row(1)]), inventory: noEvidence });
    assert.deepEqual(statesIn(report), [["unverified", undefined]]);
    assert.deepEqual(report.problems, [noEvidence]);
  });

  it("is unverified without the list, although the inventory is there", async () => {
    const report = await judgeRequired([gateway], {
      assignments: noEvidence,
      inventory: inventoryOf([gatewayKey(1)]),
    });
    assert.deepEqual(statesIn(report), [["unverified", undefined]]);
    assert.equal(report.problems.length, 1);
  });

  it("says once what could not be read, however many names wait for it", async () => {
    const required = [gateway, nameRequired("batch", { suffices: false }), patternRequired("*")];
    const report = await judgeRequired(required, { assignments: listOf([]), inventory: noEvidence });
    assert.deepEqual([report.findings.length, report.problems.length], [3, 1]);
  });
});

describe("a pattern required over the inventory", () => {
  const keys = [
    apiKey(1, { name: "prod-gateway" }),
    apiKey(2, { name: "prod-search" }),
    apiKey(3, { name: "prod-" }),
    apiKey(4, { name: "Prod-gateway" }),
    apiKey(5, { name: "pro" }),
    apiKey(6, { name: "staging-gateway" }),
    apiKey(7, { name: "prod*gateway" }),
    apiKey(8, { name: "prod-off", disabled: true }),
  ];

  for (const [pattern, matching] of [
    ["prod-*", [1, 2, 3]],
    ["*-gateway", [1, 4, 6]],
    ["prod*gateway", [1, 7]],
    ["*rod-*e*a*", [1, 2, 4]],
    ["prod-gateway", [1]],
    ["pro", [5]],
    ["*", [1, 2, 3, 4, 5, 6, 7]],
    ["**", [1, 2, 3, 4, 5, 6, 7]],
    ["prod-*-gateway", []],
  ] as const) {
    it(`${pattern} judges every enabled key that matches and no other`, async () => {
      const { findings } = await judged([patternRequired(pattern)], keys);
      const expected = matching.map((n) => row(n).keyHash).toSorted();
      if (matching.length > 0) {
        assert.deepEqual(findings.map(({ key }) => key.hash).toSorted(), expected);
        return;
      }
      assert.deepEqual(
        findings.map(({ state, key }) => [state, key.name]),
        [["missing", pattern]],
      );
      assert.match(
        findings[0]?.reason ?? "",
        /^is required by pattern in guardrails-settings\.requiredKeys\[0\], and no enabled key of the account matches/u,
      );
    });
  }

  it("passes when all that match are assigned, and not when one of them is not", async () => {
    const states = async (...rows: number[]) =>
      (await judged([patternRequired("prod-*")], keys, rows)).findings.map(({ state }) => state).toSorted();
    assert.deepEqual(await states(1, 2, 3), ["guarded", "guarded", "guarded"]);
    assert.deepEqual(await states(1, 3), ["guarded", "guarded", "unguarded"]);
  });
});

describe("requirements that overlap", () => {
  it("are judged one by one: a key may comply with one and not with the other", async () => {
    const required = [
      patternRequired("prod-*"),
      nameRequired("prod-gateway", { guardrails: [otherGuardrail] }),
    ];
    const report = await judged(required, [gatewayKey(1)], [1]);
    assert.deepEqual(statesIn(report), [
      ["guarded", first],
      ["wrong-guardrail", first],
    ]);
  });
});

describe("a hash required beside a name, so that the inventory was read", () => {
  const named = patternRequired("*");
  const byHash = hashRequired(second);

  it("is missing where no key of the account has it: an assignment to it would find none", async () => {
    const { findings } = await judged([named, byHash], [gatewayKey(1)], [1]);
    assert.deepEqual(
      findings.map(({ state, key }) => [state, key.hash]),
      [
        ["guarded", first],
        ["missing", second],
      ],
    );
    assert.match(findings[1]?.reason ?? "", /, and no key of the account has that hash$/u);
    assert.match(
      findings[1]?.advice ?? "",
      /^The key was deleted or rotated, or the hash is mistyped: give .* the hash of the new key, require its name, /u,
    );
  });

  for (const [title, changes] of [
    ["in use", {}],
    ["disabled", { disabled: true }],
    ["expired", { expiresAt: new Date(noon - 1).toISOString() }],
  ] as const) {
    it(`is unguarded where its key is ${title} and has no assignment`, async () => {
      const { findings } = await judged([named, byHash], [gatewayKey(1), gatewayKey(2, changes)], [1]);
      assert(findings.some(({ state, key }) => state === "unguarded" && key.hash === second));
      assert(findings.every(({ state }) => state !== "missing"));
    });
  }

  it("is unguarded, not missing, where the inventory could not be read: nobody knows whether there is such a key", async () => {
    const report = await judgeRequired([byHash], { assignments: listOf([row(1)]), inventory: noEvidence });
    assert.deepEqual(statesIn(report), [["unguarded", second]]);
  });
});
