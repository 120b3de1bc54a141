import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import * as pulumi from "@pulumi/pulumi";
import { couldNotVerify } from "../evidence/evidence";
import { type JudgeInput, judge, prepareRule } from "../judge";
import { describeFailure, describePass } from "../report/describe";
import { reportPasses } from "../report/report";
import type { PreparedRule, Rule } from "../rules/rule";
import { engineProperties } from "./engine-schema";
import type { PackRun } from "./pack-run";
import { about } from "./policy-metadata";

export type Policy = ResourceValidationPolicy & StackValidationPolicy;

/** Registered before everything else: a mandatory violation here ends `pulumi up` before anything is changed. */
export const rootType = "pulumi:pulumi:Stack";

/**
 * A rule as a CrossGuard policy. It judges at the root stack resource or after the last registration, as `enforceAt`
 * says. A policy that throws ends the run and discards what the others found: nothing leaves it but a violation.
 */
export function rulePolicy(rule: Rule, run: PackRun): Policy {
  let settled = false;

  function prepare(getConfig: () => unknown): PreparedRule {
    const stackRequiredKeys = pulumi.runtime.allConfig()["guardrails:requiredKeys"];
    const given = { own: getConfig(), settings: run.settings(), stackRequiredKeys };
    return prepareRule(rule, given, run.context.clock.now());
  }

  /** Reports what is found; gives why there is nothing to judge, where that is so. */
  async function judgeAloud(
    prepared: PreparedRule,
    by: JudgeInput,
    violate: (text: string) => void,
  ): Promise<string | undefined> {
    const report = await judge(prepared, by);
    if (report.kind === "not-applicable") {
      // The engine keeps the reason to itself, and a rule that somebody believes in force must not be silent.
      run.context.notify(`${rule.name}: ${describePass(report)}`);
      return report.why;
    }
    for (const note of report.notes) run.context.notify(`${rule.name}: ${note}`);
    if (reportPasses(report)) run.context.notify(`${rule.name}: ${describePass(report)}`);
    else violate(describeFailure(report));
    return undefined;
  }

  return {
    ...about(rule),
    configSchema: { properties: engineProperties(rule.form) },
    validateResource: async ({ type, getConfig }, violate) => {
      if (type !== rootType) return;
      settled = false;
      try {
        const prepared = prepare(getConfig);
        if (prepared.shared.enforceAt === "end" || rule.target === "stack") return run.warmUp(prepared);
        settled = true;
        await judgeAloud(prepared, run.atStart(prepared), violate);
      } catch (error) {
        settled = true;
        violate(couldNotVerify(error));
      }
    },
    validateStack: async ({ getConfig, resources, notApplicable }, violate) => {
      if (settled) return;
      let why: string | undefined;
      try {
        const prepared = prepare(getConfig);
        why = await judgeAloud(prepared, run.atEnd(prepared, resources), violate);
      } catch (error) {
        violate(couldNotVerify(error));
      }
      // It throws, in the one way that the SDK takes for an answer.
      if (why !== undefined) notApplicable(why);
    },
  };
}
