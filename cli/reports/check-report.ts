import * as z from "zod";
import { passes, type Report, reportPasses } from "../../policies/findings/report";
import { describeFailing, describePassing } from "../../policies/report/counts";
import { describeSource } from "../../policies/report/describe";
import { planFixes } from "../../policies/report/fix";
import { type KeyEntry, keyEntriesOf } from "../../policies/report/key-entries";
import { problemsOf } from "../../policies/report/violation";
import { withoutDoubt } from "../../provider/errors";
import { serviceNames } from "../../provider/settings/services";
import type { CheckResult } from "./check-result";
import { type CheckedKey, checkedKey, guardrail, identity, type KeyVerdict, text } from "./checked-key";
import { CheckedKeys } from "./checked-keys";
import { describeVerdict, verdictOf, verdicts } from "./verdict";

/** What readers of an earlier report must know: it changes when a field goes or means something else, not when one comes. */
export const checkReportVersion = 1;

const sentences = z.array(text);
const count = z.int().nonnegative();

const address = {
  service: z.enum(serviceNames),
  baseUrl: text.meta({ description: "Address that was asked." }),
};

const ruleReport = z.discriminatedUnion("kind", [
  z.object({
    rule: text,
    kind: z.literal("judged"),
    passes: z.boolean(),
    subject: text.meta({ description: "What it is about, in the plural." }),
    source: z
      .object({ ...address, readAt: text.meta({ description: "ISO 8601, UTC." }) })
      .optional()
      .meta({ description: "List of assignments it was judged by; left out if it could not be read." }),
    summary: text.meta({ description: "Its counts in words; empty where it judged none." }),
    judged: count.meta({ description: "How many keys it judged, and requirements that mean none." }),
    failing: count.meta({ description: "How many of them do not pass." }),
    problems: sentences.meta({ description: "What could not be verified." }),
    notes: sentences.meta({ description: "What changes no verdict." }),
  }),
  z.object({
    rule: text,
    kind: z.literal("not-applicable"),
    why: text.meta({ description: "Why the configuration leaves it nothing to judge." }),
  }),
]);

const fix = z.object({
  guardrail: z
    .discriminatedUnion("kind", [
      guardrail.extend({
        kind: z.literal(["required", "approved"]),
        lacks: text.optional().meta({ description: "Why its keys fail with it all the same." }),
      }),
      guardrail.extend({ kind: z.literal("passing") }),
      z.object({
        kind: z.literal("open"),
        unproven: guardrail
          .optional()
          .meta({ description: "The one that most keys have, which is not known to enforce anything." }),
        nonePasses: z
          .literal(true)
          .optional()
          .meta({ description: "None that the account shows is known to pass every rule in force." }),
        absent: z
          .object({ demand: z.enum(["required", "approved"]), ids: sentences })
          .optional()
          .meta({
            description: "Those that are asked for; no guardrail of the account has one of these ids.",
          }),
      }),
    ])
    .meta({
      description:
        "Required of these keys or approved for them, or one that passes every rule in force, or open.",
    }),
  keys: z.array(identity),
  command: sentences.meta({ description: "Lines for bash, which assign it." }),
});

const guardrailChange = z.object({
  guardrail,
  lacks: text.meta({ description: "In words that follow the guardrail's name." }),
  demand: z
    .enum(["required", "approved"])
    .optional()
    .meta({ description: "Which kind of setting asks for it: another one would not do." }),
  keys: count.meta({
    description: "How many keys have it and fail for that; 0 where it is only to be assigned.",
  }),
});

const contradiction = z.object({
  settings: z.array(text).meta({ description: "Settings of the configuration." }),
  keys: z
    .array(identity)
    .meta({ description: "Keys that fail for it, whatever they are assigned: fifty at most." }),
  count: count.meta({ description: "How many keys fail for it." }),
});

