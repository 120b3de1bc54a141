import assert from "node:assert/strict";
import { Ledger, type LocalService, sampleAssignment } from "../../../local-service/index";
import { settingsName } from "../../../policies/configuration/shared-settings";
import { useServices } from "../../http/reading-of";
import { environmentOf, runPolicies, type Violation } from "../policy-run";

const teamDefault = "c1b22b16-05a0-4b24-8353-6273a5c32a0f";
const threeRules = {
  [settingsName]: { requiredKeys: [{ pattern: "*" }] },
  "no-unguarded-keys": { exempt: [] },
  "guardrails-enforce-something": { require: [] },
};

/** An account in which so many keys have the guardrail "Team default", and so many have none. */
function accountOf(guarded: number, unguarded: number): Ledger {
  const ledger = new Ledger();
  ledger.guardrails.add({ id: teamDefault, name: "Team default" });
  for (let n = 0; n < guarded; n += 1) ledger.assign({ ...sampleAssignment(n), guardrailId: teamDefault });
  for (let n = 0; n < unguarded; n += 1) ledger.addKey({ ...sampleAssignment(n, "new") });
  return ledger;
}

describe("the violations of one run", () => {
  const running = useServices();

  async function violationsIn(
    ledger: Ledger,
    configuration: Readonly<Record<string, unknown>> = threeRules,
    service?: LocalService,
  ): Promise<readonly Violation[]> {
    const environment = environmentOf(service ?? (await running({ ledger })));
    const { violations } = await runPolicies({ environment, configuration });
    return violations;
  }
  const textOf = (violations: readonly Violation[], rule: string): string =>
    violations.find(({ policy }) => policy === rule)?.text ?? "";

  it("say what holds for the same keys once, in the one that the engine shows first", async () => {
    const violations = await violationsIn(accountOf(20, 3));
    assert.deepEqual(
      violations.map(({ policy }) => policy),
      ["required-keys-guarded", "no-unguarded-keys", "guardrails-enforce-something"],
    );
    assert.match(
      textOf(violations, "required-keys-guarded"),
      /^3 of 23 required keys fail \(OpenRouter at /u,
    );
    for (const [rule, keys] of [
      ["no-unguarded-keys", "keys in use"],
      ["guardrails-enforce-something", "required keys"],
    ] as const) {
      assert.equal(textOf(violations, rule), `3 of 23 ${keys} fail: see required-keys-guarded.`);
    }
    const all = violations.map(({ text }) => text).join("\n");
    assert.equal(all.match(/rules in force/gu)?.length, 1);
    assert.equal(all.match(/read \d/gu)?.length, 1);
  });

  it("name their own keys where one rule finds more", async () => {
    const ledger = accountOf(3, 1);
    const weak = ledger.guardrails.add({ name: "Weak", limit_usd: null });
    ledger.assign({ ...sampleAssignment(9), guardrailId: weak.id });
    const violations = await violationsIn(ledger);
    assert.match(
      textOf(violations, "guardrails-enforce-something"),
      /^2 of 5 required keys fail \(.*\nWRONG-GUARDRAIL {2}1 key, guardrail "Weak" \(|^2 of 5 required keys fail \(.*\nUNGUARDED /u,
    );
  });

  it("are one for each rule, also where nothing could be read: the cause is told once", async () => {
    const service = await running({ faults: () => ({ kind: "status", status: 401 }) });
    const violations = await violationsIn(new Ledger(), threeRules, service);
    assert.equal(violations.length, 3);
    for (const { policy, text } of violations) {
      if (policy === "required-keys-guarded") assert.match(text, /^could not verify: .*401.*\n4 of 5 rules/u);
      else assert.equal(text, "could not verify: see required-keys-guarded.");
    }
  });

  it("print the command that assigns a guardrail which passes every rule, by its name", async () => {
    const text = textOf(await violationsIn(accountOf(20, 3)), "required-keys-guarded");
    assert.match(
      text,
      /\nAssign a guardrail to these 3 keys \("Team default" c1b22b16… passes every rule in force\):\n {2}GUARDRAIL=c1b22b16-05a0-4b24-8353-6273a5c32a0f\n {2}printf .* \|\n {4}curl -K - /u,
    );
    for (let n = 0; n < 3; n += 1) assert(text.includes(sampleAssignment(n, "new").keyHash));
  });

  it("print no command for a key whose guardrail is too weak, and name that guardrail", async () => {
    const ledger = accountOf(3, 0);
    ledger.guardrails.add({ id: teamDefault, limit_usd: 100 });
    const text = textOf(
      await violationsIn(ledger, {
        [settingsName]: { requiredKeys: [{ pattern: "*", guardrail: teamDefault }] },
        "guardrails-enforce-something": { require: [{ limitUsd: { max: 50 } }] },
      }),
      "guardrails-enforce-something",
    );
    assert.match(
      text,
      /\nChange guardrail "Team default" c1b22b16…, which is required and has no limit of at most 50 USD: assigning it again does not help\./u,
    );
    assert.doesNotMatch(text, /curl|or assign another one/u);
  });

  it("print no command for more than ten keys, which the engine would not wrap", async () => {
    const text = textOf(await violationsIn(accountOf(1, 11)), "required-keys-guarded");
    assert.doesNotMatch(text, /curl/u);
    assert.match(text, /\nAssign a guardrail to each of these 11 keys, then run this again\./u);
  });

  it("name at least one of each group, however many the groups before it have", async () => {
    const hash = "e".repeat(64);
    const names = Array.from({ length: 43 }, (_, n) => ({ name: `gone-${n}` }));
    const text = textOf(
      await violationsIn(accountOf(1, 0), { [settingsName]: { requiredKeys: [...names, { hash }] } }),
      "required-keys-guarded",
    );
    const [, ...lines] = text.split("\n");
    assert.deepEqual(
      lines.slice(0, 24).map((line) => line.replace(/ {2,}/gu, "  ")),
      [
        "MISSING  43 requirements: no enabled key of the account matches",
        ...names.slice(0, 19).map(({ name }, n) => `  ${name}  -  -  ${settingsName}.requiredKeys[${n}]`),
        "  … and 24 more",
        "MISSING  1 requirement: no key of the account has that hash",
        `  -  -  eeeeeeee  ${settingsName}.requiredKeys[43]`,
        "npx --no-install pulumi-guardrails check --config FILE lists all 44, where FILE is the one given by --policy-pack-config.",
      ],
    );
  });

  it("call a wrong guardrail by its name", async () => {
    const ledger = accountOf(1, 0);
    const other = ledger.guardrails.add({ name: "Somebody's" });
    ledger.assign({ ...sampleAssignment(5), guardrailId: other.id });
    const violations = await violationsIn(ledger, {
      "approved-guardrails-only": { approved: [teamDefault] },
    });
    assert.match(
      textOf(violations, "approved-guardrails-only"),
      /WRONG-GUARDRAIL {2}1 key: it is assigned to guardrail "Somebody's" \([-0-9a-f]{36}\), which is not an approved one/u,
    );
  });

  it("stand by the ids of guardrails where their names cannot be had, and that is said beside them", async () => {
    const ledger = accountOf(2, 1);
    const service = await running({
      ledger,
      faults: ({ path }) => (path.endsWith("/guardrails") ? { kind: "status", status: 500 } : undefined),
    });
    const environment = environmentOf(service);
    const configuration = { "no-unguarded-keys": { exempt: [] }, "required-keys-guarded": "disabled" };
    const { violations, notices } = await runPolicies({ environment, configuration });
    assert.match(
      violations[0]?.text ?? "",
      /\(c1b22b16-05a0-4b24-8353-6273a5c32a0f is not known to enforce anything; put the id of the one/u,
    );
    assert.match(
      notices.join("\n"),
      /^guardrails: Showing guardrail ids instead of names: (?!could not verify).*500/u,
    );
  });
});
