import assert from "node:assert/strict";
import { readWaivers } from "../../../policies/configuration/rule-configuration";
import type { WaiverEntry } from "../../../policies/configuration/waiver";
import { describeInvalidWaivers } from "../../../policies/report/waive";
import { ruleNames } from "../../../policies/rules/index";
import { sanitize } from "../../../provider/redaction/sanitize";
import { noon, row } from "../builders";
import { configurationOf, refusalOf } from "./configuration-of";

const waiver = {
  hash: row(1).keyHash,
  rule: "required-keys-guarded",
  reason: "is rotated next week",
  owner: "platform team",
  expires: "2026-03-08",
};

/** The waivers as all rules get them, at this time. */
function entriesOf(waivers: readonly unknown[], more: Readonly<Record<string, unknown>> = {}, now = noon) {
  const settings = { waivers, ...more };
  const { waivers: entries } = configurationOf({ requiredKeys: [{ name: "any" }] }, { settings, now });
  assert.deepEqual(readWaivers(settings, ruleNames, now), entries);
  return entries;
}

function entryOf(given: unknown, more?: Readonly<Record<string, unknown>>, now?: number): WaiverEntry {
  const [entry, ...others] = entriesOf([given], more, now);
  assert(entry !== undefined && others.length === 0);
  return entry;
}

function whyInvalid(...given: Parameters<typeof entryOf>): string {
  const entry = entryOf(...given);
  assert(entry.kind === "invalid", "it is valid");
  return entry.why;
}

