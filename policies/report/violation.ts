import { listed } from "../../provider/counted";
import { groupBy } from "../../provider/group-by";
import type { AccountFacts } from "../evidence/account-facts";
import type { Doubt } from "../evidence/evidence";
import {
  type Finding,
  isException,
  isFixedByAssignment,
  type JudgedReport,
  passes,
  type Report,
  weakGuardrailOf,
} from "../findings/report";
import { command, docsFolder } from "../references";
import { areSeveralRequired } from "./contradictions";
import { describeFailing } from "./counts";
import { describeKey, describeRead, worstFirst } from "./describe";
import {
  describeMissed,
  describeReason,
  type GuardrailNames,
  missedRequirement,
  noNames,
} from "./describe-cause";
import { describeContradictions } from "./describe-contradiction";
import { describeChange, describeFix, fixInPulumi } from "./describe-fix";
import { describeRemedy } from "./describe-remedy";
import { type FixPlan, planFixes } from "./fix";
import { describeGroup, firstOfEach, groupByReason } from "./groups";
import { identityOf } from "./identity";
import { isUnread, type KeyEntry, keyEntriesOf } from "./key-entries";
import { type KeyLine, keyLines } from "./rows";

/** What is known beside one rule's report when its violation is written. */
export interface ViolationContext {
  readonly accounts: readonly AccountFacts[];
  /** The reports that are known. */
  readonly reports: readonly Report[];
  /** Whether they are those of every rule in force. */
  readonly areAll: boolean;
  /** The entries of these reports: joining them takes its time, and only a command that assigns needs them. */
  entries(): readonly KeyEntry[];
  /** Reports whose violations are shown already. */
  readonly shown: readonly JudgedReport[];
}

/** As many keys as a message names: under an engine nobody scrolls back through more. */
const mostNamed = 20;
/** The engine does not wrap: a command of more keys is no line to copy. */
const mostToFix = 10;

const nothingToJudge: Doubt = { why: "could not verify: the rule found nothing to judge." };

/** The message of a report that does not pass. */
export function describeFailure(report: JudgedReport): string {
  const entries = () => keyEntriesOf([report], []);
  return describeViolation(report, { accounts: [], reports: [report], areAll: false, entries, shown: [] });
}

/**
 * The message of a report that does not pass, as the terminal shows it: what could not be read, the count with where that
 * was read, the keys grouped by what is wrong with them, and what to do. What another rule says already is not said again.
 */
export function describeViolation(report: JudgedReport, context: ViolationContext): string {
  const same = context.shown.find((other) => isSame(other, report));
  const lines = same === undefined ? inFull(report, context) : [asSaidBy(same, report)];
  return [...lines, ...exceptionsIn(report), ...(same === undefined ? wayPast(report.problems) : [])].join(
    "\n",
  );
}

/** Every doubt stops the deployment: whoever has to deploy all the same is led to the way past it that leaves a trace. */
export function wayPast(doubts: readonly Doubt[]): readonly string[] {
  const isOutage = doubts.some(({ fault }) => fault === "outage");
  return isOutage ? [`Is the service down? ${docsFolder}/outage.md says what to do.`] : [];
}

/** The keys that pass by a waiver or an exemption, a line for each reason. */
export function exceptionsIn({ findings }: Pick<JudgedReport, "findings">): readonly string[] {
  const excepted = worstFirst(findings.filter(isException));
  return groupByReason(excepted, groupedBy(noNames)).map(({ state, reason, items }) => {
    const shown = items.slice(0, mostNamed).map(({ key }) => describeKey(key));
    const named = listed(shown, mostNamed, items.length);
    const keys = items.length === 1 ? "key" : `${items.length} keys`;
    return `${state}: ${keys} ${named}: ${items.length === 1 ? "it" : "each"} ${reason}.`;
  });
}

function inFull(report: JudgedReport, context: ViolationContext): readonly string[] {
  const nameOf: GuardrailNames = (id) =>
    context.accounts.map(({ guardrails }) => guardrails.get(id)?.name).find((name) => name !== undefined);
  const failing = failingIn(report);
  const counts = countsOf(report);
  const { source } = report;
  return [
    ...problemsOf(report).map(({ why }) => why),
    ...(counts === "" ? [] : [source === undefined ? counts : `${counts} (${describeRead(source)})`]),
    ...groupLines(failing, nameOf),
    ...whatToDo(report, failing, context, nameOf),
  ];
}

function groupedBy(nameOf: GuardrailNames) {
  return (finding: Finding) => ({
    state: finding.state,
    reason: describeReason(finding, nameOf),
    cause: finding.cause.kind,
  });
}

function groupLines(failing: readonly Finding[], nameOf: GuardrailNames): readonly string[] {
  const groups = groupByReason(failing, groupedBy(nameOf));
  const lines = firstOfEach(groups, mostNamed).flatMap(({ group, shown, left }) => [
    describeGroup(group),
    ...keyLines(shown.map(lineOf), { labels: true }),
    ...(left > 0 ? [`  … and ${left} more`] : []),
  ]);
  if (failing.length <= mostNamed) return lines;
  // Without it the command would judge by a file that may lie there, and not by what the engine was given.
  const configuration = "where FILE is the one given by --policy-pack-config";
  return [...lines, `${command} check --config FILE lists all ${failing.length}, ${configuration}.`];
}

