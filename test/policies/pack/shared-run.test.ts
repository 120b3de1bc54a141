import assert from "node:assert/strict";
import { settingsName } from "../../../policies/configuration/shared-settings";
import { rules } from "../../../policies/rules/index";
import { useServices } from "../../http/reading-of";
import { row } from "../builders";
import { environmentOf, runPolicies } from "../policy-run";

const guarded = { hash: row(1).keyHash };
const unguarded = { hash: row(77).keyHash };
const requiredKeys = [guarded];

/** As the engine sorts violations, by severity and name: none is low. */
const asShown = ["critical", "high", "medium"].flatMap((severity) =>
  rules
    .filter((rule) => rule.severity === severity)
    .map(({ name }) => name)
    .toSorted(),
);

describe("the rules of one pack", () => {
  const running = useServices();

  it("are in force as they are configured; the others say why they are not applicable", async () => {
    const service = await running();
    const { violations, notApplicable } = await runPolicies({
      environment: environmentOf(service),
      configuration: { [settingsName]: { requiredKeys } },
    });
    assert.deepEqual(violations, []);
    assert.deepEqual(notApplicable, {
      "no-unguarded-keys": 'not configured: add "exempt": []',
      "approved-guardrails-only": 'not configured: add "approved" with the UUIDs of guardrails',
      "guardrails-enforce-something": 'not configured: add "require": []',
      "declared-keys-guarded": "the stack has no resource of openrouter:index/apiKey:ApiKey",
    });
  });

  it("read each list once between them", async () => {
    const service = await running();
    const { violations } = await runPolicies({
      environment: environmentOf(service),
      configuration: {
        [settingsName]: { requiredKeys },
        "no-unguarded-keys": { exempt: [] },
        "approved-guardrails-only": { approved: service.ledger.guardrails.list().map(({ id }) => id) },
        "guardrails-enforce-something": { require: [] },
      },
    });
    assert.deepEqual(violations, []);
    const asked = (path: string) => service.requests.filter((request) => request.path.endsWith(path)).length;
    // Its one page, and the one behind.
    assert.equal(asked("/guardrails/assignments/keys"), 2);
    assert.equal(asked("/workspaces"), 1);
  });

  it("report apart from each other: one that fails leaves the others' verdicts", async () => {
    const service = await running();
    const { violations, notices } = await runPolicies({
      environment: environmentOf(service),
      configuration: {
        "required-keys-guarded": { requiredKeys: [unguarded] },
        "no-unguarded-keys": { exempt: [] },
        "approved-guardrails-only": { approved: ["not-a-uuid"] },
      },
    });
    assert.deepEqual(
      violations.map(({ policy, at }) => [policy, at]),
      [
        ["approved-guardrails-only", "start"],
        ["required-keys-guarded", "end"],
      ],
    );
    assert.deepEqual(notices, []);
    assert.match(
      violations[1]?.text ?? "",
      /\n3 of 5 rules in force: required-keys-guarded, no-unguarded-keys, declared-keys-guarded \(nothing to judge\); not judged, because their configuration is not valid: approved-guardrails-only$/u,
    );
  });

  it("all report that their settings are disabled, with what to do", async () => {
    const { violations } = await runPolicies({
      environment: {},
      configuration: { [settingsName]: "disabled", "required-keys-guarded": { requiredKeys } },
    });
    assert.deepEqual(
      violations.map(({ policy, at }) => [policy, at]),
      asShown.map((name) => [name, "start"]),
    );
    const [first, ...others] = violations;
    assert.match(
      first?.text ?? "",
      /^could not verify: the policy guardrails-settings is disabled.*Set it to mandatory/u,
    );
    for (const { text } of others) assert.equal(text, `could not verify: see ${first?.policy}.`);
  });

  it("all report a mistake in their settings, once each and before anything is created, and none counts as in force", async () => {
    const { violations, notices } = await runPolicies({
      environment: {},
      configuration: { [settingsName]: { evidense: "live" }, "required-keys-guarded": { requiredKeys } },
    });
    assert.deepEqual(
      violations.map(({ policy, at }) => [policy, at]),
      asShown.map((name) => [name, "start"]),
    );
    const [first, ...others] = violations;
    assert.match(first?.text ?? "", /^could not verify: .*unknown setting evidense/u);
    for (const { text } of others) assert.equal(text, `could not verify: see ${first?.policy}.`);
    assert.deepEqual(notices, ["guardrails: no rule could be judged: the configuration is not valid"]);
  });

  it("tell a misspelt setting of the stack in the violation that people see first", async () => {
    const { violations } = await runPolicies({
      environment: {},
      configuration: { "required-keys-guarded": { requiredKeys } },
      stack: { "guardrails:requiredkeys": "[]" },
    });
    assert.deepEqual(
      violations.map(({ policy }) => policy),
      asShown,
    );
    const [first, ...others] = violations;
    assert.equal(
      first?.text,
      'could not verify: the stack configuration has no setting "guardrails:requiredkeys"; guardrails:requiredKeys is ' +
        "probably meant. Rename or remove it.",
    );
    assert.equal(first.policy, "required-keys-guarded");
    for (const { text } of others) assert.equal(text, "could not verify: see required-keys-guarded.");
  });

  it("report a rule's own mistake before anything is created", async () => {
    const service = await running();
    const { violations } = await runPolicies({ environment: environmentOf(service), configuration: {} });
    assert.deepEqual(
      violations.map(({ policy, at }) => [policy, at]),
      [["required-keys-guarded", "start"]],
    );
    assert.match(
      violations[0]?.text ?? "",
      /names no required keys: none was given to the pack\. Add --policy-pack-config guardrails\.json; npx --no-install pulumi-guardrails init writes that file\./u,
    );
    assert.equal(service.requests.length, 0);
  });
});
