import assert from "node:assert/strict";
import type { LocalService, RequestRecord } from "../../local-service/index";
import { sampleGuardrailId } from "../../local-service/index";
import { settingsName } from "../../policies/configuration/shared-settings";
import { InstantClock } from "../http/reading-of";
import { row } from "./builders";
import { environmentOf, type PolicyResult, type PolicyRun, runPolicies } from "./policy-run";
import { assignmentResource, keyResource } from "./stack-resource";

/*
 * The fail-open table: every way a pack could pass by mistake. Each case begins with a run in which every rule of the pack
 * is in force and passes, and spoils one thing; each rule that this concerns must end as exactly one violation that says
 * "could not verify", without a word of a missing assignment.
 */

const approved = [0, 1, 2, 3].map(sampleGuardrailId);

/** The configuration of every rule, so that all of them are in force. */
export const everyRule = {
  [settingsName]: { requiredKeys: [{ hash: row(1).keyHash }] },
  "required-keys-guarded": { requiredKeys: [{ pattern: "prod-*" }] },
  "no-unguarded-keys": { exempt: [] },
  "approved-guardrails-only": { approved },
  "guardrails-enforce-something": { require: ["limitUsd"] },
  "declared-keys-guarded": {},
} as const;

export type RuleName = Exclude<keyof typeof everyRule, "guardrails-settings">;
export const everyRuleName = Object.keys(everyRule).filter((name) => name !== settingsName) as RuleName[];

export type Endpoint = "assignments" | "workspaces" | "keys" | "guardrail";

/** What the rules ask for, by endpoint. */
export const readers: Readonly<Record<Endpoint, readonly RuleName[]>> = {
  assignments: [
    "required-keys-guarded",
    "no-unguarded-keys",
    "approved-guardrails-only",
    "guardrails-enforce-something",
  ],
  workspaces: ["required-keys-guarded", "no-unguarded-keys"],
  keys: ["required-keys-guarded", "no-unguarded-keys"],
  guardrail: ["guardrails-enforce-something"],
};
export const readingRules = readers.assignments;

export function endpointOf({ path }: Pick<RequestRecord, "path">): Endpoint {
  if (path.endsWith("/guardrails/assignments/keys")) return "assignments";
  if (path.endsWith("/workspaces")) return "workspaces";
  return path.endsWith("/keys") ? "keys" : "guardrail";
}

/** A run of every rule over an account and a stack that comply. */
export function completeRun(
  service: Pick<LocalService, "baseUrl">,
  changes: Partial<PolicyRun> = {},
): PolicyRun {
  return {
    environment: environmentOf(service),
    configuration: everyRule,
    resources: () => [
      keyResource("new", { name: "prod-new" }),
      assignmentResource("assignment", ["new"], { guardrailId: approved[0] }),
    ],
    clock: new InstantClock(),
    ...changes,
  };
}

/** The same with something else configured for one policy. */
export function configured(
  policy: keyof typeof everyRule,
  configuration: unknown,
): Pick<PolicyRun, "configuration"> {
  return { configuration: { ...everyRule, [policy]: configuration } };
}

/**
 * Runs the pack: these rules fail and say that they could not verify, the others pass.
 * @param cause what is at fault: who mistakes anything for an outage would be led past the rules
 */
export async function assertCouldNotVerify(
  run: PolicyRun,
  rules: readonly RuleName[],
  cause: "outage" | "other" = "other",
): Promise<PolicyResult> {
  const result = await runPolicies(run);
  assert.deepEqual(failing(result), rules.toSorted(), JSON.stringify(result, undefined, 1));
  for (const { text } of result.violations) assertDoubt(text);
  // Each outage that is told, and does not refer to another, leads to what may be done about it.
  for (const { text } of result.violations) {
    const isSame = text.startsWith("could not verify: see ");
    const isOutage = cause === "outage" && !isSame;
    assert.equal(
      text.includes("\nIs the service down? node_modules/pulumi-guardrails/docs/outage.md says"),
      isOutage,
      text,
    );
  }
  return result;
}

export function assertDoubt(text: string): void {
  assert.match(text, /could not (?:verify|be verified)\S* \S/u);
  assert.doesNotMatch(text, /no direct assignment/u);
}

/** Which policies have a violation, one each. */
export function failing({ violations }: PolicyResult): readonly string[] {
  return violations.map(({ policy }) => policy).toSorted();
}