function lineOf({ key, cause }: Finding): KeyLine {
  const missed = missedRequirement(cause);
  return { key, last: missed && describeMissed(missed) };
}

/** The commands that assign a guardrail, the guardrails to change, and each other remedy once. */
function whatToDo(
  report: JudgedReport,
  failing: readonly Finding[],
  context: ViolationContext,
  nameOf: GuardrailNames,
): readonly string[] {
  const { fixes, changes, contradictions } = plannedFor(report.rule, failing, context);
  const fixed = new Set([...fixes, ...contradictions].flatMap(({ keys }) => keys.map(identityOf)));
  const others = failing.filter(
    (finding) =>
      !fixed.has(identityOf(finding.key)) && (weakGuardrailOf(finding) === undefined || changes.length === 0),
  );
  const remedies = groupBy(others, (finding) => describeRemedy(finding, { nameOf }));
  return [
    ...[...remedies.values()].flatMap((same) => {
      const [first] = same;
      return first === undefined ? [] : (describeRemedy(first, { keys: same.length, nameOf }) ?? []);
    }),
    ...describeContradictions(contradictions),
    // Where a command is not enough, that is said before it.
    ...changes.map(describeChange),
    ...fixes.flatMap((fix) => [
      describeFix(fix, { shown: failing.length }),
      ...fix.command.map((line) => `  ${line}`),
    ]),
    ...(fixes.length === 0 ? [] : [fixInPulumi]),
  ];
}

const nothingPlanned: FixPlan = { fixes: [], changes: [], contradictions: [] };

function plannedFor(
  rule: string,
  failing: readonly Finding[],
  { accounts, entries, reports, areAll }: ViolationContext,
): FixPlan {
  const fixable = failing.filter(isFixedByAssignment);
  const unguarded = fixable.filter(({ state }) => state === "unguarded");
  const wrong = fixable.filter(({ state }) => state === "wrong-guardrail");
  const isNone = unguarded.length + wrong.length === 0;
  const isTooMany =
    unguarded.length > mostToFix && wrong.every((finding) => weakGuardrailOf(finding) === undefined);
  const isCommand = accounts.length > 0 && !isTooMany;
  if (isNone || !(isCommand || areSeveralRequired(reports))) return nothingPlanned;
  const identities = new Set([...unguarded, ...wrong].map(({ key }) => identityOf(key)));
  const all = entries();
  const among = all.filter(
    ({ key, verdicts }) =>
      identities.has(identityOf(key)) && verdicts.some(({ rule: name }) => name === rule),
  );
  const plan = planFixes(all, areAll ? reports : undefined, { among, most: mostToFix });
  return isCommand ? plan : { ...nothingPlanned, contradictions: plan.contradictions };
}

/** What the rule says of each key that does not pass, the worst of it, the worst keys first. */
function failingIn(report: JudgedReport): readonly Finding[] {
  return worstFirst(findingsOf(report).filter((finding) => !passes(finding)));
}

/**
 * One for each key, the worst. Of keys without a hash several may have one name. Where no list was read, what could not be
 * verified are requirements as they were written: nothing is known of them but why.
 */
function findingsOf(report: JudgedReport): readonly Finding[] {
  const known = report.findings.filter(({ state }) => state !== "unverified" || !isUnread(report));
  const worst = new Map<unknown, Finding>();
  for (const finding of known) {
    const place = finding.key.hash?.toLowerCase() ?? finding;
    const before = worst.get(place);
    worst.set(place, before === undefined ? finding : (worstFirst([before, finding])[0] ?? finding));
  }
  return [...worst.values()];
}

/** What it could not verify: that there was nothing to judge too. */
export function problemsOf({
  problems,
  findings,
}: Pick<JudgedReport, "problems" | "findings">): readonly Doubt[] {
  return problems.length === 0 && findings.length === 0 ? [nothingToJudge] : problems;
}

function countsOf(report: JudgedReport): string {
  return describeFailing(findingsOf(report), report.subject);
}

function asSaidBy(other: JudgedReport, report: JudgedReport): string {
  const counts = countsOf(report);
  if (problemsOf(report).length === 0) return `${counts}: see ${other.rule}.`;
  return `${sameDoubt(other.rule)}${counts === "" ? "" : ` ${counts}.`}`;
}

/** What could not be verified for a reason that is told already. */
export function sameDoubt(rule: string): string {
  return `could not verify: see ${rule}.`;
}

/** Whether two rules have the same to say of the same keys, however many pass. */
function isSame(one: JudgedReport, other: JudgedReport): boolean {
  return sayingOf(one) === sayingOf(other);
}

function sayingOf(report: JudgedReport): string {
  const { source } = report;
  const failing = failingIn(report).map(({ state, key, cause, voidWaivers, remedy, required }) => {
    return [state, identityOf(key), cause, voidWaivers, remedy, required?.guardrails];
  });
  const problems = problemsOf(report).map(({ why }) => why);
  return JSON.stringify([source?.service, source?.baseUrl, problems, failing]);
}
