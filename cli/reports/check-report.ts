import { z } from "zod";
import { describeSource } from "../../policies/report/describe";
import { planFixes } from "../../policies/report/fix";
import { isKey, type KeyEntry, keyEntriesOf, worstOf } from "../../policies/report/key-entries";
import { withGuardrailNames } from "../../policies/report/named-guardrails";
import { keyStates, passes, type Report, reportPasses } from "../../policies/report/report";
import { nothingToJudge } from "../../policies/report/violation";
import { withoutDoubt } from "../../provider/errors";
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
const count = z.int().nonnegative();

const address = {
  service: z.enum(serviceNames),
  baseUrl: text.meta({ description: "Address that was asked." }),
};

const identity = z
  .object({
    hash: text.optional().meta({ description: "Stable id of the key; not secret." }),
    name: text.optional(),
    label: text.optional().meta({ description: "Masked form of the key; not secret." }),
    description: text.optional().meta({ description: "What the configuration calls it." }),
  })
  .meta({ description: "As far as it is known; a requirement that means no key stands as its name." });

const guardrail = z.object({ id: text, name: text.optional() });

const waiver = z.object({
  owner: text,
  expires: text.meta({ description: "The last day it holds." }),
  reason: text,
});

const keyVerdict = z.object({
  rule: text,
  state: z.enum(keyStates),
  reason: text.meta({ description: "Why it is in that state." }),
  remedy: text.optional().meta({ description: "What to do about it, where the key does not pass." }),
  waiver: waiver.optional(),
  fingerprint: text.meta({ description: "The same in every run for the same rule and key." }),
});

const checkedKey = z.object({
  state: z.enum(keyStates).meta({ description: "The worst that any rule finds it in." }),
  key: identity,
  isRequirement: z
    .literal(true)
    .optional()
    .meta({ description: "It is no key, but a requirement that means none." }),
  guardrails: z.array(guardrail).meta({ description: "Those it was judged by." }),
  workspace: text.optional(),
  createdAt: text.optional().meta({ description: "When the key was made." }),
  createdBy: text.optional().meta({ description: "Id of the user who made the key." }),
  limitUsd: z
    .number()
    .nullable()
    .optional()
    .meta({ description: "The key's own spending limit; null: it has none." }),
  limitReset: text.optional().meta({ description: "How often that limit begins anew." }),
  usageMonthUsd: z.number().optional().meta({ description: "What it spent in the current month (UTC)." }),
  assignedBy: text.optional().meta({ description: "Id of the user who assigned the guardrail." }),
  assignedAt: text.optional(),
  verdicts: z.array(keyVerdict).meta({ description: "What each rule says of it." }),
  fingerprint: text.meta({ description: "The same in every run for the same key." }),
});

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
    judged: count.meta({ description: "How many keys it judged." }),
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
      guardrail.extend({ kind: z.enum(["required", "passing"]) }),
      z.object({
        kind: z.literal("open"),
        unproven: guardrail
          .optional()
          .meta({ description: "The one that most keys have, which is not known to enforce anything." }),
      }),
    ])
    .meta({ description: "Required of these keys, or one that passes every rule in force, or open." }),
  keys: z.array(identity),
  command: sentences.meta({ description: "Lines for bash, which assign it." }),
});

const guardrailChange = z.object({
  guardrail,
  lacks: text.meta({ description: "In words that follow the guardrail's name." }),
  isRequired: z
    .literal(true)
    .optional()
    .meta({ description: "Its keys may have no other one: assigning it again does not help." }),
  keys: count.meta({ description: "How many keys have it and fail for that." }),
});

/** The form of a report, which `--format json` writes and `--baseline` reads. */
export const checkReport = z
  .object({
    version: z.literal(checkReportVersion),
    tool: z.object({ name: text, version: text }),
    checkedAt: text.meta({ description: "When the check began (ISO 8601, UTC)." }),
    configuration: text.meta({ description: "Configuration file." }),
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
    rules: z.array(ruleReport).meta({ description: "Each rule in force." }),
    notes: sentences.meta({ description: "What people should know about the configuration." }),
  })
  .meta({
    title: "Report of pulumi-guardrails check",
    description: "Which API keys have a guardrail. Later minor versions may add properties.",
  });

export type CheckReport = z.infer<typeof checkReport>;
export type RuleReport = CheckReport["rules"][number];
export type JudgedRule = Extract<RuleReport, { readonly kind: "judged" }>;
export type CheckedKey = CheckReport["keys"][number];
export type KeyVerdict = CheckedKey["verdicts"][number];
export type ReportedFix = CheckReport["fixes"][number];

