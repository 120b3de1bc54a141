import assert from "node:assert/strict";
import { isDoubt, reportPasses } from "../../../policies/findings/report";
import { exceptionsIn } from "../../../policies/report/violation";
import type { ApiKey } from "../../../provider/inventory/contract";
import { apiKey, inventoryOf, listOf, noEvidence, noon, otherGuardrail, row } from "../builders";
import { type Given, judgedIn, judgeRule } from "../judging";
import { assignmentResource, keyResource, unknownValue } from "../stack-resource";
import { plannedBy } from "./declared";

const name = "no-unguarded-keys";

/** The judgement over these keys, of which those of these rows are assigned. */
async function judged(exempt: readonly unknown[], keys: readonly ApiKey[], rows: number[], more: Given = {}) {
  const assignments = listOf(rows.map((n) => row(n)));
  return judgedIn(await judgeRule(name, { exempt }, { assignments, inventory: inventoryOf(keys), ...more }));
}

describe("no-unguarded-keys", () => {
  const keys = [apiKey(1), apiKey(2), apiKey(3)];

  it("does not apply until it is configured, and then asks nothing", async () => {
    const report = await judgeRule(name, {});
    assert.deepEqual(report, {
      rule: name,
      kind: "not-applicable",
      why: 'not configured: add "exempt": []',
    });
    assert(reportPasses(report));
  });

  it("passes when every key of the inventory is assigned, whatever the guardrail", async () => {
    const assignments = listOf([row(1), row(2, { guardrailId: otherGuardrail }), row(3)]);
    const report = await judged([], keys, [], { assignments });
    assert(reportPasses(report));
    assert.deepEqual(
      report.findings.map(({ state }) => state),
      ["guarded", "guarded", "guarded"],
    );
    assert.deepEqual([report.subject, report.notes], ["keys in use", []]);
  });

  it("names every key without an assignment", async () => {
    const report = await judged([], keys, [2]);
    assert(!reportPasses(report));
    assert.deepEqual(
      report.findings.map(({ state, key }) => [state, key.hash, key.name, key.label]),
      [1, 2, 3].map((n) => {
        const { keyHash, keyName, keyLabel } = row(n);
        return [n === 2 ? "guarded" : "unguarded", keyHash, keyName, keyLabel];
      }),
    );
  });

  it("leaves out disabled and expired keys, and judges those that still hold", async () => {
    const report = await judged(
      [],
      [
        apiKey(1, { disabled: true }),
        apiKey(2, { expiresAt: new Date(noon).toISOString() }),
        apiKey(3, { expiresAt: new Date(noon + 1).toISOString() }),
      ],
      [],
    );
    assert.deepEqual(
      report.findings.map(({ state, key }) => [state, key.hash]),
      [["unguarded", row(3).keyHash]],
    );
  });

  for (const [title, some] of [
    ["is empty", []],
    ["holds disabled keys only", [apiKey(1, { disabled: true })]],
  ] as const) {
    it(`cannot verify an inventory that ${title}: it may be another account's`, async () => {
      for (const exempt of [[], [{ pattern: "*" }]]) {
        const report = await judged(exempt, some, [1]);
        assert(!reportPasses(report));
        assert.match(
          report.problems[0]?.why ?? "",
          /^could not verify: the account shows no enabled key\. Check/u,
        );
      }
    });
  }

  for (const [title, given] of [
    ["the inventory", { inventory: noEvidence }],
    ["the assignments", { assignments: noEvidence }],
    ["the whole list of assignments", { assignments: listOf([row(1)], { scope: { kind: "filtered" } }) }],
  ] as const) {
    it(`cannot verify anything without ${title}, exempt keys neither`, async () => {
      const report = await judged([{ pattern: "*" }], keys, [1, 2, 3], given);
      assert(!reportPasses(report));
      assert.deepEqual([report.subject, report.findings, report.notes], ["keys in use", [], []]);
      assert.equal(report.problems.length, 1);
      assert.match(report.problems[0]?.why ?? "", /^could not verify: /u);
    });
  }
});

