import { isByAssignment } from "../policies/findings/remedy";
import type { Finding, JudgedReport, KeyIdentity, Report } from "../policies/findings/report";
import type { Contradiction } from "../policies/report/contradictions";
import { describeKey, describeSource } from "../policies/report/describe";
import { describeReason } from "../policies/report/describe-cause";
import { describeContradictions } from "../policies/report/describe-contradiction";
import { describeChange, describeFix, fixInPulumi } from "../policies/report/describe-fix";
import { describeRemedy } from "../policies/report/describe-remedy";
import type { Fix } from "../policies/report/fix";
import type { GuardrailChange } from "../policies/report/guardrail-changes";
import { identityOf } from "../policies/report/identity";
import { enforcedBy } from "../policies/rules/enforced-by-guardrail";
import { assigning } from "../provider/assignments/by-key";
import type { KeyAssignment } from "../provider/assignments/contract";
import { listed, orList } from "../provider/counted";
import { withoutDoubt } from "../provider/errors";
import { groupBy } from "../provider/group-by";
import type { Guardrail } from "../provider/inventory/contract";
import { expiryOf } from "../provider/inventory/inventory";
import { quoted, sanitize } from "../provider/redaction/sanitize";
import { services } from "../provider/settings/services";
import { shortId } from "../provider/short-id";
import { defaultConfiguration } from "./init";
import type { ExplainedAccount, ExplainedKey } from "./look-up-keys";
import { describeIdle } from "./reports/describe-report";

/** What is known of the keys that somebody asked for. */
export interface Explained {
  readonly wanted: string;
  /** The file that says which rules are in force; undefined: none does. */
  readonly configuration: string | undefined;
  /** None of its rules says anything of these keys: what is said is what they would if it were required. */
  readonly isAsIfRequired: boolean;
  /** Those that the rules read, each once. */
  readonly accounts: readonly ExplainedAccount[];
  /** Why something could not be verified that the exit status comes from. */
  readonly doubts: readonly string[];
  /** Names of keys that may have been meant; none where keys were found. */
  readonly near: readonly string[];
  /** Keys whose names it matches as a pattern, or whose label it is; none where keys were found. */
  readonly byPattern: readonly KeyIdentity[];
  readonly byLabel: readonly KeyIdentity[];
  /** What each rule in force says of these keys only. */
  readonly reports: readonly Report[];
  /** What is to be done about those that fail. */
  readonly fixes: readonly Fix[];
  readonly changes: readonly GuardrailChange[];
  readonly contradictions: readonly Contradiction[];
  /** What of the guardrails' names could not be read. */
  readonly notes: readonly string[];
  readonly now: number;
}

/** For people: each key, what it is assigned to or how to assign it, what could not be read, what the rules say. */
export function describeExplained(explained: Explained): string {
  const { configuration, accounts, near, reports, fixes, changes, notes } = explained;
  const why = configuration === undefined ? "enforces something" : undefined;
  const keys = keysOf(explained);
  return [
    describeJudges(explained),
    ...(keys.length === 0 ? describeNoKey(explained) : []),
    ...(near.length === 0 ? [] : [`Did you mean ${orList(near.map((name) => quoted(name)))}?`]),
    ...accounts.flatMap((account) => describeAccount(account, explained)),
    ...reports.flatMap((report) => (report.kind === "judged" ? describeReport(report, explained) : [])),
    ...describeIdle(reports.filter(({ kind }) => kind === "not-applicable").map(({ rule }) => rule)),
    ...describeContradictions(explained.contradictions),
    // What another one helps is said by the rule already.
    ...changes.filter(({ demand }) => demand !== undefined).map(describeChange),
    ...fixes.flatMap((fix) => [
      "",
      describeFix(fix, { shown: keys.length, why }),
      ...fix.command.map((line) => `  ${line}`),
    ]),
    ...(fixes.length === 0 ? [] : [fixInPulumi]),
    ...notes,
    "",
  ].join("\n");
}

function describeJudges({ configuration, isAsIfRequired }: Explained): string {
  if (configuration === undefined) {
    return `judged as if it were required: there is no ${defaultConfiguration} here, and --config names no other file`;
  }
  const otherwise = isAsIfRequired ? ", of which none judges it: so it is judged as if it were required" : "";
  return `judged by the rules of ${sanitize(configuration)}${otherwise}`;
}

