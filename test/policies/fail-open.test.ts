import assert from "node:assert/strict";
import { settingsName } from "../../policies/configuration/shared-settings";
import { PackRun } from "../../policies/pack/pack-run";
import { rulePolicy } from "../../policies/pack/rule-policy";
import { RunReports } from "../../policies/pack/run-reports";
import { requiredKeysGuarded } from "../../policies/rules/required-keys-guarded";
import { defineRule, type Rule } from "../../policies/rules/rule";
import { Accounts } from "../../provider/account";
import { systemClock } from "../../provider/clock";
import { useServices } from "../http/reading-of";
import {
  assertCouldNotVerify,
  completeRun,
  configured,
  endpointOf,
  everyRule,
  everyRuleName,
  readingRules,
} from "./fail-open-run";
import { environmentOf, runPolicies } from "./policy-run";

describe("the pack, before anything is spoilt", () => {
  const running = useServices();

  for (const rows of [4, 250]) {
    it(`passes by an account of ${rows} keys, every rule in force, after asking every endpoint`, async () => {
      const service = await running({ rows });
      const { violations, notApplicable, notices } = await runPolicies(completeRun(service));
      assert.deepEqual([violations, notApplicable], [[], {}]);
      assert.match(
        notices.join("\n"),
        new RegExp(
          `^guardrails: all ${rows + 1} keys in use pass, 1 by this deployment \\(.*\\); 5 of 5 rules in force$`,
          "u",
        ),
      );
      const endpoints = new Set(service.requests.map(endpointOf));
      assert.deepEqual([...endpoints].toSorted(), ["assignments", "guardrail", "keys", "workspaces"]);
    });
  }
});

describe("the pack fails closed when guardrails-settings", () => {
  const running = useServices();

  for (const [title, configuration, stack] of [
    ["requires keys", { [settingsName]: everyRule[settingsName] }, {}],
    ["requires none and the stack does", {}, { "guardrails:requiredKeys": '[{ "name": "prod-x" }]' }],
  ] as const) {
    it(`${title}, and the rule that judges them is disabled`, async () => {
      const off = { ...configuration, "required-keys-guarded": "disabled" };
      const { violations } = await runPolicies(completeRun(await running(), { configuration: off, stack }));
      assert.deepEqual(
        violations.map(({ policy, at }) => [policy, at]),
        [[settingsName, "end"]],
      );
      assert.match(violations[0]?.text ?? "", /^could not verify: .*required-keys-guarded is disabled/u);
      assert.doesNotMatch(violations[0]?.text ?? "", /outage/u);
    });
  }

  it("requires no keys, and the rule that would judge them is disabled: that is no violation", async () => {
    const off = { ...everyRule, [settingsName]: {}, "required-keys-guarded": "disabled" };
    const { "guardrails-enforce-something": _, ...configuration } = off;
    const { violations } = await runPolicies(completeRun(await running(), { configuration }));
    assert.deepEqual(violations, []);
  });

  it("is disabled", async () => {
    await assertCouldNotVerify(
      completeRun(await running(), configured(settingsName, "disabled")),
      everyRuleName,
    );
  });

  for (const [title, settings] of [
    ["is null", null],
    ["is a list", []],
    ["misspells a name", { requiredkeys: [] }],
    ["misspells a key", { requiredKeys: [{ hsah: "" }] }],
    ["names a rule's own property", { exempt: [] }],
    ["wants unknown evidence", { evidence: "cached" }],
    ["wants to be enforced at no time", { enforceAt: "never" }],
    ["plans by a word", { planned: "yes" }],
    ["knows no key types", { keyTypes: [] }],
    ["knows no assignment types", { assignmentTypes: [] }],
    ["has waivers that are no list", { waivers: {} }],
    ["waives for ever", { maxWaiverDays: 100_000 }],
    ["plans at the start", { enforceAt: "start", planned: true }],
    ["wants the program's evidence at the start", { enforceAt: "start", evidence: "stack" }],
  ] as const) {
    it(title, async () => {
      await assertCouldNotVerify(
        completeRun(await running(), configured(settingsName, settings)),
        everyRuleName,
      );
    });
  }

  for (const [title, settings] of [
    ["names an unknown service", { service: "open-router" }],
    ["names an empty address", { baseUrl: "" }],
    ["sets a limit of nothing", { readTimeout: 0 }],
  ] as const) {
    it(`${title}, for the rules that read the account`, async () => {
      const run = completeRun(
        await running(),
        configured(settingsName, { ...everyRule[settingsName], ...settings }),
      );
      await assertCouldNotVerify(run, readingRules);
    });
  }

  it("cannot be had", async () => {
    const settings = () => {
      throw new Error("policy configuration is not valid");
    };
    await assertCouldNotVerify(
      completeRun(await running(), configured(settingsName, settings)),
      everyRuleName,
    );
  });

  it("is never asked, because a rule stands in a pack without it", async () => {
    const context = {
      environment: environmentOf(await running()),
      clock: systemClock,
      notify: () => {},
    };
    const run = new PackRun(context, new Accounts());
    const { validateStack } = rulePolicy(requiredKeysGuarded, run, new RunReports(run));
    const said: string[] = [];
    const getConfig = <T extends object>(): T => ({}) as T;
    const notApplicable = () => assert.fail("it calls itself not applicable");
    await validateStack({ getConfig, notApplicable, resources: [], stackTags: new Map() }, (text) =>
      said.push(text),
    );
    assert.equal(said.length, 1);
    assert.match(said[0] ?? "", /^could not verify: the policy guardrails-settings is disabled/u);
  });
});

