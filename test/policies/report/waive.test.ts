import assert from "node:assert/strict";
import type { KeyState } from "../../../policies/findings/report";
import { isDoubt, reportPasses } from "../../../policies/findings/report";
import { apiKey, guardrail, inventoryOf, listOf, noEvidence, noon, otherGuardrail, row } from "../builders";
import { type Given, judgedIn, judgeRule } from "../judging";
import { declaredBy, plannedBy } from "../rules/declared";
import { keyResource, unknownValue } from "../stack-resource";

const rule = "required-keys-guarded";
const unguarded = row(7).keyHash;
const wrong = row(2).keyHash;
const guarded = row(1).keyHash;
const assignments = listOf([row(1), row(2, { guardrailId: otherGuardrail })]);
const requiredKeys = [{ hash: unguarded }, { hash: wrong, guardrail }, { hash: guarded }];

function waiverFor(hash: string, changes: Readonly<Record<string, unknown>> = {}) {
  return { hash, rule, reason: "rotation", owner: "platform team", expires: "2026-03-08", ...changes };
}

/** The report on one unguarded key, one with the wrong guardrail and one guarded key, with these waivers. */
async function waived(
  waivers: readonly unknown[],
  given: Given = {},
  keys: readonly unknown[] = requiredKeys,
) {
  const by = { assignments, inventory: inventoryOf([1, 2, 7].map((n) => apiKey(n))), ...given };
  return judgedIn(await judgeRule(rule, { requiredKeys: keys }, by, { waivers }));
}

async function statesOf(...given: Parameters<typeof waived>): Promise<KeyState[]> {
  return (await waived(...given)).findings.map(({ state }) => state);
}

describe("a waiver, where this machine's clock decides", () => {
  const keys = [{ hash: unguarded }];
  const clockOf = (own: string) =>
    ({ clock: { kind: "compared", own, service: "2026-03-01T10:00:00.000Z" } }) as const;
  const agreeing = clockOf("2026-03-01T10:05:00.000Z");
  const wrong = clockOf("2026-03-01T10:05:00.001Z");

  it("holds while the clocks are five minutes apart, and not a millisecond more", async () => {
    for (const [clock, state] of [
      [agreeing, "waived"],
      [wrong, "unverified"],
    ] as const) {
      const [finding] = (await waived([waiverFor(unguarded)], { assignments: listOf([], clock) }, keys))
        .findings;
      assert.equal(finding?.state, state);
    }
  });

  it("says which clocks disagree, and what to do", async () => {
    const [finding] = (await waived([waiverFor(unguarded)], { assignments: listOf([], wrong) }, keys))
      .findings;
    assert.equal(
      finding?.reason,
      "could not be verified: nobody can tell whether its waiver until 2026-03-08 holds, because this machine's " +
        "clock said 2026-03-01T10:05:00.001Z when the service's said 2026-03-01T10:00:00.000Z",
    );
    assert.equal(
      finding.advice,
      "Set this machine's clock, or read the service directly, then run this again.",
    );
  });

  it("does not hold where the answers about keys alone disagree", async () => {
    const stateBy = async (clock: object) => {
      const given = { assignments: listOf([]), inventory: inventoryOf([apiKey(7)], clock) };
      const waivers = [waiverFor(unguarded, { rule: "no-unguarded-keys" })];
      const report = await judgeRule("no-unguarded-keys", { exempt: [] }, given, { waivers });
      return judgedIn(report).findings.map(({ state }) => state);
    };
    assert.deepEqual(await stateBy(agreeing), ["waived"]);
    assert.deepEqual(await stateBy(wrong), ["unverified"]);
  });

  for (const [title, list, state, reason] of [
    ["holds by the list, read for that", listOf([], agreeing), "waived", /^is waived until/u],
    [
      "does not hold where that list disagrees",
      listOf([], wrong),
      "unverified",
      /because this machine's clock/u,
    ],
    [
      "does not hold where that list could not be read",
      noEvidence,
      "unverified",
      /because the service, whose clock tells, could not be read$/u,
    ],
  ] as const) {
    it(`${title}, for a rule that reads nothing`, async () => {
      const declared = declaredBy([keyResource("own", { hash: unguarded })]);
      const waivers = [waiverFor(unguarded, { rule: "declared-keys-guarded" })];
      const report = await judgeRule(
        "declared-keys-guarded",
        {},
        { declared, assignments: list },
        { waivers },
      );
      const [finding] = judgedIn(report).findings;
      assert.equal(finding?.state, state);
      assert.match(finding.reason, reason);
    });
  }

  it("is for no key whose hash is not known yet", async () => {
    const declared = declaredBy([keyResource("own")]);
    const waivers = [waiverFor(unguarded, { rule: "declared-keys-guarded" })];
    const report = await judgeRule("declared-keys-guarded", {}, { declared }, { waivers });
    assert.deepEqual(
      judgedIn(report).findings.map(({ state }) => state),
      ["unguarded"],
    );
  });
});

