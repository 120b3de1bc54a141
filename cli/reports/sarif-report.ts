import type { Invocation, Log, Notification, ReportingDescriptor, Result } from "sarif";
import { isException, isGuarded } from "../../policies/findings/report";
import { assignmentPage, docsFolder } from "../../policies/references";
import { describeKey } from "../../policies/report/describe";
import { rules } from "../../policies/rules/index";
import { safeJson } from "../safe-json";
import { type CheckReport, type JudgedRule, judgedRules, type RuleReport, verdictsOf } from "./check-report";
import type { CheckedKey, KeyVerdict } from "./checked-key";
import { fingerprintOf } from "./fingerprint";
import type { WriteReport } from "./report-writer";

const $schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/** SARIF 2.1.0 for code scanning: a result for each key that does not pass, and for each waived or exempt one, suppressed. */
export const writeSarif: WriteReport = (report) => {
  const all = report.rules.flatMap((rule, index) => resultsOf(rule, index, report));
  const log: Log = {
    version: "2.1.0",
    $schema,
    runs: [
      {
        tool: {
          driver: {
            name: report.tool.name,
            version: report.tool.version,
            // Those that found nothing too: only so is it known that what they found earlier is fixed.
            rules: report.rules.map(descriptorOf),
          },
        },
        invocations: [invocationOf(report, Math.max(0, all.length - mostResults))],
        // Keys that fail before others: what is left out are the last.
        results: all.toSorted((one, other) => rankOf(one) - rankOf(other)).slice(0, mostResults),
        columnKind: "utf16CodeUnits",
      },
    ],
  };
  return `${safeJson(log, 2)}\n`;
};

/** As many results as GitHub shows of one run. */
const mostResults = 5_000;

function rankOf({ level }: Result): number {
  return level === "error" ? 0 : 1;
}

/** For services that rank alerts by a number, as they do those of code. */
const securitySeverity = { low: "3.0", medium: "5.5", high: "8.0", critical: "9.5" } as const;

function descriptorOf({ rule: id }: RuleReport): ReportingDescriptor {
  const rule = rules.find(({ name }) => name === id);
  if (rule === undefined) return { id };
  return {
    id,
    shortDescription: { text: rule.title },
    fullDescription: { text: rule.description },
    help: { text: `${rule.remediation} More: ${docsFolder}/rules/${id}.md` },
    helpUri: assignmentPage,
    defaultConfiguration: { level: "error" },
    properties: { tags: ["security"], "security-severity": securitySeverity[rule.severity] },
  };
}

function invocationOf(report: CheckReport, leftOut: number): Invocation {
  const judged = judgedRules(report);
  const doubtful = judged.some(
    ({ rule, problems }) =>
      problems.length > 0 ||
      verdictsOf(report.keys.failing, rule).some(({ state }) => state === "unverified"),
  );
  const cut = `${leftOut} of the results are left out: code scanning shows ${mostResults} of a run. The json report has all.`;
  return {
    executionSuccessful: !doubtful,
    startTimeUtc: report.checkedAt,
    toolExecutionNotifications: judged.flatMap(({ rule, problems }) =>
      problems.map((problem) => notification("error", problem, rule)),
    ),
    toolConfigurationNotifications: [
      ...(leftOut === 0 ? [] : [notification("warning", cut)]),
      ...report.notes.map((note) => notification("warning", note)),
      ...judged.flatMap((one) => one.notes.map((note) => notification("note", note, one.rule))),
    ],
  };
}

function notification(level: Notification["level"], text: string, rule?: string): Notification {
  const said = { level, message: { text: withoutLinks(text) } };
  return rule === undefined ? said : { ...said, associatedRule: { id: rule } };
}

function resultsOf(rule: RuleReport, ruleIndex: number, report: CheckReport): readonly Result[] {
  if (rule.kind === "not-applicable") return [];
  const { failing, excepted } = report.keys;
  const found = verdictsOf([...failing, ...excepted], rule.rule).flatMap(
    (said) => resultOf(said, rule, ruleIndex, report) ?? [],
  );
  if (rule.passes || found.some(({ level }) => level === "error")) return found;
  const text = withoutLinks(rule.problems.join(" "));
  const fingerprint = fingerprintOf(rule.rule);
  return [...found, { ...resultAt(report, rule, ruleIndex, fingerprint), level: "error", message: { text } }];
}

function resultOf(
  { state, key: checked, reason, remedy, fingerprint }: KeyVerdict & { readonly key: CheckedKey },
  rule: JudgedRule,
  ruleIndex: number,
  report: CheckReport,
): Result | undefined {
  if (isGuarded({ state })) return undefined;
  const { key, guardrails, workspace } = checked;
  const text = withoutLinks(`key ${describeKey(key)} ${reason}.${remedy === undefined ? "" : ` ${remedy}`}`);
  const result: Result = {
    ...resultAt(report, rule, ruleIndex, fingerprint),
    message: { text },
    properties: {
      state,
      ...key,
      ...(guardrails.length === 0 ? {} : { guardrails }),
      ...(workspace === undefined ? {} : { workspace }),
    },
  };
  if (!isException({ state })) return { ...result, level: "error" };
  const suppressions = [
    { kind: "external", status: "accepted", justification: withoutLinks(reason) },
  ] as const;
  return { ...result, level: "note", suppressions: [...suppressions] };
}

function resultAt(
  { configuration }: CheckReport,
  { rule }: JudgedRule,
  ruleIndex: number,
  fingerprint: string,
) {
  const uri = configuration.split("/").map(encodeURIComponent).join("/");
  return {
    ruleId: rule,
    ruleIndex,
    locations: [{ physicalLocation: { artifactLocation: { uri }, region: { startLine: 1 } } }],
    // The first is the name GitHub reads; without it, it makes one of the line, which all keys have in common.
    partialFingerprints: { primaryLocationLineHash: fingerprint, "guardrailsFinding/v1": fingerprint },
  };
}

/** SARIF reads `[text](address)` as a link and `{0}` as a placeholder in any message: both need adjacency. */
function withoutLinks(text: string): string {
  return text.replace(/\](?=\()/gu, "] ").replace(/\{(?=\d)/gu, "{ ");
}
