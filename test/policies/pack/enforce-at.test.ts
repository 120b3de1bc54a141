import assert from "node:assert/strict";
import type { LocalService } from "../../../local-service/index";
import { settingsName } from "../../../policies/configuration/shared-settings";
import { useServices } from "../../http/reading-of";
import { absentGuardrail, row } from "../builders";
import { environmentOf, runPolicies } from "../policy-run";
import { assignmentResource, keyResource } from "../stack-resource";

const guarded = { hash: row(1).keyHash };
const unguarded = { hash: row(77).keyHash };
const requiredKeys = [guarded];

/** How often the list of assignments was read; the names of guardrails are read for people alone. */
function readsOf({ requests }: Pick<LocalService, "requests">): number {
  return requests.filter(
    ({ path, query }) => path.endsWith("/guardrails/assignments/keys") && /\boffset=0\b/u.test(query),
  ).length;
}

describe("the moment that rules judge at", () => {
  const running = useServices();
  const required = (keys: readonly unknown[], own: Readonly<Record<string, unknown>> = {}) => ({
    "required-keys-guarded": { requiredKeys: keys, ...own },
  });

  it("is the end, unless it is said", async () => {
    const environment = environmentOf(await running());
    const { violations } = await runPolicies({ environment, configuration: required([unguarded]) });
    assert.deepEqual(
      violations.map(({ at }) => at),
      ["end"],
    );
  });

  it("is the start by enforceAt, and then nothing is judged or read again at the end", async () => {
    for (const [keys, expected] of [
      [[unguarded], ["start"]],
      [[guarded], []],
    ] as const) {
      const service = await running();
      const { violations, notices } = await runPolicies({
        environment: environmentOf(service),
        configuration: { [settingsName]: { enforceAt: "start" }, ...required(keys) },
        resources: () => [
          keyResource("ordinary", { name: "ordinary" }),
          assignmentResource("of-it", ["ordinary"]),
        ],
      });
      assert.deepEqual(
        violations.map(({ at }) => at),
        expected,
      );
      assert.equal(readsOf(service), 1);
      assert.match(
        notices.join("\n"),
        expected.length === 0
          ? /^guardrails: all 2 judged keys pass \(.*; 2 of 5 rules/mu
          : /^guardrails: 2 of 5 rules/u,
      );
    }
  });

  it("can be another for one rule, and both read the account for themselves", async () => {
    const service = await running();
    const { violations } = await runPolicies({
      environment: environmentOf(service),
      configuration: {
        ...required([unguarded], { enforceAt: "start" }),
        "approved-guardrails-only": { approved: [absentGuardrail] },
      },
    });
    assert.deepEqual(
      violations.map(({ policy, at }) => [policy, at]),
      [
        ["required-keys-guarded", "start"],
        ["approved-guardrails-only", "end"],
      ],
    );
    assert.equal(readsOf(service), 2);
  });

  it("is always the end for what the stack declares", async () => {
    const { violations } = await runPolicies({
      environment: environmentOf(await running()),
      configuration: { [settingsName]: { enforceAt: "start", requiredKeys } },
      resources: () => [keyResource("made")],
    });
    assert.deepEqual(
      violations.map(({ policy, at }) => [policy, at]),
      [["declared-keys-guarded", "end"]],
    );
  });
});
