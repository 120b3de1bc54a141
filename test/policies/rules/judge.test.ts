import assert from "node:assert/strict";
import * as z from "zod";
import { overridable } from "../../../policies/configuration/shared-settings";
import type { Evidence } from "../../../policies/evidence/evidence";
import type { AccountEvidence } from "../../../policies/evidence/evidence-source";
import { countStates, isDoubt, isWorse, keyStates, reportPasses } from "../../../policies/findings/report";
import { judge, prepareRule } from "../../../policies/judge";
import { ruleNames, rules } from "../../../policies/rules/index";
import { type ConfiguredRule, defineRule } from "../../../policies/rules/rule";
import {
  absentGuardrail,
  apiKey,
  guardrail,
  guardrailsOf,
  guardrailWith,
  inventoryOf,
  listOf,
  noon,
  otherGuardrail,
  row,
} from "../builders";
import { judgedIn, judgeRule } from "../judging";

/** An account that writes down what it is asked for. */
class AskedAccount implements AccountEvidence {
  readonly asked: string[] = [];
  readonly #rows = [
    row(1, { guardrailId: guardrail.toUpperCase() }),
    row(2),
    row(3, { guardrailId: otherGuardrail }),
    row(4, { guardrailId: absentGuardrail }),
  ];

  assignments() {
    return this.#ask("assignments", listOf(this.#rows));
  }

  wholeAccount() {
    const inventory = inventoryOf([1, 2, 3, 4].map((n) => apiKey(n)));
    return this.#ask("both lists", { assignments: listOf(this.#rows), inventory });
  }

  guardrails(ids: readonly string[]) {
    const some = [guardrail, otherGuardrail].map((id) => guardrailWith({ id, limitUsd: 1 }));
    return this.#ask(`guardrails ${ids.join(" ")}`, guardrailsOf(...some));
  }

  async #ask<Value>(what: string, evidence: Value): Promise<Value> {
    this.asked.push(what);
    return evidence;
  }
}

async function askedBy(name: string, own: unknown) {
  const account = new AskedAccount();
  const rule = rules.find((one) => one.name === name);
  assert(rule !== undefined);
  const report = await judge(prepareRule(rule, { own, settings: {} }, noon), { account, now: noon });
  return { report, asked: account.asked };
}

const { keyHash: hash, keyName } = row(1);

describe("what a rule asks for", () => {
  const lists = ["both lists"];
  const approved = [guardrail];
  for (const [title, name, own, asked] of [
    ["hashes", "required-keys-guarded", { requiredKeys: [{ hash }] }, ["assignments"]],
    [
      "names that suffice",
      "required-keys-guarded",
      { requiredKeys: [{ name: keyName, assignedNameSuffices: true }] },
      ["assignments"],
    ],
    ["a name among hashes", "required-keys-guarded", { requiredKeys: [{ hash }, { name: keyName }] }, lists],
    ["a pattern", "required-keys-guarded", { requiredKeys: [{ pattern: "*" }] }, lists],
    ["every key", "no-unguarded-keys", { exempt: [] }, lists],
    ["every assignment", "approved-guardrails-only", { approved }, ["assignments"]],
    ["hashes", "approved-guardrails-only", { approved, keys: [{ hash }] }, ["assignments"]],
    ["names", "approved-guardrails-only", { approved, keys: [{ name: keyName }] }, lists],
    ["declared keys", "declared-keys-guarded", {}, []],
    ["nothing configured", "no-unguarded-keys", {}, []],
    [
      "the content of guardrails",
      "guardrails-enforce-something",
      { require: [], requiredKeys: [{ hash }] },
      ["assignments", `guardrails ${guardrail}`],
    ],
  ] as const) {
    it(`${name}, for ${title}, is what it needs and no more`, async () => {
      assert.deepEqual((await askedBy(name, own)).asked, asked);
    });
  }

  it("is each guardrail of the required keys once, in lower case and sorted", async () => {
    const requiredKeys = [3, 1, 2].map((n) => ({ hash: row(n).keyHash }));
    const { report, asked } = await askedBy("guardrails-enforce-something", {
      require: ["limitUsd"],
      requiredKeys,
    });
    assert(reportPasses(report));
    assert.deepEqual(asked, [
      "assignments",
      `guardrails ${[guardrail, otherGuardrail].toSorted().join(" ")}`,
    ]);
  });

  it("is no guardrail where no required key has one", async () => {
    const requiredKeys = [{ hash: row(77).keyHash }];
    const { report, asked } = await askedBy("guardrails-enforce-something", { require: [], requiredKeys });
    assert(!reportPasses(report));
    assert.deepEqual(asked, ["assignments", ...lists], "the inventory, to tell whether there is such a key");
  });
});