describe("a waiver lets pass", () => {
  it("a key that is unguarded, and says until when, by whom, why, and what was found", async () => {
    const { findings } = await waived([waiverFor(unguarded)], {}, [{ hash: unguarded }]);
    assert.deepEqual(
      findings.map(({ state, reason, advice }) => ({ state, reason, advice })),
      [
        {
          state: "waived",
          reason:
            'is waived until 2026-03-08 by platform team because "rotation"; it has no direct assignment of a guardrail',
          advice: "",
        },
      ],
    );
  });

  it("a key that has the wrong guardrail", async () => {
    const { findings } = await waived([waiverFor(wrong)]);
    assert.equal(findings[1]?.state, "waived");
    assert.match(findings[1]?.reason ?? "", /; it is assigned to guardrail .* not the one required$/u);
  });

  it("the report, once no other key is in the way", async () => {
    assert.deepEqual(await statesOf([]), ["unguarded", "wrong-guardrail", "guarded"]);
    assert.equal(reportPasses(await waived([waiverFor(unguarded)])), false);
    assert.equal(reportPasses(await waived([waiverFor(unguarded), waiverFor(wrong)])), true);
  });

  it("every finding about its key", async () => {
    const keys = [{ hash: unguarded }, { hash: unguarded, guardrail }];
    assert.deepEqual(await statesOf([waiverFor(unguarded)], {}, keys), ["waived", "waived"]);
  });

  it("the one key of its hash, not the other of the same name", async () => {
    const inventory = inventoryOf([7, 8].map((n) => apiKey(n, { name: "prod-gateway" })));
    const keys = [{ name: "prod-gateway" }];
    const { findings } = await waived([waiverFor(unguarded)], { inventory }, keys);
    assert.deepEqual(
      findings.map(({ key, state }) => [key.hash, state]),
      [
        [unguarded, "waived"],
        [row(8).keyHash, "unguarded"],
      ],
    );
  });

  it("a key whose hash the service writes in upper case", async () => {
    const inventory = inventoryOf([apiKey(7, { hash: unguarded.toUpperCase() })]);
    assert.deepEqual(await statesOf([waiverFor(unguarded)], { inventory }, [{ pattern: "*" }]), ["waived"]);
  });
});

describe("a waiver lets nothing pass", () => {
  it("of another rule", async () => {
    const other = waiverFor(unguarded, { rule: "no-unguarded-keys" });
    assert.deepEqual(await statesOf([other]), ["unguarded", "wrong-guardrail", "guarded"]);
  });

  it("of another key", async () => {
    assert.deepEqual(await statesOf([waiverFor(row(9).keyHash)]), [
      "unguarded",
      "wrong-guardrail",
      "guarded",
    ]);
  });

  it("that could not be verified", async () => {
    const keys = [{ hash: unguarded }];
    const report = await waived([waiverFor(unguarded)], { assignments: noEvidence }, keys);
    assert.deepEqual(
      report.findings.map(({ state }) => state),
      ["unverified"],
    );
    assert(isDoubt(report));
  });

  it("of which no hash is known: a name that no key has", async () => {
    const inventory = inventoryOf([apiKey(1)]);
    assert.deepEqual(await statesOf([waiverFor(unguarded)], { inventory }, [{ name: row(7).keyName }]), [
      "missing",
    ]);
  });

  it("once its day is over, and the key's line says so beside what is wrong with it", async () => {
    const now = Date.UTC(2026, 2, 9);
    const { findings } = await waived([waiverFor(unguarded)], { now });
    assert.equal(findings[0]?.state, "unguarded");
    assert.equal(
      findings[0]?.reason,
      "has no direct assignment of a guardrail (waivers[0] has no effect: it expired on 2026-03-08)",
    );
    assert.match(findings[0]?.advice ?? "", /^Assign a guardrail to it/u);
    assert.deepEqual(await statesOf([waiverFor(unguarded)], { now: now - 1 }), [
      "waived",
      "wrong-guardrail",
      "guarded",
    ]);
  });

  it("where it reaches too far ahead", async () => {
    const { findings } = await waived([waiverFor(unguarded, { expires: "2027-03-08" })]);
    assert.equal(findings[0]?.state, "unguarded");
    assert.match(
      findings[0]?.reason ?? "",
      /\(waivers\[0\] has no effect: it expires more than the maxWaiverDays of 90 ahead\)$/u,
    );
  });

  it("where it is malformed", async () => {
    assert.deepEqual(await statesOf([waiverFor(unguarded, { owner: "" }), null, unguarded]), [
      "unguarded",
      "wrong-guardrail",
      "guarded",
    ]);
  });
});

