import assert from "node:assert/strict";
import { Ledger, sampleAssignment } from "../../local-service/index";
import { settingsName } from "../../policies/configuration/shared-settings";
import { environmentFor, useFiles } from "../cli/run-command";
import { runHere } from "../cli/run-here";
import { useServices } from "../http/reading-of";
import { environmentOf, runPolicies } from "./policy-run";

const [one, other, third] = [
  "11111111-1111-4111-8111-111111111111",
  "22222222-2222-4222-8222-222222222222",
  "33333333-3333-4333-8333-333333333333",
] as const;
const { keyHash } = sampleAssignment(1);

/** Keys of which the first has no guardrail and the others have `one`. */
function accountOf(keys: number): Ledger {
  const ledger = new Ledger();
  for (const id of [one, other, third]) ledger.guardrails.add({ id, limit_usd: 10 });
  ledger.addKey(sampleAssignment(1));
  for (let n = 2; n <= keys; n += 1) ledger.assign({ ...sampleAssignment(n), guardrailId: one });
  return ledger;
}

const required = "guardrails-settings.requiredKeys[0].guardrail";
const approved = "approved-guardrails-only.approved";
const byTwoRules = {
  [settingsName]: { requiredKeys: [{ pattern: "*", guardrail: one }] },
  "approved-guardrails-only": { approved: [other] },
  "no-unguarded-keys": { exempt: [] },
};
const byOneRule = {
  [settingsName]: {
    requiredKeys: [
      { pattern: "*", guardrail: one },
      { hash: keyHash, guardrail: other },
    ],
  },
};

/** What people run, and what a sentence in words recommends. */
const recommended = /GUARDRAIL=|Assign [^.]* to (?:it|this|these|each of these)\b/u;

