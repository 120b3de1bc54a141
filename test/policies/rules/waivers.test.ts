import assert from "node:assert/strict";
import { prepareRule } from "../../../policies/judge";
import { describeVoidWaivers } from "../../../policies/report/waive";
import { rules } from "../../../policies/rules/index";
import { GuardrailsError } from "../../../provider/errors";
import {
  apiKey,
  guardrail,
  guardrailsOf,
  guardrailWith,
  inventoryOf,
  listOf,
  noEvidence,
  noon,
  otherGuardrail,
  row,
} from "../builders";
import { type Given, judgedIn, judgeRule } from "../judging";

const hash = row(1).keyHash;
const waiver = {
  hash: hash.toUpperCase(),
  rule: "required-keys-guarded",
  reason: "rotates in May",
  owner: "payments team",
  expires: "2026-03-31",
};
const own = { requiredKeys: [{ hash }, { hash: row(2).keyHash }] };

async function judged(waivers: readonly unknown[], given: Given = {}, settings: object = {}) {
  const assignments = listOf([row(2)]);
  const by = { assignments, ...given };
  return judgedIn(await judgeRule("required-keys-guarded", own, by, { waivers, ...settings }));
}

async function statesOf(...given: Parameters<typeof judged>) {
  return (await judged(...given)).findings.map(({ state }) => state).join(" ");
}

describe("a waiver", () => {
  it("lets the key it names pass its rule, and is told with owner, reason and end", async () => {
    const report = await judged([waiver]);
    assert.equal(report.findings.map(({ state }) => state).join(" "), "waived guarded");
    assert.equal(
      report.findings[0]?.reason,
      'is waived until 2026-03-31 by payments team because "rotates in May"; it has no direct assignment of a guardrail',
    );
    assert.equal(report.findings[0]?.next, "");
    assert.deepEqual(report.notes, []);
  });

  it("lets a key with the wrong guardrail pass too", async () => {
    const required = { requiredKeys: [{ hash, guardrail }] };
    const given = { assignments: listOf([row(1, { guardrailId: otherGuardrail })]) };
    const report = judgedIn(await judgeRule("required-keys-guarded", required, given, { waivers: [waiver] }));
    assert.equal(report.findings[0]?.state, "waived");
  });

  it("lets nothing pass that could not be verified", async () => {
    assert.equal(await statesOf([waiver], { assignments: noEvidence }), "unverified unverified");
  });

  it("is for one rule and one hash only", async () => {
    for (const changes of [{ rule: "no-unguarded-keys" }, { hash: row(3).keyHash }]) {
      assert.equal(await statesOf([{ ...waiver, ...changes }]), "unguarded guarded");
    }
  });

  it("does not hold for a requirement that no key matches, which has no hash", async () => {
    const named = { requiredKeys: [{ name: "nobody" }] };
    const given = { assignments: listOf([row(1)]), inventory: inventoryOf([apiKey(1)]) };
    const report = judgedIn(await judgeRule("required-keys-guarded", named, given, { waivers: [waiver] }));
    assert.equal(report.findings[0]?.state, "unguarded");
  });

  it("holds in each of the rules about keys of the account", async () => {
    const given = {
      assignments: listOf([row(1, { guardrailId: otherGuardrail })]),
      inventory: inventoryOf([apiKey(1)]),
      guardrails: guardrailsOf(guardrailWith({ id: otherGuardrail })),
    };
    for (const [rule, configured, by] of [
      ["approved-guardrails-only", { approved: [guardrail] }, given],
      ["guardrails-enforce-something", { require: [], requiredKeys: [{ hash }] }, given],
      ["no-unguarded-keys", { exempt: [] }, { ...given, assignments: listOf([row(2)]) }],
    ] as const) {
      const report = judgedIn(await judgeRule(rule, configured, by, { waivers: [{ ...waiver, rule }] }));
      assert.deepEqual([rule, report.findings[0]?.state], [rule, "waived"]);
    }
  });

  it("that nothing needs is noted, and one that something needs is not", async () => {
    const idle = { ...waiver, hash: row(2).keyHash };
    const ofAnotherRule = { ...waiver, rule: "no-unguarded-keys" };
    const { notes } = await judged([waiver, idle, ofAnotherRule]);
    assert.deepEqual(notes, [
      "waivers[1] is not needed: required-keys-guarded finds nothing to waive for its key.",
    ]);
  });

  it("holds to the end of its last day, by universal time, and not a millisecond longer", async () => {
    const lastDay = Date.parse("2026-03-31T00:00:00Z");
    const day = 86_400_000;
    assert.equal(await statesOf([waiver], { now: lastDay + day - 1 }), "waived guarded");
    assert.equal(await statesOf([waiver], { now: lastDay + day }), "unguarded guarded");
  });

  it("may reach as many days ahead as the configuration says, and 90 where it says nothing", async () => {
    const expires = (days: number) => new Date(noon + days * 86_400_000).toISOString().slice(0, 10);
    const states = (days: number, settings = {}) =>
      statesOf([{ ...waiver, expires: expires(days) }], {}, settings);
    assert.equal(await states(90), "waived guarded");
    assert.equal(await states(91), "unguarded guarded");
    assert.equal(await states(7, { maxWaiverDays: 7 }), "waived guarded");
    assert.equal(await states(8, { maxWaiverDays: 7 }), "unguarded guarded");
    assert.equal(await states(366, { maxWaiverDays: 366 }), "waived guarded");
    assert.equal(await states(1, { maxWaiverDays: 1 }), "waived guarded");
  });

  for (const maxWaiverDays of [0, 367, 1.5, "90", null]) {
    it(`may not reach ${JSON.stringify(maxWaiverDays)} days ahead: that configuration is refused`, async () => {
      await assert.rejects(
        judged([waiver], {}, { maxWaiverDays }),
        /guardrails-settings .* maxWaiverDays must be a whole number of days from 1 to 366/u,
      );
    });
  }

  it("that is void says so where it would have helped, and a valid one of the same key still holds", async () => {
    const expired = { ...waiver, expires: "2026-02-28" };
    const report = await judged([expired]);
    assert.equal(report.findings[0]?.state, "unguarded");
    assert.equal(
      report.findings[0]?.reason,
      "has no direct assignment of a guardrail (waivers[0] is void: it expired on 2026-02-28)",
    );
    assert.deepEqual(report.notes, []);
    assert.equal(await statesOf([expired, waiver]), "waived guarded");
    const [finding] = (await judged([waiver, expired, { ...waiver, reason: "another" }])).findings;
    assert.match(
      finding?.reason ?? "",
      /because "rotates in May"; it has no direct assignment of a guardrail$/u,
    );
  });

  it("is shown harmlessly, whatever its owner and reason hold", async () => {
    const [finding] = (await judged([{ ...waiver, owner: "a\nb", reason: "::error::c" }])).findings;
    assert.match(finding?.reason ?? "", /by a\\u\{a\}b because ": :error: :c";/u);
  });
});