describe("two waivers for one key", () => {
  it("are one: the first that holds is named", async () => {
    const twice = [waiverFor(unguarded, { reason: "first" }), waiverFor(unguarded, { reason: "second" })];
    const report = await waived(twice);
    assert.match(report.findings[0]?.reason ?? "", /because "first"; it has no direct/u);
    assert.doesNotMatch(report.findings[0]?.reason ?? "", /second/u);
    assert.deepEqual(report.notes, []);
  });

  it("hold if one of them does, in either order", async () => {
    const held = waiverFor(unguarded);
    const expired = waiverFor(unguarded, { expires: "2026-02-01" });
    for (const both of [
      [held, expired],
      [expired, held],
    ]) {
      assert.equal((await statesOf(both))[0], "waived");
    }
  });
});

describe("a waiver that is not needed", () => {
  it("is noted by its place: its key is guarded, or nobody asks for it", async () => {
    const { notes } = await waived([waiverFor(unguarded), waiverFor(guarded), waiverFor(row(9).keyHash)]);
    assert.deepEqual(notes, [
      `waivers[1] is not needed: its key passes ${rule} without it.`,
      `waivers[2] waives nothing: ${rule} does not judge its key.`,
    ]);
    const inventory = inventoryOf([apiKey(1)]);
    const keys = [{ hash: row(9).keyHash }, { pattern: "*" }];
    const missing = await waived([waiverFor(row(9).keyHash)], { inventory }, keys);
    assert.deepEqual(missing.notes, ["waivers[0] waives nothing: the account has no such key."]);
  });

  it("is not noted where it is another rule's, void, or used", async () => {
    const waivers = [
      waiverFor(guarded, { rule: "no-unguarded-keys" }),
      waiverFor(guarded, { expires: "2026-02-01" }),
      waiverFor(unguarded),
    ];
    assert.deepEqual((await waived(waivers, { now: noon })).notes, []);
  });

  it("is not noted where something could not be verified: perhaps it is needed", async () => {
    const waivers = [waiverFor(guarded)];
    assert.deepEqual((await waived(waivers, { assignments: noEvidence })).notes, []);
    const named = [{ hash: guarded }, { name: "prod-gateway" }];
    assert.deepEqual((await waived(waivers, { inventory: noEvidence }, named)).notes, []);
  });

  it("is not noted where one key among others is a doubt, although everything could be read", async () => {
    const named = [{ hash: guarded }, { name: "prod-gateway" }];
    const given = { inventory: inventoryOf([]), ...plannedBy(keyResource("made", { name: unknownValue })) };
    const report = await waived([waiverFor(guarded)], given, named);
    assert.deepEqual(
      report.findings.map(({ state }) => state),
      ["guarded", "unverified"],
    );
    assert.deepEqual([report.problems, report.notes], [[], []]);
  });

  it("is not noted where the list could not be read, although no key is a doubt then", async () => {
    const waiver = waiverFor(guarded, { rule: "no-unguarded-keys" });
    const given = { assignments: noEvidence, inventory: inventoryOf([]) };
    const report = judgedIn(
      await judgeRule("no-unguarded-keys", { exempt: [] }, given, { waivers: [waiver] }),
    );
    assert.deepEqual([report.findings.length, report.problems.length, report.notes], [0, 1, []]);
  });
});
