import assert from "node:assert/strict";
import { describeFailure, exceptionsIn } from "../../../policies/report/violation";
import {
  apiKey,
  guardrail,
  hashRequired,
  inventoryOf,
  listOf,
  nameRequired,
  noEvidence,
  otherGuardrail,
  row,
} from "../builders";
import { type Judged, judgedIn, judgeRequired, judgeRule } from "../judging";
import { plannedBy } from "../rules/declared";
import { keyResource, unknownValue } from "../stack-resource";

/** Judged where the name of a declared key is not known, so that none can be judged by name: a doubt without a problem. */
const mixedReport = () =>
  judgeRequired(
    [
      nameRequired("by-name-alone", { suffices: false }),
      hashRequired(row(1).keyHash),
      hashRequired(row(2).keyHash, [guardrail]),
      nameRequired("zebra"),
      nameRequired("antelope"),
    ],
    {
      assignments: listOf([row(1), row(2, { guardrailId: otherGuardrail })]),
      inventory: inventoryOf([apiKey(1), apiKey(2)]),
      ...plannedBy(keyResource("made", { name: unknownValue })),
    },
  );

function judgedEmpty(...required: Parameters<typeof judgeRequired>[0]) {
  return judgeRequired(required, { assignments: listOf([]) });
}

describe("the text of a report that fails", () => {
  let mixed: Judged;
  before(async () => {
    mixed = await mixedReport();
  });

  it("begins with how many keys fail, and where and when they were read", () => {
    assert.equal(
      describeFailure(mixed).split("\n")[0],
      "3 of 4 required keys fail, 1 could not be verified (OpenRouter, read 10:00:00Z)",
    );
  });

  it("groups keys by what is wrong with them, the worst first, then by name", () => {
    const lines = describeFailure(mixed).split("\n");
    const headings = lines.filter((line) => /^[A-Z-]+ {2}/u.test(line));
    assert.deepEqual(
      headings.map((line) => line.split(",")[0]?.split(":")[0]),
      ["UNGUARDED  2 keys", "WRONG-GUARDRAIL  1 key", "UNVERIFIED  1 key"],
    );
    assert.deepEqual(
      lines.filter((line) => line.startsWith("  ")).map((line) => line.trim().split(/ {2,}/u)[0]),
      ["antelope", "zebra", row(2).keyName, "by-name-alone"],
    );
  });

  it("counts no requirement as a key where all that fails is one that nobody could look up", async () => {
    const report = await judgeRequired(
      [hashRequired(row(1).keyHash), nameRequired("by-name-alone", { suffices: false })],
      {
        assignments: listOf([row(1)]),
        inventory: inventoryOf([apiKey(1)]),
        ...plannedBy(keyResource("made", { name: unknownValue })),
      },
    );
    assert.match(describeFailure(report).split("\n")[0] ?? "", /^1 requirement could not be verified \(/u);
  });

  it("is the same whatever the order of the requirements", () => {
    const reversed = { ...mixed, findings: mixed.findings.toReversed() };
    assert.equal(describeFailure(reversed), describeFailure(mixed));
  });

  it("calls a key by its name, label and the first 8 characters of its hash", () => {
    const { keyName, keyLabel, keyHash } = row(2);
    assert(describeFailure(mixed).includes(`\n  ${keyName}  ${keyLabel}  ${keyHash.slice(0, 8)}\n`));
    assert(!describeFailure(mixed).includes(keyHash));
  });

  it("calls a key that is not in the list by its description and hash", async () => {
    const { keyHash } = row(7);
    const described = { ...hashRequired(keyHash), description: "the payment gateway" };
    const text = describeFailure(await judgedEmpty(described));
    assert(text.includes(`\n  the payment gateway  -  ${keyHash.slice(0, 8)}\n`), text);
    const bare = describeFailure(await judgedEmpty(hashRequired(keyHash)));
    assert(bare.includes(`\n  -  -  ${keyHash.slice(0, 8)}\n`), bare);
  });

  it("says once where and when the list was read, and once what to do", () => {
    const text = describeFailure(mixed);
    assert.equal(text.match(/\(OpenRouter, read 10:00:00Z\)/gu)?.length, 1);
    assert.equal(
      text.match(/Assign a guardrail to (?:it|each of these \d keys), then run this again\./gu)?.length,
      1,
    );
  });

  it("says in full any address that is not the service's own", () => {
    assert(mixed.source !== undefined);
    const source = { ...mixed.source, baseUrl: "https://gateway.example/v1" };
    const [first] = describeFailure({ ...mixed, source }).split("\n");
    assert.match(first ?? "", /\(OpenRouter at https:\/\/gateway\.example\/v1, read 10:00:00Z\)$/u);
  });

  it("names twenty keys, and says how many more there are and what lists them", async () => {
    const required = Array.from({ length: 23 }, (_, n) => hashRequired(row(n).keyHash));
    const lines = describeFailure(await judgedEmpty(...required)).split("\n");
    assert.equal(lines.filter((line) => line.startsWith("  -  ")).length, 20);
    assert.deepEqual(lines.slice(22, 25), [
      "  … and 3 more",
      "npx --no-install pulumi-guardrails check --config FILE lists all 23, where FILE is the one given by --policy-pack-config.",
      "Assign a guardrail to each of these 23 keys, then run this again. If the service answers 404 to that, no key has " +
        "such a hash any more: require the new key's hash, or its name.",
    ]);
    assert.doesNotMatch(describeFailure(await judgedEmpty(...required.slice(3))), / more$| lists /mu);
  });

  it("names one key of each group also where there are more groups than keys to name", async () => {
    const numbers = Array.from({ length: 23 }, (_, n) => n);
    const report = await judgeRequired(
      numbers.map((n) => hashRequired(row(n).keyHash, [guardrail])),
      { assignments: listOf(numbers.map((n) => row(n, { guardrailId: `other-${n}` }))) },
    );
    const lines = describeFailure(report).split("\n");
    const named = lines.filter(
      (line, n) => /^WRONG-GUARDRAIL /u.test(lines[n - 1] ?? "") && / {2}[0-9a-f]{8}$/u.test(line),
    );
    assert.equal(named.length, 23);
  });

  it("says of a key that several requirements mean what is worst, and once", async () => {
    const twice = await judgeRequired(
      [hashRequired(row(1).keyHash), hashRequired(row(1).keyHash, [guardrail])],
      {
        assignments: listOf([row(1, { guardrailId: otherGuardrail })]),
      },
    );
    const lines = describeFailure(twice).split("\n");
    assert.match(lines[0] ?? "", /^the only required key fails /u);
    assert.equal(lines.filter((line) => line.startsWith("  ")).length, 1);
  });

  it("lines the columns up as a terminal shows them, also under names that take two columns a character", async () => {
    const names = ["新しい鍵", "key"];
    const report = await judgeRequired(
      names.map((name) => nameRequired(name, { suffices: false })),
      { assignments: listOf([]), inventory: inventoryOf(names.map((name, n) => apiKey(n, { name }))) },
    );
    const text = describeFailure(report);
    assert(text.includes(`\n  key       ${row(1).keyLabel}  `), text);
    assert(text.includes(`\n  新しい鍵  ${row(0).keyLabel}  `), text);
  });

  it("has a state of its own for a name that no key has, and says where it is required", async () => {
    const report = await judgeRequired([nameRequired("prod-gone", { suffices: false })], {
      assignments: listOf([row(1)]),
      inventory: inventoryOf([apiKey(1)]),
    });
    const lines = describeFailure(report).split("\n");
    assert.match(lines[0] ?? "", /^1 required name or pattern matches no key \(/u);
    assert.equal(lines[1], "MISSING  1 requirement: no enabled key of the account matches");
    assert.match(lines[2] ?? "", /^ {2}prod-gone {2}- {2}- {2}\S+\.requiredKeys\[0\]$/u);
  });

  it("says once what several requirements lack, in their own order, with the place and the hint of each", async () => {
    const required = ["prod-z", "prod-gatewya", "prod-a"].map((name) =>
      nameRequired(name, { suffices: false }),
    );
    const report = await judgeRequired(required, {
      assignments: listOf([row(1)]),
      inventory: inventoryOf([apiKey(1, { name: "prod-gateway" })]),
    });
    const [, head, ...lines] = describeFailure(report).split("\n");
    assert.equal(head, "MISSING  3 requirements: no enabled key of the account matches");
    assert.match(lines[0] ?? "", /^ {2}prod-z .*requiredKeys\[0\]$/u);
    assert.match(lines[1] ?? "", /^ {2}prod-gatewya .*requiredKeys\[0\] \(did you mean "prod-gateway"\?\)$/u);
    assert.match(lines[2] ?? "", /^ {2}prod-a .*requiredKeys\[0\]$/u);
    assert.deepEqual(lines.slice(3), [
      "Correct the requirement, enable the key, or take the requirement out.",
    ]);
  });

  it("says first why there is no evidence", async () => {
    const required = [nameRequired("one"), nameRequired("two")];
    const report = await judgeRequired(required, { assignments: noEvidence });
    assert.equal(describeFailure(report), "could not verify: the list was not read.");
  });

  it("is not empty when nothing was judged", () => {
    assert.equal(
      describeFailure({ ...mixed, findings: [] }),
      "could not verify: the rule found nothing to judge.",
    );
  });

  it("says everything that could not be read, and then what is known", () => {
    const problems = [{ why: "could not verify: one." }, { why: "could not verify: two." }];
    const lines = describeFailure({ ...mixed, problems }).split("\n");
    assert.deepEqual(
      lines.slice(0, 2),
      problems.map(({ why }) => why),
    );
    assert.match(lines[2] ?? "", /^3 of 4 required keys fail/u);
  });

  it("does not pass off a missing assignment as a doubt, nor a doubt as a missing assignment", async () => {
    const unguarded = describeFailure(await judgedEmpty(nameRequired("one")));
    assert.match(unguarded, /no direct assignment/u);
    assert.doesNotMatch(unguarded, /could not/u);
    const doubt = await judgeRequired([nameRequired("one")], { assignments: noEvidence });
    assert.doesNotMatch(describeFailure(doubt), /no direct/u);
  });

  it("lists what passes only by a waiver too, last and without advice", () => {
    const [first, ...others] = mixed.findings;
    assert(first !== undefined);
    const waiver = { owner: "us", expires: "2026-03-31", reason: "moving" };
    const cause = { kind: "waived", waiver, otherwise: first.cause } as const;
    const waived = { ...first, state: "waived", cause, remedy: { kind: "none" } } as const;
    const lines = describeFailure({ ...mixed, findings: [waived, ...others] }).split("\n");
    assert.equal(
      lines.at(-1),
      'waived: key "by-name-alone": it is waived until 2026-03-31 by us because "moving"; it could not be verified by name: the name of a key declared in this stack is not known before deployment.',
    );
  });
});

describe("what is said of keys that are waived or exempt", () => {
  it("is each key, with what holds for several once", async () => {
    const inventory = inventoryOf(
      ["x-b", "x-a", "c"].map((name, n) => apiKey(n, { name, label: "sk-or-v1-0e6...1c96" })),
    );
    const exempt = [{ pattern: "x-*", reason: "until March" }, { name: "c" }];
    const report = judgedIn(
      await judgeRule("no-unguarded-keys", { exempt }, { assignments: listOf([]), inventory }),
    );
    const shown = (name: string, n: number) =>
      `"${name}" (sk-or-v1-0e6...1c96, hash ${row(n).keyHash.slice(0, 8)})`;
    assert.deepEqual(exceptionsIn(report), [
      `exempt: 2 keys ${shown("x-a", 1)}, ${shown("x-b", 0)}: each is exempt by pattern x-*, because until March.`,
      `exempt: key ${shown("c", 2)}: it is exempt by name c.`,
    ]);
  });
});
