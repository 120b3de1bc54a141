import assert from "node:assert/strict";
import type { RequiredKey } from "../../../policies/configuration/required-key";
import type { Evidence } from "../../../policies/evidence/evidence";
import type { AccountEvidence } from "../../../policies/evidence/evidence-source";
import { reportPasses } from "../../../policies/findings/report";
import { judge, prepareRule } from "../../../policies/judge";
import { requiredKeysGuarded } from "../../../policies/rules/required-keys-guarded";
import type { KeyInventory } from "../../../provider/inventory/inventory";
import {
  absentGuardrail,
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
import { type Given, judgedIn, judgeRequired, judgeRule } from "../judging";

async function judged(requirement: RequiredKey, assignments: NonNullable<Given["assignments"]>) {
  const [finding, ...others] = (await judgeRequired([requirement], { assignments })).findings;
  assert(finding !== undefined && others.length === 0);
  return finding;
}

async function stateOf(...given: Parameters<typeof judged>) {
  return (await judged(...given)).state;
}

describe("a requirement that no key matches", () => {
  const byName = (name: string) => nameRequired(name, { suffices: false });
  const found = async (requirement: RequiredKey, names: readonly string[]) => {
    const inventory = inventoryOf(names.map((name, at) => apiKey(at, { name })));
    const [finding] = (await judgeRequired([requirement], { assignments: listOf([]), inventory })).findings;
    assert(finding !== undefined);
    return finding;
  };

  it("says that an account which shows no key at all is another's, most likely", async () => {
    const { state, guardrailIds, reason, advice } = await found(byName("prod"), []);
    assert.deepEqual([state, guardrailIds], ["missing", []]);
    assert.match(reason, /^is required by name in .*, and the account shows no key at all$/u);
    assert.equal(advice, "Check that the management key is that account's.");
    const unguarded = await found(nameRequired("prod"), []);
    assert.deepEqual([unguarded.state, unguarded.guardrailIds], ["unguarded", []]);
  });

  it("names the keys that come near, each of them, and the pattern that a star may stand for", async () => {
    const near = await found(byName("gateway-c"), ["gateway-a", "gateway-b", "billing"]);
    assert.match(near.reason, /no enabled key .* matches \(did you mean "gateway-a" or "gateway-b"\?\)$/u);
    const three = await found(byName("gateway-d"), ["gateway-a", "gateway-b", "gateway-c"]);
    assert.match(three.reason, / \(did you mean "gateway-a", "gateway-b" or "gateway-c"\?\)$/u);
    assert.match(
      (await found(byName("prod-*"), ["x"])).reason,
      / matches \(it looks like a pattern: require that as "pattern"\)$/u,
    );
    assert.match((await found(byName("prod"), ["x"])).reason, / of the account matches$/u);
  });

  it("names the keys that begin or end nearly as a pattern does", async () => {
    const names = ["prod-b", "prod-a", "Staging-gateway", "x"];
    for (const [pattern, meant] of [
      ["pord-*", ` (did you mean "prod-a" or "prod-b"?)`],
      ["PROD-*", ` (did you mean "prod-a" or "prod-b"?)`],
      ["s*-gatway", ` (did you mean "Staging-gateway"?)`],
      ["billing-*", ""],
      ["*y*", ""],
    ] as const) {
      const { reason } = await found(patternRequired(pattern), pattern === "*y*" ? ["x"] : names);
      assert(reason.endsWith(` of the account matches${meant}`), reason);
    }
  });

  it("says where a regular expression stands that only * is special", async () => {
    const always = ["prod-.*", "^prod", "gateway$", String.raw`prod-\d`, "prod-[0-9]", "prod-(a|b)"];
    const patterns = ["prod-?", "prod-[ab]", "prod-{a,b}"];
    for (const requirement of [
      ...always.flatMap((text) => [patternRequired(text), byName(text)]),
      ...patterns.map((text) => patternRequired(text)),
    ]) {
      const { reason } = await found(requirement, ["prod-a"]);
      assert.match(reason, / \(it looks like a regular expression: in a pattern only \* is special, /u);
    }
  });

  it("leads from a hash in the place of a name or pattern to its own place", async () => {
    const { keyHash } = row(1);
    for (const requirement of [patternRequired(keyHash), byName(keyHash.toUpperCase())]) {
      const { state, reason } = await found(requirement, ["prod-a"]);
      assert.equal(state, "missing");
      assert.match(reason, / \(it looks like a hash: require that as "hash"\)$/u);
    }
  });
});

describe("a key required by its hash", () => {
  const { keyHash } = row(1);

  it("is guarded when the list assigns it any guardrail and none is asked for", async () => {
    const finding = await judged(hashRequired(keyHash), listOf([row(0), row(1)]));
    assert.deepEqual([finding.state, finding.reason], ["guarded", "has a guardrail"]);
    assert.deepEqual(finding.guardrailIds, [row(1).guardrailId]);
    assert.equal(finding.advice, "");
  });

  it("is guarded when the assigned guardrail is one of those asked for, whatever its case", async () => {
    const shouted = row(1, { guardrailId: guardrail.toUpperCase() });
    assert.equal(
      await stateOf(hashRequired(keyHash, [absentGuardrail, guardrail]), listOf([shouted])),
      "guarded",
    );
  });

  it("is guarded when the service writes the hash in upper case", async () => {
    const shouted = row(1, { keyHash: keyHash.toUpperCase() });
    assert.equal(await stateOf(hashRequired(keyHash), listOf([shouted])), "guarded");
  });

  it("is unguarded when it is not in the list, and the message says what is missing and what to do", async () => {
    const finding = await judged(hashRequired(keyHash, [guardrail]), listOf([row(0), row(2)]));
    assert.equal(finding.state, "unguarded");
    assert.match(finding.reason, /^has no direct assignment of a guardrail, or is no key any more /u);
    assert(finding.advice.startsWith(`Assign guardrail ${guardrail} to it, then run this again. If `));
  });

  it("is unguarded by an empty list, which is a list", async () => {
    assert.equal(await stateOf(hashRequired(keyHash), listOf([])), "unguarded");
  });

  it("has the wrong guardrail when it is assigned to another than those asked for", async () => {
    const finding = await judged(
      hashRequired(keyHash, [guardrail, absentGuardrail]),
      listOf([row(1, { guardrailId: otherGuardrail })]),
    );
    assert.equal(finding.state, "wrong-guardrail");
    assert(finding.reason.includes(otherGuardrail));
    assert.equal(
      finding.advice,
      `Assign guardrail ${guardrail} or ${absentGuardrail} to it, then run this again.`,
    );
  });

  it("has every wrong guardrail it is assigned to in the message", async () => {
    const rows = [otherGuardrail, absentGuardrail].map((guardrailId, n) =>
      row(1, { id: `${n}`, guardrailId }),
    );
    assert.equal(
      (await judged(hashRequired(keyHash, [guardrail]), listOf(rows))).reason,
      `is assigned to guardrail ${otherGuardrail}, ${absentGuardrail}, which is not the one required`,
    );
  });

  it("has the wrong guardrail when one of two assignments complies and the other does not", async () => {
    const rows = [row(1), row(1, { id: "another", guardrailId: otherGuardrail })];
    assert.equal(await stateOf(hashRequired(keyHash, [guardrail]), listOf(rows)), "wrong-guardrail");
  });

  it("says a wrong guardrail once, however many assignments to it the list shows", async () => {
    const rows = Array.from({ length: 50 }, (_, n) =>
      row(1, { id: `row ${n}`, guardrailId: otherGuardrail }),
    );
    const { reason } = await judged(hashRequired(keyHash, [guardrail]), listOf(rows));
    assert.equal(reason, `is assigned to guardrail ${otherGuardrail}, which is not the one required`);
  });

  it("is not guarded by a key of which only the name is its hash", async () => {
    assert.equal(await stateOf(hashRequired(keyHash), listOf([row(2, { keyName: keyHash })])), "unguarded");
  });
});

describe("a hash in no assignment, where nothing but hashes is required", () => {
  const { keyHash } = row(1);

  /** What is said of it, and how often the inventory was read for that. */
  async function told(
    inventory: Evidence<KeyInventory>,
    list = listOf([row(0)]),
    required: Partial<RequiredKey> = {},
  ) {
    let readings = 0;
    const account: AccountEvidence = {
      assignments: async () => list,
      wholeAccount: async () => {
        readings += 1;
        return { assignments: list, inventory };
      },
      guardrails: async () => noEvidence,
    };
    const own = { requiredKeys: [{ hash: keyHash, description: required.description }] };
    const prepared = prepareRule(requiredKeysGuarded, { own, settings: {} }, noon);
    const [finding] = judgedIn(await judge(prepared, { account, now: noon })).findings;
    assert(finding !== undefined);
    return { ...finding, readings };
  }

  it("is that of no key, where the inventory that is read then shows none", async () => {
    const { state, reason, advice, remedy, readings } = await told(inventoryOf([apiKey(0)]));
    assert.deepEqual([state, remedy.kind, readings], ["missing", "correct-hash", 1]);
    assert.match(reason, /^is required by hash in .*, and no key of the account has that hash$/u);
    assert.match(advice, /deleted or rotated, .* the hash of the new key, require its name, /u);
  });

  it("leads to the keys that are called as the requirement is", async () => {
    const keys = [apiKey(2, { name: "billing agent" }), apiKey(3, { name: "billing agent" }), apiKey(0)];
    const { reason } = await told(inventoryOf(keys), listOf([]), { description: "Billing-Agent" });
    const [one, other] = [row(2), row(3)].map(({ keyHash: hash }) => `"billing agent" ${hash.slice(0, 8)}`);
    assert(reason.endsWith(` has that hash (is it the key ${one}, ${other} now?)`), reason);
  });

  it("is that of a key without a guardrail, by its name, where the inventory shows it", async () => {
    const { state, reason, key, readings } = await told(inventoryOf([apiKey(1)]));
    assert.deepEqual([state, key.name, readings], ["unguarded", row(1).keyName, 1]);
    assert.equal(reason, "has no direct assignment of a guardrail");
  });

  for (const [title, list, readings] of [
    ["the inventory cannot be read", listOf([row(0)]), 1],
    ["the service has none, which is not asked for", listOf([row(0)], { service: "modelgates" }), 0],
  ] as const) {
    it(`may be that of no key, where ${title}`, async () => {
      const finding = await told(noEvidence, list);
      assert.deepEqual([finding.state, finding.readings], ["unguarded", readings]);
      assert.match(finding.reason, /, or is no key any more \(the list of all keys was not read\)$/u);
      assert.match(finding.advice, /^Assign a guardrail .* answers 404 .* require the new key's hash, /u);
    });
  }

  it("costs nothing where the key has an assignment", async () => {
    const { state, readings } = await told(noEvidence, listOf([row(1)]));
    assert.deepEqual([state, readings], ["guarded", 0]);
  });
});

describe("a key required by its name", () => {
  const gateway = { keyName: "prod-gateway" };

  it("is unverified by the list alone, also when a key of that name is assigned", async () => {
    const required = [nameRequired("prod-gateway", { suffices: false })];
    const given = { assignments: listOf([row(1, gateway)]), inventory: noEvidence };
    const report = await judgeRequired(required, given);
    const [finding] = report.findings;
    assert(finding !== undefined && report.findings.length === 1);
    assert.equal(finding.state, "unverified");
    assert.match(finding.reason, /^could not be verified by name/u);
    assert.match(finding.advice, /by its hash.*"assignedNameSuffices": true/u);
    assert.equal(reportPasses(report), false);
  });

  it("is guarded by any assigned key of that name where the requirement accepts it", async () => {
    assert.equal(await stateOf(nameRequired("prod-gateway"), listOf([row(1, gateway)])), "guarded");
  });

  it("is unguarded when no key of that name is assigned", async () => {
    assert.equal(await stateOf(nameRequired("prod-gateway"), listOf([row(1)])), "unguarded");
  });

  it("says in each run where keys without an assignment are not seen, and not where they are", async () => {
    const notesOn = async (required: readonly RequiredKey[]) => {
      const report = await judgeRequired(required, {
        assignments: listOf([row(1, gateway)]),
        inventory: noEvidence,
      });
      return report.notes;
    };
    const names = ["prod-gateway", "prod-gateway", "b", "c", "d"];
    assert.deepEqual(await notesOn(names.map((name) => nameRequired(name))), [
      'Only keys with an assignment are judged of the name "prod-gateway", "b", "c" and 1 more, because of "assignedNameSuffices": a key without one passes unseen.',
    ]);
    const seen = [nameRequired("prod-gateway", { suffices: false }), hashRequired(row(1).keyHash)];
    assert.deepEqual(await notesOn(seen), []);
    assert.deepEqual(await notesOn([nameRequired("prod-gateway"), ...seen]), []);
  });

  it("has the wrong guardrail when one of several assigned keys of that name does not comply", async () => {
    const rows = [row(1, gateway), row(2, { ...gateway, guardrailId: otherGuardrail }), row(3, gateway)];
    const required = [nameRequired("prod-gateway", { guardrails: [guardrail] })];
    const report = await judgeRequired(required, { assignments: listOf(rows) });
    const failing = report.findings.filter(({ state }) => state !== "guarded");
    assert.equal(report.findings.length, 3);
    assert.deepEqual(
      failing.map(({ state, key, guardrailIds }) => [state, key.hash, guardrailIds]),
      [["wrong-guardrail", row(2).keyHash, [otherGuardrail]]],
    );
    assert.equal(reportPasses(report), false);
  });

  it("is compared exactly: neither case nor white space is overlooked", async () => {
    for (const keyName of ["Prod-gateway", "prod-gateway ", " prod-gateway", "prod-gateway\u200b"]) {
      assert.equal(await stateOf(nameRequired("prod-gateway"), listOf([row(1, { keyName })])), "unguarded");
    }
  });

  it("may be called like a property every object has", async () => {
    for (const name of ["__proto__", "constructor", "toString"]) {
      assert.equal(await stateOf(nameRequired(name), listOf([row(1)])), "unguarded");
      assert.equal(await stateOf(nameRequired(name), listOf([row(1, { keyName: name })])), "guarded");
    }
  });
});

describe("evidence that is no complete list", () => {
  it("leaves every key unverified when there is none", async () => {
    const requirements = [hashRequired(row(1).keyHash), nameRequired("prod-gateway")];
    const report = await judgeRequired(requirements, { assignments: noEvidence });
    assert.deepEqual(
      report.findings.map(({ state }) => state),
      ["unverified", "unverified"],
    );
    assert.equal(reportPasses(report), false);
  });

  it("leaves a key unverified by the hash or the name it is required by, and points to what could not be read", async () => {
    const { keyHash: hash } = row(1);
    const requirements = [hashRequired(hash), nameRequired("prod-gateway")];
    const described = requirements.map((one) => ({ ...one, description: "the gateway" }));
    const { findings } = await judgeRequired(described, { assignments: noEvidence });
    const description = "the gateway";
    assert.deepEqual(
      findings.map(({ key }) => key),
      [
        { hash, description },
        { name: "prod-gateway", description },
      ],
    );
    for (const { reason, advice } of findings) {
      assert.deepEqual([reason, advice], ["could not be verified", "Fix what is named above."]);
    }
  });

  for (const scope of [
    { kind: "filtered", guardrailId: guardrail },
    { kind: "page", offset: 0, limit: 100 },
  ] as const) {
    // The part not shown may hold a key of that name with another guardrail.
    it(`leaves every key unverified when it is ${scope.kind}, although the rows shown comply`, async () => {
      const report = await judgeRequired(
        [hashRequired(row(1).keyHash), nameRequired(row(1).keyName, { guardrails: [guardrail] })],
        { assignments: listOf([row(1)], { scope }) },
      );
      assert(report.findings.every(({ state }) => state === "unverified"));
      assert.equal(reportPasses(report), false);
      assert.equal(report.problems.length, 1);
      assert.match(report.problems[0]?.why ?? "", /^could not verify: /u);
    });
  }
});

describe("a report", () => {
  const judgedByHash = (n: number, given: Given) => judgeRequired([hashRequired(row(n).keyHash)], given);

  it("passes when every key is guarded", async () => {
    assert(reportPasses(await judgedByHash(1, { assignments: listOf([row(1)]) })));
  });

  it("does not pass when one of many keys is not guarded", async () => {
    const requirements = [row(1), row(2), row(3)].map(({ keyHash }) => hashRequired(keyHash));
    assert(!reportPasses(await judgeRequired(requirements, { assignments: listOf([row(1), row(3)]) })));
  });

  it("does not pass when nothing was judged", async () => {
    const report = await judgedByHash(1, { assignments: listOf([row(1)]) });
    assert(!reportPasses({ ...report, findings: [] }));
    await assert.rejects(
      judgeRule("required-keys-guarded", { requiredKeys: [] }),
      /configuration of required-keys-guarded names no required keys\. Give "requiredKeys" the keys that must have a guardrail: /u,
    );
  });

  it("does not pass without a list, whatever its findings say", async () => {
    const report = await judgedByHash(1, { assignments: listOf([row(1)]) });
    assert(!reportPasses({ ...report, problems: [{ why: "could not verify: it was not read." }] }));
  });

  it("passes when the keys not guarded are waived", async () => {
    const report = await judgedByHash(1, { assignments: listOf([]) });
    const findings = report.findings.map((finding) => ({ ...finding, state: "waived" as const }));
    assert(reportPasses({ ...report, findings }));
  });
});