describe("a waiver", () => {
  it("is for one key by its hash, in lower case, and for one rule", () => {
    assert.deepEqual(entryOf({ ...waiver, hash: waiver.hash.toUpperCase() }), {
      kind: "valid",
      place: "waivers[0]",
      waiver,
    });
    for (const rule of ruleNames) assert.equal(entryOf({ ...waiver, rule }).kind, "valid");
  });

  it("holds until the last millisecond of the day it expires on, in UTC", () => {
    const end = Date.UTC(2026, 2, 9);
    assert.equal(entryOf(waiver, {}, end - 1).kind, "valid");
    assert.equal(whyInvalid(waiver, {}, end), "it expired on 2026-03-08");
    assert.equal(whyInvalid(waiver, {}, end + 1), "it expired on 2026-03-08");
  });

  it("may expire 90 days ahead at most", () => {
    assert.equal(entryOf({ ...waiver, expires: "2026-05-30" }).kind, "valid");
    assert.equal(
      whyInvalid({ ...waiver, expires: "2026-05-31" }),
      "it expires more than the maxWaiverDays of 90 ahead",
    );
    assert.match(whyInvalid({ ...waiver, expires: "9999-12-31" }), /ahead$/u);
  });

  it("may expire as far ahead as maxWaiverDays says, whatever the time of day", () => {
    for (const now of [Date.UTC(2026, 2, 1), noon, Date.UTC(2026, 2, 2) - 1]) {
      const valid = (expires: string, maxWaiverDays: number) =>
        entryOf({ ...waiver, expires }, { maxWaiverDays }, now).kind === "valid";
      assert(valid("2026-03-01", 1));
      assert(valid("2026-03-02", 1));
      assert(!valid("2026-03-03", 1));
      assert(valid("2027-03-02", 366));
      assert(!valid("2027-03-03", 366));
    }
  });

  const malformed: Readonly<Record<string, readonly [given: unknown, why: RegExp]>> = {
    "that is null": [null, /^it must be an object$/u],
    "that is a text": [waiver.hash, /^it must be an object$/u],
    "that is a list": [[waiver], /^it must be an object$/u],
    "without a hash": [
      { ...waiver, hash: undefined },
      /^it has no hash \(a waiver is \{ "hash": "…", .*\}\)$/u,
    ],
    "with a short hash": [{ ...waiver, hash: waiver.hash.slice(1) }, /^its hash must be/u],
    "with a pattern": [{ ...waiver, hash: "*" }, /^its hash must be/u],
    "by name": [{ ...waiver, name: "prod-gateway" }, /^it has the unknown setting name$/u],
    "without a rule": [{ ...waiver, rule: undefined }, /^it has no rule \(/u],
    "for an unknown rule": [{ ...waiver, rule: "required-key-guarded" }, /^its rule must be one of /u],
    "for all rules": [{ ...waiver, rule: "*" }, /^its rule must be one of /u],
    "for the settings": [{ ...waiver, rule: "guardrails-settings" }, /^its rule must be one of /u],
    "for a list of rules": [{ ...waiver, rule: [waiver.rule] }, /^its rule must be one of /u],
    "without a reason": [{ ...waiver, reason: undefined }, /^it has no reason \(/u],
    "with an empty reason": [{ ...waiver, reason: "" }, /^its reason must not be empty$/u],
    "without an owner": [{ ...waiver, owner: undefined }, /^it has no owner \(/u],
    "with an empty owner": [{ ...waiver, owner: "" }, /^its owner must not be empty$/u],
    "with a blank reason": [
      { ...waiver, reason: " \u00a0\t" },
      /^its reason must have a letter or a digit that can be seen$/u,
    ],
    "with an owner that nobody sees": [
      { ...waiver, owner: "\u200b\u3164\ufe0f" },
      /^its owner must have a letter or a digit that can be seen$/u,
    ],
    "with punctuation for an owner": [{ ...waiver, owner: "-" }, /^its owner must have a letter/u],
    "without an end": [{ ...waiver, expires: undefined }, /^it has no expires \(/u],
    "that never ends": [{ ...waiver, expires: null }, /^its expires must be a date like /u],
    "that ends at a time": [{ ...waiver, expires: "2026-03-08T00:00:00Z" }, /^its expires must/u],
    "that ends on no day": [{ ...waiver, expires: "2026-02-30" }, /^its expires must be a date/u],
    "that ends in words": [{ ...waiver, expires: "8 March 2026" }, /^its expires must be a date/u],
    "that ends on a number": [{ ...waiver, expires: 20_260_308 }, /^its expires must be a date/u],
    "with two mistakes": [
      { ...waiver, reason: "", owner: "" },
      /^its reason must not be empty; its owner must not be empty$/u,
    ],
    "that is empty": [
      {},
      /^it has no hash, no rule, no reason, no owner, no expires \(a waiver is \{ .*\}\)$/u,
    ],
    "with something missing and something wrong": [
      { ...waiver, hash: "zz", until: 5, owner: undefined },
      /^it has no owner \(.*\); its hash must be .*; it has the unknown setting until$/u,
    ],
    "with a name besides": [{ ...waiver, until: "2026-03-08" }, /^it has the unknown setting until$/u],
  };
  for (const [title, [given, why]] of Object.entries(malformed)) {
    it(`${title} is invalid`, () => {
      assert.match(whyInvalid(given), why);
    });
  }

  it("that is malformed leaves the others as they are", () => {
    assert.deepEqual(
      entriesOf([{ ...waiver, owner: "" }, waiver, null, { ...waiver, hash: row(2).keyHash }]).map(
        ({ kind, place }) => [kind, place],
      ),
      [
        ["invalid", "waivers[0]"],
        ["valid", "waivers[1]"],
        ["invalid", "waivers[2]"],
        ["valid", "waivers[3]"],
      ],
    );
  });

  it("that is for the key and rule of one that holds has no effect, and says which that is", () => {
    const expired = { ...waiver, expires: "2026-02-28" };
    const other = { ...waiver, rule: "no-unguarded-keys" };
    const again = { ...waiver, hash: waiver.hash.toUpperCase(), reason: "another" };
    assert.deepEqual(describeInvalidWaivers(entriesOf([expired, waiver, other, again])), [
      "waivers[0] has no effect: it expired on 2026-02-28.",
      "waivers[3] has no effect: waivers[1] is for the same key and rule, and holds.",
    ]);
  });

  it("that is invalid is described by its place and never by its values", () => {
    const given = [
      { ...waiver, reason: "::error::" },
      { ...waiver, expires: "2026-02-28", owner: "nobody-here" },
      { ...waiver, rule: "misspelt-rule" },
      { "::error::": 1, ...waiver },
    ];
    assert.deepEqual(describeInvalidWaivers(entriesOf(given)), [
      "waivers[1] has no effect: it expired on 2026-02-28.",
      `waivers[2] has no effect: its rule must be one of ${ruleNames.join(", ")}.`,
      `waivers[3] has no effect: it has the unknown setting ${sanitize("::error::")}.`,
    ]);
  });
});

describe("the list of waivers", () => {
  it("may be left out or empty", () => {
    assert.deepEqual(configurationOf({ requiredKeys: [{ name: "any" }] }).waivers, []);
    assert.deepEqual(entriesOf([]), []);
  });

  it("must be a list", () => {
    for (const waivers of [null, {}, waiver, "all"]) {
      assert.match(
        refusalOf({ requiredKeys: [{ name: "any" }] }, { settings: { waivers } }),
        /of guardrails-settings is not valid: waivers must be a list of waivers/u,
      );
    }
  });

  it("has a horizon from 1 to 366 whole days", () => {
    for (const maxWaiverDays of [0, -1, 1.5, 367, "90", null, Number.POSITIVE_INFINITY]) {
      assert.match(
        refusalOf({ requiredKeys: [{ name: "any" }] }, { settings: { maxWaiverDays } }),
        /maxWaiverDays must be a whole number of days from 1 to 366/u,
      );
    }
  });
});
