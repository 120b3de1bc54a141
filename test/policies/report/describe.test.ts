import assert from "node:assert/strict";
import { describeCounts, describeFailure, describePass } from "../../../policies/report/describe";
import { reportPasses } from "../../../policies/report/report";
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
import { type Judged, judgeRequired, judgeRule } from "../judging";
import { plannedBy } from "../rules/declared";
import { assignmentResource, keyResource, unknownValue } from "../stack-resource";

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

  it("begins with how many keys are in each state", () => {
    const counts = "required keys: 2 unguarded, 1 wrong-guardrail, 1 unverified, 1 guarded";
    assert.equal(describeCounts(mixed), counts);
    assert(describeFailure(mixed).startsWith(`${counts} (list of OpenRouter at https:`));
  });

  it("has one line for each key that does not pass, the worst states first, then by name", () => {
    const lines = describeFailure(mixed).split("\n").slice(1);
    assert.deepEqual(
      lines.slice(0, 4).map((line) => /^([a-z-]+): key "([^"]+)"/u.exec(line)?.slice(1)),
      [
        ["unguarded", "antelope"],
        ["unguarded", "zebra"],
        ["wrong-guardrail", row(2).keyName],
        ["unverified", "by-name-alone"],
      ],
    );
  });

  it("is the same whatever the order of the requirements", () => {
    const reversed = { ...mixed, findings: mixed.findings.toReversed() };
    assert.equal(describeFailure(reversed), describeFailure(mixed));
  });

  it("calls a key by its name, label and the first 8 characters of its hash", () => {
    const { keyName, keyLabel, keyHash } = row(2);
    assert(describeFailure(mixed).includes(`key "${keyName}" (${keyLabel}, hash ${keyHash.slice(0, 8)}) is`));
    assert(!describeFailure(mixed).includes(keyHash));
  });

  it("calls a key that is not in the list by its description and hash", async () => {
    const { keyHash } = row(7);
    const described = { ...hashRequired(keyHash), description: "the payment gateway" };
    const text = describeFailure(await judgedEmpty(described));
    assert(text.includes(`key "the payment gateway" (hash ${keyHash.slice(0, 8)}) has no`), text);
    const bare = describeFailure(await judgedEmpty(hashRequired(keyHash)));
    assert(bare.includes(`key hash ${keyHash.slice(0, 8)} has no`), bare);
  });

  it("says once where and when the list was read, and once what to do", () => {
    const text = describeFailure(mixed);
    assert.equal(
      text.match(/\(list of OpenRouter at https:\S+, read 2026-03-01T10:00:00\.000Z\)/gu)?.length,
      1,
    );
    assert.equal(text.match(/Assign a guardrail to it, then run this again\./gu)?.length, 1);
  });

  it("names twenty keys, and says how many more there are and what lists them", async () => {
    const required = Array.from({ length: 23 }, (_, n) => hashRequired(row(n).keyHash));
    const lines = describeFailure(await judgedEmpty(...required)).split("\n");
    assert.equal(lines.filter((line) => line.startsWith("unguarded: ")).length, 20);
    assert.equal(lines[21], "… and 3 more: npx --no-install pulumi-guardrails check lists them all.");
    assert.doesNotMatch(describeFailure(await judgedEmpty(...required.slice(3))), / more: /u);
  });

  it("says first why there is no evidence", async () => {
    const required = [nameRequired("one"), nameRequired("two")];
    const report = await judgeRequired(required, { assignments: noEvidence });
    const [first, ...others] = describeFailure(report).split("\n");
    assert.equal(first, "could not verify: the list was not read. (required keys: 2 unverified)");
    assert.equal(others.filter((line) => line.startsWith("unverified: ")).length, 2);
  });

  it("is not empty when nothing was judged", () => {
    assert.match(describeFailure({ ...mixed, findings: [] }), /^required keys: none \(list of /u);
  });

  it("says everything that could not be read, the first with the counts", async () => {
    const report = { ...mixed, findings: [], problems: ["could not verify: one.", "could not verify: two."] };
    assert.equal(
      describeFailure({ ...report, source: undefined }),
      "could not verify: one. (required keys: none)\ncould not verify: two.",
    );
  });

  it("does not pass off a missing assignment as a doubt, nor a doubt as a missing assignment", async () => {
    const unguarded = describeFailure(await judgedEmpty(nameRequired("one")));
    assert.match(unguarded, /has no direct assignment/u);
    assert.doesNotMatch(unguarded, /could not/u);
    const doubt = await judgeRequired([nameRequired("one")], { assignments: noEvidence });
    assert.doesNotMatch(describeFailure(doubt), /no direct/u);
  });

  it("lists what passes only by exception too, last and without advice", async () => {
    const [first, ...others] = mixed.findings;
    assert(first !== undefined);
    const waived = { ...first, state: "waived" as const, reason: "is waived", remedy: "" };
    const lines = describeFailure({ ...mixed, findings: [waived, ...others] }).split("\n");
    assert.match(lines[0] ?? "", /^required keys: 2 unguarded, 1 wrong-guardrail, 1 waived, 1 guarded \(/u);
    assert.equal(lines.at(-1), 'waived: key "by-name-alone" is waived.');
  });
});

describe("the text of a report that passes", () => {
  const given = { assignments: listOf([row(1), row(2)]) };
  const source = "list of OpenRouter at https://openrouter.ai/api/v1, read 2026-03-01T10:00:00.000Z";

  it("is one line: how many keys, and where and when the list was read", async () => {
    const required = [hashRequired(row(1).keyHash), hashRequired(row(2).keyHash)];
    assert.equal(describePass(await judgeRequired(required, given)), `required keys: 2 guarded (${source})`);
  });

  it("lists each key that passes only by exception", async () => {
    const waivers = ["zebra", "antelope"].map((reason, n) => ({
      hash: row(7 + n).keyHash,
      rule: "required-keys-guarded",
      reason,
      owner: "platform",
      expires: "2026-03-08",
    }));
    const requiredKeys = waivers.map(({ hash, reason }) => ({ hash, description: reason }));
    const report = await judgeRule("required-keys-guarded", { requiredKeys }, given, { waivers });
    const why = "it has no direct assignment of a guardrail";
    assert.equal(
      describePass(report),
      [
        `required keys: 2 waived (${source})`,
        `waived: key "antelope" (hash ${row(8).keyHash.slice(0, 8)}) is waived until 2026-03-08 by platform because "antelope"; ${why}.`,
        `waived: key "zebra" (hash ${row(7).keyHash.slice(0, 8)}) is waived until 2026-03-08 by platform because "zebra"; ${why}.`,
      ].join("\n"),
    );
  });

  it("counts keys that this deployment is about to guard apart", async () => {
    const { keyHash } = row(7);
    const planned = plannedBy(assignmentResource("a", [], { keyHash, guardrailId: guardrail }));
    const required = [hashRequired(row(1).keyHash), hashRequired(keyHash)];
    const report = await judgeRequired(required, { ...given, ...planned });
    assert(reportPasses(report));
    assert.equal(describePass(report), `required keys: 1 guarded-by-deployment, 1 guarded (${source})`);
  });

  it("says why a rule does not apply", async () => {
    assert.match(
      describePass(await judgeRule("no-unguarded-keys", {})),
      /^not applicable: it is not configured; /u,
    );
  });
});