/** The form of a report, which `--format json` writes and `--baseline` reads. */
export const checkReport = z
  .object({
    version: z.literal(checkReportVersion),
    tool: z.object({ name: text, version: text }),
    checkedAt: text.meta({ description: "When the check began (ISO 8601, UTC)." }),
    configuration: text.meta({ description: "Configuration file." }),
    options: sentences.meta({
      description:
        "What of the command line the verdict depends on, word by word. FILE stands for a file outside of the working directory, or none.",
    }),
    asked: z.array(z.object(address)).meta({ description: "The services that the rules ask, each once." }),
    verdict: z
      .enum(verdicts)
      .meta({ description: "Exit status 0, 1 and 3. What could not be verified never passes." }),
    summary: text.meta({ description: "The verdict in words." }),
    keys: z.array(checkedKey).meta({ description: "One for each key that was judged, the worst first." }),
    fixes: z
      .array(fix)
      .meta({ description: "What gives failing keys their guardrail, unless they are many." }),
    guardrailChanges: z
      .array(guardrailChange)
      .optional()
      .meta({ description: "Guardrails that are too weak, where no command helps." }),
    contradictions: z.array(contradiction).optional().meta({
      description: "Settings that no guardrail can pass together, because they have none in common.",
    }),
    rules: z.array(ruleReport).meta({ description: "Each rule in force." }),
    notes: sentences.meta({ description: "What people should know about the configuration." }),
  })
  .meta({
    title: "Report of pulumi-guardrails check",
    description: "Which API keys have a guardrail. Later minor versions may add properties.",
  });

/** The same in memory, where writers ask for the keys they show. */
const shownReport = checkReport.extend({ keys: z.instanceof(CheckedKeys) });

export type CheckReport = z.infer<typeof shownReport>;
export type RuleReport = CheckReport["rules"][number];
export type JudgedRule = Extract<RuleReport, { readonly kind: "judged" }>;

export function judgedRules({ rules }: CheckReport): readonly JudgedRule[] {
  return rules.filter((rule) => rule.kind === "judged");
}

/** What one rule says of keys that it judged. */
export function verdictsOf(
  keys: readonly CheckedKey[],
  rule: string,
): readonly (KeyVerdict & { readonly key: CheckedKey })[] {
  return keys.flatMap((key) =>
    key.verdicts.filter((verdict) => verdict.rule === rule).map((verdict) => ({ ...verdict, key })),
  );
}

/** What could not be verified, each said once, without the words that say so. */
export function causesOf(report: CheckReport): readonly string[] {
  const causes = judgedRules(report).flatMap(({ problems }) => problems);
  return [...new Set(causes.map(withoutDoubt))];
}

/** Where and when the lists were read, each said once. */
export function sourcesOf(report: CheckReport): readonly string[] {
  return [
    ...new Set(
      judgedRules(report).flatMap(({ source }) => (source === undefined ? [] : [describeSource(source)])),
    ),
  ];
}

/** A report as JSON has it, as every format compares with it. */
export function readReport(report: z.infer<typeof checkReport>): CheckReport {
  return { ...report, keys: CheckedKeys.read(report.keys) };
}

/** As many keys as a command names. */
const mostContradicted = 50;

/** What a check has found, as every format shows it. */
export function checkReportOf(result: CheckResult): CheckReport {
  const { reports, notes, accounts, checkedAt, version, configuration, options } = result;
  const entries = keyEntriesOf(reports, accounts);
  const { fixes, changes, contradictions } = planFixes(entries, reports);
  return shownReport.parse({
    version: checkReportVersion,
    tool: { name: "pulumi-guardrails", version },
    checkedAt,
    configuration,
    options: [...options],
    asked: accounts.map(({ service, baseUrl }) => ({ service, baseUrl })),
    verdict: verdictOf(result),
    summary: describeVerdict(verdictOf(result), reports, entries),
    keys: CheckedKeys.found(entries),
    fixes: fixes.map(({ guardrail: chosen, keys, command }) => ({
      guardrail: chosen,
      keys: [...keys],
      command: [...command],
    })),
    ...(changes.length === 0
      ? {}
      : {
          guardrailChanges: [...changes],
        }),
    ...(contradictions.length === 0
      ? {}
      : {
          contradictions: contradictions.map(({ settings, keys }) => ({
            settings: [...settings],
            keys: keys.slice(0, mostContradicted),
            count: keys.length,
          })),
        }),
    rules: reports.map((report) => ruleReportOf(report, entries)),
    notes: [...notes],
  } satisfies z.input<typeof shownReport>);
}

function ruleReportOf(report: Report, entries: readonly KeyEntry[]): z.input<typeof ruleReport> {
  if (report.kind === "not-applicable") return report;
  const { rule, kind, subject, source, notes } = report;
  const own = entries.flatMap(({ verdicts: said }) =>
    said.filter((verdict) => verdict.rule === rule).map(({ finding }) => finding),
  );
  return {
    rule,
    kind,
    passes: reportPasses(report),
    subject,
    source,
    summary: reportPasses(report) ? describePassing(own, "") : describeFailing(own, ""),
    judged: own.length,
    failing: own.filter((finding) => !passes(finding)).length,
    problems: problemsOf(report).map(({ why }) => why),
    notes: [...notes],
  };
}
