import { z } from "zod";
import { describeCounts, describeSource, sortFindings } from "../../policies/report/describe";
import { keyStates, type Report, reportPasses } from "../../policies/report/report";
import { sanitize } from "../../provider/sanitize";
import { serviceNames } from "../../provider/settings/services";
import type { CheckResult } from "./check-result";
import { fingerprintOf } from "./fingerprint";
import { describeVerdict, verdictOf, verdicts } from "./verdict";

/** What readers of an earlier report must know: it changes when a field goes or means something else, not when one comes. */
export const checkReportVersion = 1;

/** Whatever comes in is safe to show from here on: writers only escape for their format. */
const text = z.string().overwrite((foreign) => sanitize(foreign, Number.POSITIVE_INFINITY));
const sentences = z.array(text);

const address = {
  service: z.enum(serviceNames),
  baseUrl: text.meta({ description: "Address that was asked." }),
};

const finding = z.object({
  state: z.enum(keyStates),
  key: z
    .object({
      hash: text.optional().meta({ description: "Stable id of the key; not secret." }),
      name: text.optional(),
      label: text.optional().meta({ description: "Masked form of the key; not secret." }),
      description: text.optional().meta({ description: "What the configuration calls it." }),
    })
    .meta({ description: "As far as it is known; a pattern that matches no key stands as its name." }),
  guardrailIds: z.array(text).meta({ description: "Guardrails it was judged by." }),
  reason: text.meta({ description: "Why it is in that state." }),
  remedy: text.meta({ description: "What to do about it; empty for a key that passes." }),
  fingerprint: text.meta({ description: "The same in every run for the same rule and key." }),
});

const ruleReport = z.discriminatedUnion("outcome", [
  z.object({
    rule: text,
    outcome: z.literal("judged"),
    passes: z.boolean(),
    subject: text.meta({ description: "What the findings are about, in the plural." }),
    source: z
      .object({ ...address, readAt: text.meta({ description: "ISO 8601, UTC." }) })
      .optional()
      .meta({ description: "List of assignments it was judged by; left out if it could not be read." }),
    findings: z.array(finding).meta({ description: "One for each key, the worst state first." }),
    problems: sentences.meta({ description: "What could not be verified." }),
    notes: sentences.meta({ description: "What changes no verdict." }),
  }),
  z.object({
    rule: text,
    outcome: z.literal("not-applicable"),
    why: text.meta({ description: "Why the configuration leaves it nothing to judge." }),
  }),
]);

/** The form of a report, which `--format json` writes and `--baseline` reads. */
export const checkReport = z
  .object({
    version: z.literal(checkReportVersion),
    tool: z.object({ name: text, version: text }),
    checkedAt: text.meta({ description: "When the check began (ISO 8601, UTC)." }),
    configuration: text.meta({ description: "Configuration file." }),
    asked: z
      .array(z.object(address))

      .meta({ description: "The services that the rules ask, each once." }),
    verdict: z
      .enum(verdicts)
      .meta({ description: "Exit status 0, 1 and 3. What could not be verified never passes." }),
    summary: text.meta({ description: "The verdict in words." }),
    rules: z.array(ruleReport).meta({ description: "Each rule in force." }),
    notes: sentences.meta({ description: "What people should know about the configuration." }),
  })
  .meta({
    title: "Report of pulumi-guardrails check",
    description: "Which API keys have a guardrail. Later minor versions may add properties.",
  });

export type CheckReport = z.infer<typeof checkReport>;
export type RuleReport = CheckReport["rules"][number];
export type JudgedRule = Extract<RuleReport, { readonly outcome: "judged" }>;
export type ReportedFinding = JudgedRule["findings"][number];

/** What one rule says of one key. */
export type RuledFinding = ReportedFinding & { readonly rule: string };

export function judgedRules({ rules }: CheckReport): readonly JudgedRule[] {
  return rules.filter((rule) => rule.outcome === "judged");
}

/** What every rule says of every key. */
export function findingsOf(report: CheckReport): readonly RuledFinding[] {
  return judgedRules(report).flatMap(({ rule, findings }) =>
    findings.map((finding) => ({ rule, ...finding })),
  );
}

/** The counts of one rule and by which list, in one line. */
export function describeRule(rule: RuleReport): string {
  if (rule.outcome === "not-applicable") return `${rule.rule}: not applicable: ${rule.why}`;
  const source = rule.source === undefined ? "" : ` (${describeSource(rule.source)})`;
  return `${rule.rule}: ${describeCounts(rule)}${source}`;
}

/** What a check has found, as every format shows it. */
export function checkReportOf(result: CheckResult): CheckReport {
  const { reports, notes, asked, checkedAt, version, configuration } = result;
  return checkReport.parse({
    version: checkReportVersion,
    tool: { name: "pulumi-guardrails", version },
    checkedAt,
    configuration,
    asked,
    verdict: verdictOf(result),
    summary: describeVerdict(result),
    rules: reports.map(reportRule),
    notes,
  });
}

function reportRule(report: Report) {
  const { kind: outcome, ...rest } = report;
  if (report.kind === "not-applicable") return { ...rest, outcome };
  const { rule, problems, findings } = report;
  const nothing = "could not verify: the rule found nothing to judge.";
  return {
    ...rest,
    outcome,
    passes: reportPasses(report),
    problems: problems.length === 0 && findings.length === 0 ? [nothing] : problems,
    findings: sortFindings(findings).map((one) => ({ ...one, fingerprint: fingerprintOf(rule, one.key) })),
  };
}