export function judgedRules({ rules }: CheckReport): readonly JudgedRule[] {
  return rules.filter((rule) => rule.kind === "judged");
}

export function failingKeys({ keys }: CheckReport): readonly CheckedKey[] {
  return keys.filter((key) => !passes(key));
}

export function waivedKeys({ keys }: CheckReport): readonly CheckedKey[] {
  return keys.filter(({ state }) => state === "waived");
}

/** The names of the rules that a key does not pass. */
export function failedBy({ verdicts: said }: CheckedKey): readonly string[] {
  return said.filter((verdict) => !passes(verdict)).map(({ rule }) => rule);
}

/** What one rule says of the keys it judged. */
export function verdictsOf(
  { keys }: CheckReport,
  rule: string,
): readonly (KeyVerdict & { key: CheckedKey })[] {
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

/** What a check has found, as every format shows it. */
export function checkReportOf(result: CheckResult): CheckReport {
  const { reports, notes, accounts, checkedAt, version, configuration } = result;
  const entries = keyEntriesOf(reports, accounts);
  const { fixes, changes } = planFixes(entries, reports);
  return checkReport.parse({
    version: checkReportVersion,
    tool: { name: "pulumi-guardrails", version },
    checkedAt,
    configuration,
    asked: accounts.map(({ service, baseUrl }) => ({ service, baseUrl })),
    verdict: verdictOf(result),
    summary: describeVerdict(verdictOf(result), entries),
    keys: entries.map(checkedKeyOf),
    fixes: fixes.map(({ guardrail: chosen, keys, command }) => ({
      guardrail: chosen,
      keys: [...keys],
      command: [...command],
    })),
    ...(changes.length === 0
      ? {}
      : {
          guardrailChanges: changes.map(({ isRequired, ...change }) => ({
            ...change,
            ...(isRequired ? { isRequired } : {}),
          })),
        }),
    rules: reports.map((report) => ruleReportOf(report, entries)),
    notes: [...notes],
  } satisfies z.input<typeof checkReport>);
}

function checkedKeyOf(entry: KeyEntry): z.input<typeof checkedKey> {
  const { state, key, guardrailIds, account, assignment, listed, details } = entry;
  const nameOf = (id: string): string | undefined => account?.guardrails.get(id)?.name;
  const worst = worstOf(entry);
  const workspace = account?.inventory?.workspaces.find(({ id }) => id === listed?.workspaceId);
  return {
    state,
    key,
    ...(isKey(entry) ? {} : { isRequirement: true }),
    guardrails: guardrailIds.map((id) => ({ id, name: nameOf(id) })),
    workspace: workspace?.name ?? listed?.workspaceId,
    createdAt: details?.createdAt,
    createdBy: details?.creatorId,
    limitUsd: details?.limitUsd,
    limitReset: details?.limitReset,
    usageMonthUsd: details?.usageMonthUsd,
    assignedBy: assignment?.assignedBy ?? undefined,
    assignedAt: assignment?.createdAt,
    // The one that the key's state comes from stands first.
    verdicts: entry.verdicts
      .toSorted((one, other) => Number(other.finding === worst) - Number(one.finding === worst))
      .map(({ rule, finding }) => ({
        rule,
        state: finding.state,
        reason: withGuardrailNames(finding.reason, nameOf),
        remedy: finding.remedy === "" ? undefined : withGuardrailNames(finding.remedy, nameOf),
        waiver: finding.waiver,
        fingerprint: fingerprintOf(rule, finding.key),
      })),
    fingerprint: fingerprintOf("key", key),
  };
}

function ruleReportOf(report: Report, entries: readonly KeyEntry[]): z.input<typeof ruleReport> {
  if (report.kind === "not-applicable") return report;
  const { rule, kind, subject, source, problems, findings, notes } = report;
  const own = entries.flatMap(({ verdicts: said }) =>
    said.filter((verdict) => verdict.rule === rule).map(({ finding }) => finding),
  );
  return {
    rule,
    kind,
    passes: reportPasses(report),
    subject,
    source,
    judged: own.length,
    failing: own.filter((finding) => !passes(finding)).length,
    problems: problems.length === 0 && findings.length === 0 ? [nothingToJudge] : [...problems],
    notes: [...notes],
  };
}