describe("a waiver that is void", () => {
  const [rule] = rules;
  const voidBy = (waivers: unknown) => {
    assert(rule !== undefined);
    return describeVoidWaivers(prepareRule(rule, { own, settings: { waivers } }, noon).waivers);
  };

  for (const [title, changes, why] of [
    ["expired", { expires: "2026-02-28" }, /^waivers\[0\] is void: it expired on 2026-02-28\.$/u],
    [
      "too long",
      { expires: "2026-06-30" },
      /^waivers\[0\] is void: it expires more than the maxWaiverDays of 90 ahead\.$/u,
    ],
    ["without an end", { expires: undefined }, /is malformed: expires must be a date like 2027-01-31/u],
    ["with a time for its end", { expires: "2026-03-31T00:00:00Z" }, /expires must be a date/u],
    ["with a day that does not exist", { expires: "2026-02-30" }, /expires must be a date/u],
    ["for an unknown rule", { rule: "all" }, /is malformed: rule must be one of required-keys-guarded, /u],
    ["by name", { hash: "prod-gateway" }, /is malformed: hash must be a key's hash/u],
    ["for a raw key", { hash: `sk-or-v1-${hash}` }, /hash holds what looks like an API key itself/u],
    ["without a reason", { reason: "" }, /reason must not be empty/u],
    ["without an owner", { owner: undefined }, /owner must be text/u],
    ["with a word more", { until: "2027" }, /^waivers\[0\] is void: it has an unknown name\.$/u],
  ] as const) {
    it(`is one ${title}; it lets nothing pass and is reported`, async () => {
      const entry = JSON.parse(JSON.stringify({ ...waiver, ...changes }));
      assert.equal(await statesOf([entry]), "unguarded guarded");
      const [said, ...others] = voidBy([entry, waiver]);
      assert.equal(others.length, 0);
      assert.match(said ?? "", why);
      assert(!said?.includes("payments team"));
    });
  }

  for (const entry of [null, "waiver", 7, [waiver]]) {
    it(`is one that is no object: ${JSON.stringify(entry).slice(0, 20)}`, async () => {
      assert.equal(await statesOf([waiver, entry]), "waived guarded");
      assert.match(voidBy([waiver, entry]).join(), /^waivers\[1\] is void: it must be an object\.$/u);
    });
  }

  for (const waivers of [null, {}, "none"]) {
    it(`is not what a configuration has whose waivers are no list: ${JSON.stringify(waivers)}`, () => {
      assert.throws(
        () => voidBy(waivers),
        (error) =>
          error instanceof GuardrailsError && /waivers must be a list of waivers/u.test(error.message),
      );
    });
  }
});