describe("an account", () => {
  it("is joined once for all rules that are given the same input, whatever lists they need", async () => {
    let looks = 0;
    const list = listOf([row(1), row(2)]);
    assert(list.kind === "read");
    const value = {
      ...list.value,
      get assignments() {
        looks += 1;
        return [row(1), row(2)];
      },
    };
    const account = new AskedAccount();
    account.assignments = async () => ({ kind: "read", value });
    const { wholeAccount } = account;
    account.wholeAccount = async () => {
      const { inventory } = await wholeAccount.call(account);
      return { assignments: { kind: "read", value }, inventory };
    };
    const input = { account, now: noon };
    for (const [name, own] of [
      ["required-keys-guarded", { requiredKeys: [{ hash }] }],
      ["required-keys-guarded", { requiredKeys: [{ pattern: "*" }] }],
      ["approved-guardrails-only", { approved: [guardrail] }],
      ["no-unguarded-keys", { exempt: [] }],
    ] as const) {
      const rule = rules.find((one) => one.name === name);
      assert(rule !== undefined);
      judgedIn(await judge(prepareRule(rule, { own, settings: {} }, noon), input));
    }
    assert.deepEqual([looks, account.asked], [1, ["both lists"]]);
  });
});

describe("a rule of one's own", () => {
  /** What the rule reports as its problem, when it judges so. It needs no list. */
  async function problemsBy(judgeFacts: ConfiguredRule["judge"]) {
    const rule = defineRule({
      name: "own",
      letter: "O",
      takesAnyGuardrail: true,
      title: "Own",
      description: "Of the test.",
      severity: "low",
      target: "account",
      remediation: "None.",
      inForce: "always",
      form: z.strictObject(overridable),
      configure: () => ({ kind: "configured", needs: [], judge: judgeFacts }),
    });
    const account = new AskedAccount();
    const report = await judge(prepareRule(rule, { own: {}, settings: {} }, noon), { account, now: noon });
    assert.deepEqual(account.asked, []);
    return judgedIn(report).problems.map(({ why }) => why);
  }

  const judgement = { kind: "judged" as const, subject: "keys" as const, findings: [], notes: [] };
  const whyOf = (evidence: Evidence<unknown>) => (evidence.kind === "none" ? evidence.why : "it is there");

  it("finds no list that it does not need, and a reason to report in its place", async () => {
    const problems = await problemsBy(({ account: { assignments, inventory } }) => ({
      ...judgement,
      problems: [assignments, inventory].map((evidence) => ({ why: whyOf(evidence) })),
    }));
    const why = "could not verify: it was not read.";
    assert.deepEqual(problems, [why, why]);
  });

  it("gets the content of no guardrails, which nobody has to read, where it asks for none", async () => {
    const problems = await problemsBy(() => ({
      kind: "needs-guardrails",
      guardrailIds: [],
      judge: (guardrails) => ({
        ...judgement,
        problems: [guardrails.kind === "read" ? { why: `${guardrails.value.size} guardrails` } : guardrails],
      }),
    }));
    assert.deepEqual(problems, ["0 guardrails"]);
  });
});