describe("keys exempt from no-unguarded-keys", () => {
  const keys = [apiKey(1), apiKey(2), apiKey(3, { name: "legacy-batch" })];

  for (const [title, exemption, said] of [
    ["by hash", { hash: row(3).keyHash.toUpperCase() }, `hash ${row(3).keyHash.slice(0, 8)}`],
    ["by name", { name: "legacy-batch" }, "name legacy-batch"],
    ["by pattern", { pattern: "legacy-*" }, "pattern legacy-*"],
  ] as const) {
    it(`pass ${title} and are listed always`, async () => {
      const report = await judged([exemption], keys, [1, 2]);
      assert(reportPasses(report));
      const exempt = report.findings.filter(({ state }) => state === "exempt");
      assert.deepEqual(
        exempt.map(({ key, reason, advice }) => [key.hash, reason, advice]),
        [[row(3).keyHash, `is exempt by ${said}`, ""]],
      );
      assert(exceptionsIn(report).join("").includes(`is exempt by ${said}`));
    });

    it(`pass ${title} also when they are assigned, and keep their guardrail in the finding`, async () => {
      const report = await judged([exemption], keys, [1, 2, 3]);
      const [exempt] = report.findings.filter(({ state }) => state === "exempt");
      assert.deepEqual([exempt?.key.hash, exempt?.guardrailIds], [row(3).keyHash, [row(3).guardrailId]]);
    });
  }

  for (const [title, exempt] of [
    ["by one pattern", [{ pattern: "*" }]],
    ["together", [{ hash: row(1).keyHash }, { name: apiKey(2).name }, { pattern: "legacy-*" }]],
  ] as const) {
    it(`are no pass where they are all the keys in use, exempt ${title}: nothing was judged`, async () => {
      const report = await judged(exempt, keys, [1, 2, 3]);
      assert(!reportPasses(report) && isDoubt(report));
      assert.deepEqual(
        report.findings.map(({ state }) => state),
        ["exempt", "exempt", "exempt"],
      );
      assert.match(
        report.problems[0]?.why ?? "",
        /^could not verify: no key was judged, because all keys in use are exempt\. Take one out /u,
      );
    });
  }

  it("carry the reason they are given, made safe", async () => {
    const report = await judged([{ pattern: "legacy-*", reason: "ends\nin May" }], keys, [1, 2]);
    const [exempt] = report.findings.filter(({ state }) => state === "exempt");
    assert.equal(exempt?.reason, "is exempt by pattern legacy-*, because ends\\u{a}in May");
  });

  it("are exempt by the most exact entry that means them; the others are noted as not needed", async () => {
    const entries = [
      { pattern: "legacy-*" },
      { name: "nobody" },
      { pattern: "*-batch" },
      { name: "legacy-batch" },
      { hash: row(3).keyHash },
    ];
    const unneeded = async (exempt: readonly unknown[]) => (await judged(exempt, keys, [1, 2])).notes;
    const note = (index: number) => `exempt[${index}] is not needed: it matches no enabled key.`;
    assert.deepEqual(await unneeded(entries), [0, 1, 2, 3].map(note));
    assert.deepEqual(await unneeded(entries.slice(0, 4)), [0, 1, 2].map(note));
    assert.deepEqual(await unneeded(entries.slice(0, 3)), [1, 2].map(note));
  });

  it("leave all others in judgement", async () => {
    const report = await judged([{ pattern: "legacy-*" }, { hash: row(1).keyHash }], keys, []);
    assert.deepEqual(
      report.findings.map(({ state }) => state),
      ["exempt", "unguarded", "exempt"],
    );
    assert(!reportPasses(report));
  });

  it("are not those of which only the name is the exempt hash", async () => {
    const report = await judged([{ hash: row(3).keyHash }], [apiKey(1, { name: row(3).keyHash })], []);
    assert.deepEqual(
      report.findings.map(({ state }) => state),
      ["unguarded"],
    );
  });

  for (const [title, exempt, problem] of [
    ["a selector misspelt", [{ nmae: "x" }], /exempt\[0\] must have exactly one of hash, name and pattern/u],
    ["two selectors", [{ name: "x", pattern: "*" }], /exempt\[0\] must have exactly one/u],
    ["a word more", [{ name: "x", until: "2027-01-01" }], /exempt\[0\] has the unknown setting until/u],
    ["an empty pattern", [{ pattern: "" }], /exempt\[0\]\.pattern must not be empty/u],
    ["a pattern too long", [{ pattern: "x".repeat(129) }], /exempt\[0\]\.pattern must be at most 128/u],
    ["a reason that is no text", [{ name: "x", reason: 1 }], /exempt\[0\]\.reason must be text/u],
    ["an empty reason", [{ name: "x", reason: "" }], /exempt\[0\]\.reason must not be empty/u],
    ["no list", "legacy-*", /exempt must be a list of keys; \[\] exempts none/u],
    ["null", null, /exempt must be a list of keys; \[\] exempts none/u],
    ["a text in the list", ["legacy-*"], /exempt\[0\] must be an object with a hash, a name or a pattern/u],
  ] as const) {
    it(`are refused when they are configured with ${title}`, async () => {
      await assert.rejects(judgeRule(name, { exempt }), problem);
    });
  }
});