describe("two settings that no guardrail can pass together", () => {
  const running = useServices();
  const write = useFiles();

  async function told(configuration: object, keys: number, argv: readonly string[]) {
    const service = await running({ ledger: accountOf(keys) });
    const [command = "check", ...options] = argv;
    const all = [command, ...options, "--config", write(configuration)];
    const { status, out } = await runHere(all, environmentFor(service), {
      terminal: argv.includes("--format") ? undefined : { columns: 120, colour: false },
    });
    return { status, out };
  }

  async function violations(configuration: object, keys: number) {
    const service = await running({ ledger: accountOf(keys) });
    const run = await runPolicies({
      environment: environmentOf(service),
      configuration: { ...configuration },
    });
    return run.violations;
  }

  for (const format of ["text", "json", "markdown", "html", "sarif", "junit"]) {
    it(`are named in the ${format} report, which recommends no command`, async () => {
      const { status, out } = await told(byTwoRules, 3, ["check", "--format", format]);
      assert.equal(status, 1);
      assert(out.includes(required) && out.includes(approved), out);
      assert.match(out, /No guardrail can pass both .*they have none in common/u);
      assert.doesNotMatch(out, recommended);
    });
  }

  it("are named once on a terminal, with how many keys fail for them", async () => {
    const { out } = await told(byTwoRules, 3, ["check"]);
    assert.equal(out.match(/No guardrail can pass both/gu)?.length, 1);
    const named = [1, 2, 3].map((n) => `"${sampleAssignment(n).keyName}" [0-9a-f]{8}`).join(", ");
    assert.match(
      out,
      new RegExp(`Change one of them, or these 3 keys fail whatever guardrail is assigned: ${named}\\.`, "u"),
    );
    assert.doesNotMatch(out, recommended);
    assert.doesNotMatch(out, /^Next: /mu);
  });

  it("are told to programs, with the keys they concern", async () => {
    const report = JSON.parse((await told(byTwoRules, 3, ["check", "--format", "json"])).out);
    const [contradiction, ...others] = report.contradictions;
    assert.deepEqual([contradiction.settings, contradiction.count, others], [[required, approved], 3, []]);
    assert.deepEqual(
      contradiction.keys.map(({ hash }: { hash: string }) => hash).toSorted(),
      [1, 2, 3].map((n) => sampleAssignment(n).keyHash).toSorted(),
    );
    assert.deepEqual(report.fixes, []);
    const [key] = report.keys;
    assert.deepEqual(
      [...new Set(key.verdicts.map(({ remedyKind }: { remedyKind: string }) => remedyKind))],
      ["change-settings"],
    );
  });

  it("are named by explain, which recommends no command", async () => {
    const { status, out } = await told(byTwoRules, 3, ["explain", keyHash]);
    assert.equal(status, 1);
    assert(out.includes(`No guardrail can pass both ${required} and ${approved}: `), out);
    assert(
      out.includes(`does not judge it before it has a guardrail, which must then be one of ${approved}`),
      out,
    );
    assert.doesNotMatch(out, recommended);
  });

  it("name five of the keys, and how many more there are; fifty in json", async () => {
    const { out } = await told(byTwoRules, 60, ["check"]);
    assert.match(
      out,
      /or these 60 keys fail whatever guardrail is assigned: (?:"[^"]+" [0-9a-f]{8},? ){5}and 55 more\./u,
    );
    const report = JSON.parse((await told(byTwoRules, 60, ["check", "--format", "json"])).out);
    const [{ keys, count }] = report.contradictions;
    assert.deepEqual([keys.length, count], [50, 60]);
  });

  for (const keys of [3, 30]) {
    it(`are named in the violation of each rule that a key of ${keys} fails, which recommends no command`, async () => {
      const found = await violations(byTwoRules, keys);
      assert.deepEqual(
        found.map(({ policy }) => policy),
        ["required-keys-guarded", "approved-guardrails-only", "no-unguarded-keys"],
      );
      for (const { text } of found) {
        assert(text.includes(`No guardrail can pass both ${required} and ${approved}: `), text);
        assert.doesNotMatch(text, recommended);
      }
    });
  }

  it("may be two requirements of one rule, of which the key meets one", async () => {
    const second = "guardrails-settings.requiredKeys[1].guardrail";
    const configuration = {
      [settingsName]: {
        requiredKeys: [
          { pattern: "*", guardrail: one },
          { hash: sampleAssignment(2).keyHash, guardrail: other },
        ],
      },
    };
    const { out } = await told(configuration, 3, ["check"]);
    assert(out.includes(`No guardrail can pass both ${required} and ${second}: `), out);
    assert.match(out, /GUARDRAIL=11111111-/u);
    assert.doesNotMatch(out, /GUARDRAIL=22222222-/u);
    for (const { text } of await violations(byOneRule, 1)) assert.doesNotMatch(text, recommended);
  });

  it("may be three, of which any two have one in common", async () => {
    const configuration = {
      [settingsName]: {
        requiredKeys: [
          [one, other],
          [other, third],
          [third, one],
        ].map((guardrail) => ({ hash: keyHash, guardrail })),
      },
    };
    const { out } = await told(configuration, 1, ["check"]);
    assert.match(
      out,
      /No guardrail can pass all of .*\[0\]\.guardrail, .*\[1\]\.guardrail, .*\[2\]\.guardrail: /u,
    );
    assert.doesNotMatch(out, recommended);
  });

  it("do not contradict each other where they have a guardrail in common: that one is assigned", async () => {
    const configuration = { ...byTwoRules, "approved-guardrails-only": { approved: [other, one] } };
    const { out } = await told(configuration, 1, ["check"]);
    assert.doesNotMatch(out, /No guardrail can pass/u);
    assert.match(out, /GUARDRAIL=11111111-/u);
  });

  it("do not where a waiver lets the key pass one of them", async () => {
    const waiver = { hash: keyHash, rule: "approved-guardrails-only", reason: "moving", owner: "us" };
    const expires = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
    const settings = { ...byTwoRules[settingsName], waivers: [{ ...waiver, expires }] };
    const { out } = await told({ ...byTwoRules, [settingsName]: settings }, 1, ["check"]);
    assert.doesNotMatch(out, /No guardrail can pass/u);
    assert.match(out, /GUARDRAIL=11111111-/u);
  });

  it("do not where one is of another account, which could not be read", async () => {
    const configuration = {
      [settingsName]: { requiredKeys: [{ hash: keyHash, guardrail: one }] },
      "approved-guardrails-only": { service: "modelgates", approved: [other] },
    };
    const found = await violations(configuration, 1);
    const text = found.find(({ policy }) => policy === "required-keys-guarded")?.text ?? "";
    assert.doesNotMatch(text, /No guardrail can pass/u);
    assert.match(text, /GUARDRAIL=11111111-/u);
  });
});