function keysOf({ accounts }: Explained): readonly ExplainedKey[] {
  return accounts.flatMap(({ keys }) => keys);
}

function describeNoKey(explained: Explained): readonly string[] {
  const { wanted, accounts } = explained;
  const read = accounts.filter(({ assignments }) => assignments.kind === "read");
  if (read.length === 0) return [];
  const each = read.length === 1 ? "the" : "any";
  const among = read.every(({ withoutInventory }) => withoutInventory === undefined)
    ? `${each} account`
    : `${each} list of assignments`;
  return [
    `no key with the name or hash ${quoted(wanted)} is in ${among}`,
    ...(startOfHash.test(wanted)
      ? ["A key is looked up by at least the first 8 characters of its hash: give more of them."]
      : []),
    ...describeOtherwise(explained),
  ];
}

/** The most names or hashes that a line shows. */
const mostShown = 5;

/** What was given in the place of a name or hash. */
function describeOtherwise({ wanted, byPattern, byLabel }: Explained): readonly string[] {
  const names = [...new Set(byPattern.flatMap(({ name }) => name ?? []))].map((name) => quoted(name));
  const hashes = byLabel.flatMap(({ hash }) => (hash === undefined ? [] : [shortId(hash)]));
  const matched = names.length === 0 ? "no name" : listed(names, mostShown);
  return [
    ...(wanted.includes("*")
      ? [`explain takes no pattern, but one name or hash; as a pattern it matches ${matched}.`]
      : []),
    ...(hashes.length === 0
      ? []
      : [`That is a label. Give the hash of the key that has it: ${listed(hashes, mostShown)}.`]),
  ];
}

/** Too few characters for the beginning of a hash. */
const startOfHash = /^[0-9a-f]{1,7}$/iu;

/** Where its list was read, its keys, and what of it could not be read. */
function describeAccount(account: ExplainedAccount, { now, doubts, reports }: Explained): readonly string[] {
  const { assignments, keys, guardrails } = account;
  const saidBelow = new Set(reports.flatMap((report) => (report.kind === "judged" ? report.findings : [])));
  return [
    assignments.kind === "read" ? describeSource(assignments.value) : assignments.why,
    ...keys.flatMap((key) => [
      ...describeOne(key, account, now),
      ...(key.finding?.state === "unverified" && !saidBelow.has(key.finding)
        ? [`  It ${describeReason(key.finding)}. ${describeRemedy(key.finding)}`]
        : []),
    ]),
    ...(guardrails.kind === "none" ? [guardrails.why] : []),
    ...describeUnseen(account, doubts),
  ];
}

/** Which keys no list shows: where no rule has to see them, that is no doubt. */
function describeUnseen(
  { assignments, withoutInventory }: ExplainedAccount,
  doubts: readonly string[],
): readonly string[] {
  if (withoutInventory === undefined || assignments.kind === "none") return [];
  if (doubts.includes(withoutInventory)) return [withoutInventory];
  const { label, listsAllKeys } = services[assignments.value.service];
  const why = listsAllKeys ? withoutDoubt(withoutInventory) : `${label} lists none`;
  return [`keys without an assignment are not seen here: ${why}`];
}

/** Said of a key of which no rule says anything. */
const notJudged = "not judged";

function describeOne(key: ExplainedKey, account: ExplainedAccount, now: number): readonly string[] {
  const { identity, finding, isInUse } = key;
  const assignments = assigning(key.assignments);
  return [
    `${finding?.state ?? notJudged}: key ${describeKey(identity)}, ${describeUse(key, now)}`,
    ...(finding === undefined && !isInUse
      ? ["  It is not in use, so no rule judges it: a requirement of its name means keys in use only."]
      : []),
    ...(assignments.length > 0
      ? assignments.map((assignment) => describeAssignment(assignment, account))
      : [
          "  It has no direct assignment of a guardrail; a workspace's default guardrail may still cover it.",
        ]),
  ];
}