describe("the pack fails closed when a rule", () => {
  /** What a policy made of this rule reports at the root stack resource and at the end. */
  async function saidBy(rule: Rule): Promise<readonly string[]> {
    const run = new PackRun({ environment: {}, clock: systemClock, notify: () => {} }, new Accounts());
    // Without any configuration the rule would not be prepared at all.
    const getConfig = <T extends object>(): T => ({ planned: true }) as T;
    run.takeSettings(getConfig);
    const { validateStack } = rulePolicy(rule, run, new RunReports(run));
    const said: string[] = [];
    const notApplicable = () => assert.fail("it calls itself not applicable");
    await validateStack({ getConfig, notApplicable, resources: [], stackTags: new Map() }, (text) =>
      said.push(text),
    );
    return said;
  }
  const configuredAs = (configure: typeof requiredKeysGuarded.configure): Rule =>
    defineRule({ ...requiredKeysGuarded, configure });
  const broken = (judge: () => never): Rule => configuredAs(() => ({ kind: "configured", needs: [], judge }));

  for (const [title, rule] of [
    [
      "throws while it judges",
      broken(() => {
        throw new TypeError("of the test");
      }),
    ],
    [
      "throws what is no error",
      broken(() => {
        throw undefined;
      }),
    ],
    [
      "throws while it is configured",
      configuredAs(() => {
        throw new Error("of the test");
      }),
    ],
    [
      "throws while it judges by guardrails",
      configuredAs(() => ({
        kind: "configured",
        needs: [],
        judge: () => ({
          kind: "needs-guardrails",
          guardrailIds: [],
          judge: () => {
            throw new Error("of the test");
          },
        }),
      })),
    ],
  ] as const) {
    it(title, async () => {
      const [text = "", ...others] = await saidBy(rule);
      assert.equal(others.length, 0);
      assert.match(text, /^could not verify: an unexpected \w+ was thrown/u);
      assert.doesNotMatch(text, /of the test/u);
    });
  }

  it("finds nothing at all, and names no reason", async () => {
    const nothing = {
      kind: "judged" as const,
      subject: "keys" as const,
      findings: [],
      problems: [],
      notes: [],
    };
    const said = await saidBy(configuredAs(() => ({ kind: "configured", needs: [], judge: () => nothing })));
    assert.match(said.join("\n"), /^could not verify: the rule found nothing to judge\.\n/u);
  });
});

describe("the pack waits for what it asked", () => {
  const running = useServices();

  // A violation that comes after the policy has ended is lost: the run fails if there is one.
  it("and reports it in time, however late the answers come", async () => {
    const service = await running({
      latency: () => new Promise(setImmediate),
      faults: () => ({ kind: "status", status: 401 }),
    });
    await assertCouldNotVerify(completeRun(service), readingRules);
  });
});
