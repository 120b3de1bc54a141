import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import * as pulumi from "@pulumi/pulumi";
import { couldNotVerify } from "../../provider/errors";
import { refuseUnknownStackNames } from "../../provider/settings/stack-names";
import { judge, prepareRule } from "../judge";
import { describeFailure, describeKey, describePass } from "../report/describe";
import { type Finding, passes, type Report, reportPasses } from "../report/report";
import type { PreparedRule, Rule } from "../rules/rule";
import { engineProperties } from "./engine-schema";
import type { PackRun } from "./pack-run";
import { about } from "./policy-metadata";

export type Policy = ResourceValidationPolicy & StackValidationPolicy;

/** Registered before everything else: a mandatory violation here ends `pulumi up` before anything is changed. */
export const rootType = "pulumi:pulumi:Stack";

/**
 * A rule as a CrossGuard policy. It judges after the last registration; with `enforceAt` "start" at the root stack resource
 * already, and at `up` at the end again, because what the deployment does is not known before. A policy that throws ends the
 * run and discards what the others found: nothing leaves it but a violation.
 */
export function rulePolicy(rule: Rule, run: PackRun): Policy {
  /** What was said at the start, which the engine shows beside the end: there only what is new is said. */
  let start: Said | undefined;

  function prepare(getConfig: () => unknown): PreparedRule {
    const stack = pulumi.runtime.allConfig();
    refuseUnknownStackNames(Object.keys(stack), pulumi.getProject());
    const stackRequiredKeys = stack["guardrails:requiredKeys"];
    const given = { own: getConfig(), settings: run.settings(), stackRequiredKeys };
    return prepareRule(rule, given, run.context.clock.now());
  }

  async function reportOf(judging: () => Promise<Report>): Promise<Said> {
    try {
      return { kind: "reported", report: await judging() };
    } catch (error) {
      return { kind: "failed", why: couldNotVerify(error) };
    }
  }

  function say(said: Said, violate: (text: string) => void): void {
    if (said.kind === "failed") {
      violate(said.why);
      return;
    }
    const { report } = said;
    const notes = report.kind === "judged" ? report.notes : [];
    for (const note of notes) run.context.notify(`${rule.name}: ${note}`);
    if (report.kind === "judged" && !reportPasses(report)) violate(describeFailure(report));
    // The engine keeps to itself why a rule does not apply, and one that somebody believes in force must not be silent.
    else run.context.notify(`${rule.name}: ${describePass(report)}`);
  }

  return {
    ...about(rule),
    configSchema: { properties: engineProperties(rule.form) },
    validateResource: async ({ type, getConfig }, violate) => {
      if (type !== rootType) return;
      run.ask(rule.name);
      start = undefined;
      let prepared: PreparedRule;
      try {
        prepared = prepare(getConfig);
      } catch (error) {
        // A mistake in the configuration is said before anything is created.
        start = { kind: "failed", why: couldNotVerify(error) };
        return say(start, violate);
      }
      run.warmUp(prepared);
      if (prepared.shared.enforceAt === "end" || rule.target === "stack") return;
      start = await reportOf(() => judge(prepared, run.atStart(prepared)));
      say(start, violate);
    },
    validateStack: async ({ getConfig, resources, notApplicable }, violate) => {
      if (start !== undefined && pulumi.runtime.isDryRun()) return;
      const end = await reportOf(async () => {
        const prepared = prepare(getConfig);
        return judge(prepared, run.atEnd(prepared, resources));
      });
      const added = start === undefined ? end : addedBy(end, start);
      if (added !== undefined) say(added, violate);
      // It throws, in the one way that the SDK takes for an answer.
      if (end.kind === "reported" && end.report.kind === "not-applicable") notApplicable(end.report.why);
    },
  };
}

/** What a rule says at one moment, or why it can say nothing. */
type Said =
  | { readonly kind: "reported"; readonly report: Report }
  | { readonly kind: "failed"; readonly why: string };

/** What the end has to say that the start has not said; undefined if nothing. */
function addedBy(end: Said, start: Said): Said | undefined {
  if (end.kind === "failed") return start.kind === "failed" && start.why === end.why ? undefined : end;
  if (start.kind === "failed" || start.report.kind !== "judged" || end.report.kind !== "judged") {
    return start.kind === "reported" && start.report.kind === end.report.kind ? undefined : end;
  }
  if (reportPasses(end.report)) return reportPasses(start.report) ? undefined : end;
  const before = new Set(start.report.findings.map(sayingOf));
  const saidProblems = new Set(start.report.problems);
  const isAdded = (finding: Finding) => !before.has(sayingOf(finding));
  const problems = end.report.problems.filter((problem) => !saidProblems.has(problem));
  const failing = end.report.findings.filter((finding) => !passes(finding));
  if (failing.some(isAdded) || problems.length > 0 || failing.length + end.report.problems.length === 0) {
    const findings = end.report.findings.filter((finding) => passes(finding) || isAdded(finding));
    return { kind: "reported", report: { ...end.report, findings, problems } };
  }
  return undefined;
}

function sayingOf({ state, key }: Finding): string {
  return `${state} ${describeKey(key)}`;
}