describe("no-unguarded-keys, where nobody can tell which day it is", () => {
  const expired = apiKey(1, { name: "old", expiresAt: new Date(noon - 1).toISOString() });

  it("judges an expired key in doubt, also an exempt one, and no other so", async () => {
    const inventory = inventoryOf([expired, apiKey(2)], { clock: { kind: "no-date" } });
    for (const exempt of [[], [{ name: "old" }]]) {
      const report = await judged(exempt, [], [2], { inventory });
      assert.deepEqual(
        report.findings.map(({ state, key }) => [state, key.hash]),
        [
          ["unverified", row(1).keyHash],
          ["guarded", row(2).keyHash],
        ],
      );
      assert.match(
        report.findings[0]?.reason ?? "",
        /nobody can tell whether it has expired, because an answer/u,
      );
      assert.deepEqual(report.notes, []);
    }
  });

  it("leaves it out where the clocks agree, and counts it", async () => {
    const report = await judged([], [expired, apiKey(2)], [2]);
    assert.deepEqual(report.notes, ["Not judged: 1 expired key."]);
  });
});

describe("no-unguarded-keys, over what a deployment is about to make", () => {
  it("judges a key that does not exist yet, also when its name is not known before deployment", async () => {
    for (const changes of [{}, { name: unknownValue }]) {
      const fed = plannedBy(keyResource("new", changes), assignmentResource("assignment", ["new"]));
      const states = async (given: Given) =>
        (await judged([], [apiKey(1)], [1], given)).findings.map(({ state }) => state);
      assert.deepEqual(await states(fed), ["guarded", "guarded-by-deployment"]);
      assert.deepEqual(await states(plannedBy(keyResource("new", changes))), ["guarded", "unguarded"]);
    }
  });

  it("exempts a key that does not exist yet by the name it will have, never by one nobody knows", async () => {
    const states = async (changes: Readonly<Record<string, unknown>>) => {
      const given = plannedBy(keyResource("new", changes));
      return (await judged([{ pattern: "*" }], [], [], given)).findings.map(({ state }) => state);
    };
    assert.deepEqual(await states({ name: "prod-new" }), ["exempt"]);
    assert.deepEqual(await states({ name: unknownValue }), ["unguarded"]);
  });

  it("counts a planned assignment of a key there is, and judges a declared key that exists once", async () => {
    const { keyHash } = row(1);
    const given = plannedBy(
      keyResource("one", { hash: keyHash, name: row(1).keyName }),
      keyResource("quiet", { hash: row(3).keyHash, name: undefined }),
      assignmentResource("assignment", [], { keyHash }),
      keyResource("off", { hash: row(2).keyHash }),
    );
    const keys = [apiKey(1), apiKey(2, { disabled: true }), apiKey(3)];
    const report = await judged([], keys, [3], given);
    assert.deepEqual(
      report.findings.map(({ state, key }) => [state, key.hash]),
      [
        ["guarded-by-deployment", keyHash],
        ["guarded", row(3).keyHash],
      ],
    );
  });

  it("judges a declared key whose hash the inventory does not list, also one that says no name", async () => {
    for (const changes of [{}, { name: undefined }]) {
      const given = plannedBy(keyResource("fresh", { hash: row(2).keyHash, ...changes }));
      const report = await judged([], [apiKey(1)], [1], given);
      assert.deepEqual(
        report.findings.map(({ state, key }) => [state, key.hash]),
        [
          ["guarded", row(1).keyHash],
          ["unguarded", row(2).keyHash],
        ],
      );
    }
  });

  it("does not exempt a key that the deployment takes an exempt name from, or may take it from", async () => {
    for (const name of ["prod-batch", unknownValue]) {
      const given = plannedBy(keyResource("batch", { hash: row(1).keyHash, name }));
      const report = await judged(
        [{ pattern: "legacy-*" }],
        [apiKey(1, { name: "legacy-batch" })],
        [],
        given,
      );
      assert.deepEqual(
        report.findings.map(({ state, key }) => [state, key.hash]),
        [
          ["exempt", row(1).keyHash],
          ["unguarded", row(1).keyHash],
        ],
      );
    }
  });
});