function describeAssignment(
  { guardrailId, createdAt }: KeyAssignment,
  { assignments, guardrails }: ExplainedAccount,
): string {
  const id = guardrailId.toLowerCase();
  const content = guardrails.kind === "read" ? guardrails.value.get(id) : undefined;
  const service = assignments.kind === "read" ? services[assignments.value.service] : undefined;
  const described =
    content === "absent" && service?.listsGuardrails === false
      ? `${sanitize(id)}, whose content ${service.label} does not show`
      : describeGuardrail(id, content);
  return `  guardrail ${described}, assigned ${sanitize(createdAt)}`;
}

function describeUse({ listed, expiryDoubt }: ExplainedKey, now: number): string {
  if (listed === undefined) return "and nothing shows whether it is in use";
  if (listed.disabled) return "disabled";
  if (listed.expiresAt === null) return "enabled, never expires";
  const expiresAt = sanitize(listed.expiresAt);
  if (expiryDoubt !== undefined) return `enabled, and nobody can tell whether it expired ${expiresAt}`;
  const expiry = expiryOf(listed);
  if (expiry === undefined) return `enabled, never expires (${expiresAt} is no expiry)`;
  return `${now >= expiry ? "expired" : "enabled until"} ${expiresAt}`;
}

function describeGuardrail(id: string, content: Guardrail | "absent" | undefined): string {
  const shown = sanitize(id);
  if (content === undefined) return `${shown}, whose content could not be read`;
  if (content === "absent") return `${shown}, for which the service answers 404`;
  const { name, limitUsd, resetInterval } = content;
  const enforced = enforcedBy(content);
  const interval = resetInterval === null ? "in all" : sanitize(resetInterval);
  const limit = limitUsd === null ? "" : ` (${limitUsd} US dollars ${interval})`;
  const what =
    enforced.length === 0 ? "nothing: it holds no limit, list or filter that acts" : enforced.join(", ");
  return `${quoted(name)} (${shown}), which enforces ${what}${limit}`;
}

/** Which key it is about, where and when that was read and why there is no inventory stand above already. */
function describeReport(report: JudgedReport, explained: Explained): readonly string[] {
  const { accounts, contradictions } = explained;
  const keys = keysOf(explained);
  const { rule, findings, problems } = report;
  const sources = accounts.flatMap(({ assignments }) =>
    assignments.kind === "read" ? [describeSource(assignments.value)] : [],
  );
  const saidAbove = accounts.flatMap(({ assignments, withoutInventory }) => [
    ...(assignments.kind === "none" ? [assignments.why] : []),
    withoutInventory,
  ]);
  const own = report.source === undefined ? "" : describeSource(report.source);
  const contradicted = new Set(contradictions.flatMap(({ keys: those }) => those.map(identityOf)));
  // Of several accounts each line says which it is about.
  const read = own === "" || sources.every((source) => source === own) ? "" : ` (${own})`;
  // Several requirements may mean one key and find the same.
  const found = groupBy(findings, (finding) => {
    const who = keys.length === 1 ? "" : ` key ${describeKey(finding.key)}`;
    const isVain = isByAssignment(finding.remedy) && contradicted.has(identityOf(finding.key));
    const remedy = isVain ? undefined : describeRemedy(finding);
    const advice = remedy === undefined ? "" : ` ${remedy}`;
    return [`${finding.state}:${who} ${describeReason(finding)}`, `${read}.${advice}`].join("\n");
  });
  const lines = [
    ...problems.map(({ why }) => (saidAbove.includes(why) ? "could not verify: as said above" : why)),
    ...[...found].map(([said, same]) => said.replace("\n", () => describeRequirements(same))),
  ];
  if (lines.length > 0) return [...new Set(lines)].map((line) => `${rule}: ${line}`);
  const { requiredOnceAssigned: once } = report;
  const isYetToBe = once !== undefined && keys.some((key) => assigning(key.assignments).length === 0);
  return isYetToBe
    ? [`${rule}: does not judge it before it has a guardrail, which must then be one of ${once.setting}`]
    : [`${rule}: does not judge it`];
}

/** The most requirements that a line names. */
const mostRequirements = 3;

function describeRequirements(findings: readonly Finding[]): string {
  const places = [...new Set(findings.flatMap(({ requirement }) => requirement ?? []))];
  if (places.length === 0) return "";
  return ` (by ${listed(places, mostRequirements)})`;
}