describe("a report of a rule", () => {
  const own = { requiredKeys: [{ hash }] };

  it("names the rule, and where and when the list was read", async () => {
    const list = { baseUrl: "https://gateway.example/api/v1", service: "modelgates" } as const;
    const report = judgedIn(
      await judgeRule("required-keys-guarded", own, { assignments: listOf([row(1)], list) }),
    );
    assert.equal(report.rule, "required-keys-guarded");
    assert.deepEqual(report.source, { ...list, readAt: "2026-03-01T10:00:00.000Z" });
  });

  it("names no source where there is no list", async () => {
    const evidence = { kind: "none", why: "could not verify: no." } as const;
    const report = judgedIn(await judgeRule("required-keys-guarded", own, { assignments: evidence }));
    assert.deepEqual([report.source, report.problems], [undefined, [evidence]]);
    assert(isDoubt(report));
  });

  it("is none when reading throws: that is its caller's to report", async () => {
    for (const name of ruleNames.filter((one) => one !== "declared-keys-guarded")) {
      const account: AccountEvidence = {
        assignments: () => {
          throw new Error("of the test");
        },
        wholeAccount: () => {
          throw new Error("of the test");
        },
        guardrails: async () => guardrailsOf(),
      };
      const configured = { requiredKeys: { requiredKeys: [{ hash }] } };
      const owns: Readonly<Record<string, unknown>> = {
        "required-keys-guarded": configured.requiredKeys,
        "no-unguarded-keys": { exempt: [] },
        "approved-guardrails-only": { approved: [guardrail] },
        "guardrails-enforce-something": { require: [], ...configured.requiredKeys },
      };
      const rule = rules.find((one) => one.name === name);
      assert(rule !== undefined);
      const prepared = prepareRule(rule, { own: owns[name], settings: {} }, noon);
      await assert.rejects(judge(prepared, { account, now: noon }), /of the test/u);
    }
  });
});

describe("what a report is", () => {
  const cause = { kind: "list-unread", by: "hash" } as const;
  const finding = { key: {}, guardrailIds: [], cause, remedy: { kind: "none" } as const };
  const reportOf = (
    states: readonly ("unguarded" | "wrong-guardrail" | "unverified" | "waived" | "guarded")[],
  ) => ({
    rule: "rule",
    kind: "judged" as const,
    source: undefined,
    subject: "keys" as const,
    problems: [],
    notes: [],
    findings: states.map((state) => ({ ...finding, state })),
  });

  it("is a doubt when all that fails is unverified, and none as soon as one key is known to lack its guardrail", () => {
    assert(isDoubt(reportOf(["unverified", "guarded", "waived"])));
    assert(isDoubt(reportOf([])));
    assert(isDoubt({ ...reportOf(["guarded"]), problems: [{ why: "could not verify: no." }] }));
    assert(!isDoubt(reportOf(["unverified", "unguarded"])));
    assert(!isDoubt(reportOf(["wrong-guardrail"])));
    assert(!isDoubt(reportOf(["guarded"])));
    assert(!isDoubt({ rule: "rule", kind: "not-applicable", why: "" }));
  });

  it("counts its keys by state, the worst first, and names no state that does not occur", () => {
    const { findings } = reportOf(["guarded", "unverified", "guarded", "unguarded", "waived"]);
    assert.deepEqual(
      [...countStates(findings)],
      [
        ["unguarded", 1],
        ["unverified", 1],
        ["waived", 1],
        ["guarded", 2],
      ],
    );
    assert.deepEqual([...countStates([])], []);
  });

  it("takes one state for worse than another, and none for worse than itself", () => {
    assert(isWorse("unguarded", "wrong-guardrail") && isWorse("unverified", "waived"));
    assert(!isWorse("guarded", "guarded-by-deployment") && !isWorse("missing", "unguarded"));
    for (const state of keyStates) assert(!isWorse(state, state));
  });
});

describe("a waiver for a rule about keys of the account", () => {
  const given = {
    assignments: listOf([row(1, { guardrailId: otherGuardrail })]),
    inventory: inventoryOf([apiKey(1)]),
    guardrails: guardrailsOf(guardrailWith({ id: otherGuardrail })),
  };
  for (const [rule, own, by] of [
    ["required-keys-guarded", { requiredKeys: [{ hash, guardrail }] }, given],
    ["no-unguarded-keys", { exempt: [] }, { ...given, assignments: listOf([row(2)]) }],
    ["approved-guardrails-only", { approved: [guardrail] }, given],
    ["guardrails-enforce-something", { require: [], requiredKeys: [{ hash }] }, given],
  ] as const) {
    it(`lets its key pass: ${rule}`, async () => {
      const waiver = { hash, rule, reason: "rotates in May", owner: "payments", expires: "2026-03-31" };
      const report = judgedIn(await judgeRule(rule, own, by, { waivers: [waiver] }));
      assert.deepEqual(
        report.findings.map(({ state, key }) => [state, key.hash]),
        [["waived", hash]],
      );
    });
  }
});
