import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import * as pulumi from "@pulumi/pulumi";
import * as z from "zod";
import { GuardrailsError } from "../../provider/errors";
import { refuseUnknownStackNames } from "../../provider/settings/stack-names";
import type { GivenConfiguration } from "../configuration/rule-configuration";
import { judge, prepareRule } from "../judge";
import { command } from "../references";
import { requiredKeysGuarded } from "../rules/required-keys-guarded";
import type { PreparedRule, Rule } from "../rules/rule";
import { engineProperties } from "./engine-schema";
import { newAtEnd } from "./new-findings-at-end";
import type { PackRun } from "./pack-run";
import { about } from "./policy-metadata";
import { type RunReports, type Said, saidOf } from "./run-reports";

export type Policy = ResourceValidationPolicy & StackValidationPolicy;

/** Not even levels reach a policy: what is given for it is its settings alone. */
function isNothing({ own, settings, stackRequiredKeys }: GivenConfiguration): boolean {
  const isEmpty = (given: unknown): boolean => z.strictObject({}).safeParse(given ?? {}).success;
  return isEmpty(own) && isEmpty(settings) && stackRequiredKeys === undefined;
}

const withoutConfiguration = new GuardrailsError("configuration", {
  what: `could not verify: the configuration of ${requiredKeysGuarded.name} names no required keys: none was given to the pack`,
  advice:
    `Add --policy-pack-config guardrails.json; ${command} init writes that file. ` +
    "In a policy group, configure the rule there.",
});

/** Registered before everything else: a mandatory violation here ends `pulumi up` before anything is changed. */
export const rootType = "pulumi:pulumi:Stack";

/**
 * A rule as a CrossGuard policy. It judges after the last registration; with `enforceAt` "start" at the root stack resource
 * already, and at `up` at the end again, because what the deployment does is not known before. A policy that throws ends the
 * run and discards what the others found: nothing leaves it but a violation.
 */
export function rulePolicy(rule: Rule, run: PackRun, reports: RunReports): Policy {
  /** What was said at the start, which the engine shows beside the end: there only what is new is said. */
  let start: Said | undefined;

  function prepare(getConfig: () => unknown): PreparedRule {
    const stack = pulumi.runtime.allConfig();
    refuseUnknownStackNames(stack, pulumi.getProject());
    const stackRequiredKeys = stack["guardrails:requiredKeys"];
    const given = { own: getConfig(), settings: run.settings(), stackRequiredKeys };
    try {
      return prepareRule(rule, given, run.context.clock.now());
    } catch (error) {
      const isForgotten = rule.name === requiredKeysGuarded.name && isNothing(given);
      throw isForgotten && error instanceof GuardrailsError ? withoutConfiguration : error;
    }
  }

  return {
    ...about(rule),
    configSchema: { properties: engineProperties(rule.form) },
    validateResource: async ({ type, getConfig }, violate) => {
      if (type !== rootType) return;
      start = undefined;
      const asked = reports.ask(rule.name, () => prepare(getConfig));
      if (asked.kind === "failed") {
        // A mistake in the configuration is said before anything is created.
        start = asked;
      } else {
        const { prepared } = asked;
        run.prepareLiveRead(prepared);
        if (prepared.shared.enforceAt === "end" || rule.target === "stack") return;
        start = await saidOf(() => judge(prepared, run.atStart(prepared)));
      }
      await reports.say(rule.name, start, { at: "start", violate });
    },
    validateStack: async ({ getConfig, resources, notApplicable }, violate) => {
      if (!reports.isAsked(rule.name)) reports.ask(rule.name, () => prepare(getConfig));
      if (start !== undefined && pulumi.runtime.isDryRun()) return reports.end(rule.name);
      const end = await reports.atEnd(rule.name, (prepared) =>
        judge(prepared, run.atEnd(prepared, resources)),
      );
      const added = start === undefined ? end : newAtEnd(end, start);
      if (added !== undefined) await reports.say(rule.name, added, { at: "end", violate });
      reports.end(rule.name);
      // It throws, in the one way that the SDK takes for an answer.
      if (end.kind === "reported" && end.report.kind === "not-applicable") notApplicable(end.report.why);
    },
  };
}
