import { command } from "../../policies/references";
import { describeContradictions } from "../../policies/report/describe-contradiction";
import { describeChange } from "../../policies/report/describe-fix";
import { mostKeysToFix } from "../../policies/report/fix";
import { withoutDoubt } from "../../provider/errors";
import { sanitize } from "../../provider/redaction/sanitize";
import { services } from "../../provider/settings/services";
import { shortId } from "../../provider/short-id";
import { shellOptions } from "../shell-words";
import { type CheckReport, causesOf, type JudgedRule, judgedRules } from "./check-report";
import { type CheckedKey, headOf } from "./checked-key";

/** `required-keys-guarded: 7 of 230 fail`. */
export function describeRule(judged: JudgedRule, report: CheckReport): string {
  const counts = countsOf(judged, report);
  return counts === "" ? judged.rule : `${judged.rule}: ${counts}`;
}

/** Of a rule that judged no key the beginning of its cause, unless the report has only one, which it says in full. */
function countsOf({ summary, problems }: JudgedRule, report: CheckReport): string {
  const [problem] = problems;
  if (summary !== "" || problem === undefined) return summary;
  const [cause = ""] = withoutDoubt(problem).split(/ \(|: |\. |\.$/u);
  return causesOf(report).length === 1 ? "could not be judged" : `could not be judged: ${cause}`;
}

/** The rules in force, and those that are not. */
export function describeRules(report: CheckReport): string {
  const inForce = judgedRules(report).map((judged) => {
    const counts = countsOf(judged, report);
    return counts === "" ? judged.rule : `${judged.rule} (${counts})`;
  });
  const others = notInForce(report).map(({ rule }) => rule);
  const said = [`rules in force: ${inForce.length === 0 ? "none" : inForce.join(", ")}`];
  return [...said, ...describeIdle(others)].join("; ");
}

/** In one line, however many rules there are; nothing where each is in force. */
export function describeIdle(rules: readonly string[]): readonly string[] {
  return rules.length === 0 ? [] : [`not configured: ${rules.join(", ")}`];
}

export function notInForce({ rules }: CheckReport) {
  return rules.filter((rule) => rule.kind === "not-applicable");
}

/** Notes of the configuration and of the rules, each once. */
export function notesOf(report: CheckReport): readonly string[] {
  const ofRules = judgedRules(report).flatMap(({ rule, notes }) => notes.map((note) => `${rule}: ${note}`));
  return [...new Set([...report.notes, ...ofRules])];
}

/** What was asked, for a report that could not verify everything. */
export function describeAsked({ asked, checkedAt }: CheckReport): string {
  const addresses = asked.map(({ service, baseUrl }) => `${services[service].label} at ${baseUrl}`);
  return `${addresses.join(", ")}, ${checkedAt}`;
}

/** What people call a guardrail: its name with its id, or the id alone. */
export function describeGuardrail({ id, name }: CheckedKey["guardrails"][number]): string {
  return name === undefined ? sanitize(id) : sanitize(name);
}

/** What no command fixes: settings that contradict each other, and guardrails that are too weak, each in words. */
export function changesToMake(report: CheckReport): readonly string[] {
  return [...settingsToChange(report), ...(areTooMany(report) ? [inGroups] : [])];
}

function settingsToChange({ contradictions, guardrailChanges }: CheckReport): readonly string[] {
  return [...describeContradictions(contradictions ?? []), ...(guardrailChanges ?? []).map(describeChange)];
}

const inGroups = `More than ${mostKeysToFix} keys need a guardrail, too many for one command: list them with their hashes, and assign it in groups.`;

function areTooMany(report: CheckReport): boolean {
  return report.fixes.length === 0 && report.keys.failing.filter(isToAssign).length > mostKeysToFix;
}

function isToAssign(key: CheckedKey): boolean {
  return key.state === "unguarded" && headOf(key).remedyKind !== "change-settings";
}

/** Beside how many failing keys a command stands. */
export function shownIn({ keys }: CheckReport): { readonly shown: number } {
  return { shown: keys.failing.length };
}

/** What to do next where there is no command to copy; nothing where nothing fails. */
export function nextStep(report: CheckReport): string | undefined {
  if (report.fixes.length > 0) return undefined;
  // By the same file and options: anything less may read another account.
  const options = shellOptions(report.options);
  if (areTooMany(report)) return `${command} check${options} --format json`;
  const hash = report.keys.failing.find(({ key }) => key.hash !== undefined)?.key.hash;
  return hash === undefined || settingsToChange(report).length > 0
    ? undefined
    : `${command} explain ${shortId(hash)}${options}`;
}

/** Whether nothing at all is known of any key: then there are no keys, no counts and no coverage to speak of. */
export function isNothingKnown(report: CheckReport): boolean {
  return report.verdict === "unverified" && report.keys.all.length === 0 && causesOf(report).length > 0;
}
