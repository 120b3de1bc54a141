import type { KnownKey } from "../policies/account/account";
import type { Evidence } from "../policies/evidence/evidence";
import type { Guardrails } from "../policies/evidence/evidence-source";
import { describeFinding, describeKey, describeSource } from "../policies/report/describe";
import type { Report, Source } from "../policies/report/report";
import { enforcedBy } from "../policies/rules/enforcement";
import { judgeKey } from "../policies/rules/judge-key";
import type { KeyAssignment } from "../provider/assignments/contract";
import type { Guardrail } from "../provider/inventory/contract";
import { expiryOf } from "../provider/inventory/inventory";
import { quoted, sanitize } from "../provider/sanitize";
import { orList } from "./or-list";

/** What was found out about the keys that somebody asked for. */
export interface Explained {
  readonly wanted: string;
  readonly keys: readonly KnownKey[];
  /** Names of keys that may have been meant; none where keys were found. */
  readonly near: readonly string[];
  readonly guardrails: Evidence<Guardrails>;
  readonly source: Source;
  /** Why keys without an assignment cannot be seen, as whole sentences; undefined if they can. */
  readonly withoutInventory: string | undefined;
  /** What each rule in force says of these keys only. */
  readonly reports: readonly Report[];
  readonly now: number;
}

/** For people: each key, what it is assigned to or how to assign it, what could not be read, what the rules say. */
export function describeExplained(explained: Explained): string {
  const { wanted, keys, near, guardrails, source, withoutInventory, reports } = explained;
  const among = withoutInventory === undefined ? "in the account" : "in the list of assignments";
  return [
    describeSource(source),
    ...(keys.length === 0 ? [`no key with the name or hash ${quoted(wanted)} is ${among}`] : []),
    ...(near.length === 0 ? [] : [`Did you mean ${orList(near.map((name) => quoted(name)))}?`]),
    ...keys.flatMap((key) => describeOne(key, explained)),
    ...(guardrails.kind === "none" ? [guardrails.why] : []),
    ...(withoutInventory === undefined ? [] : [withoutInventory]),
    ...reports.flatMap(describeReport),
    "",
  ].join("\n");
}

function describeOne(key: KnownKey, { guardrails, source, now }: Explained): readonly string[] {
  const { identity, assignments } = key;
  const { state } = judgeKey(key, undefined);
  const head = `${state}: key ${describeKey(identity)}, ${describeUse(key, now)}`;
  if (assignments.length > 0) {
    return [head, ...assignments.map((assignment) => describeAssignment(assignment, guardrails))];
  }
  const hash = sanitize(identity.hash);
  return [
    head,
    "  It has no direct assignment of a guardrail; a workspace's default guardrail may still cover it. To assign one:",
    `  POST ${source.baseUrl}/guardrails/GUARDRAIL_ID/assignments/keys with {"key_hashes":["${hash}"]},`,
    `  or in a Pulumi program a GuardrailKeyAssignment with keyHash "${hash}".`,
  ];
}

function describeAssignment(
  { guardrailId, createdAt }: KeyAssignment,
  guardrails: Evidence<Guardrails>,
): string {
  const id = guardrailId.toLowerCase();
  const content = guardrails.kind === "read" ? guardrails.value.get(id) : undefined;
  return `  guardrail ${describeGuardrail(id, content)}, assigned ${sanitize(createdAt)}`;
}

function describeUse({ listed }: KnownKey, now: number): string {
  if (listed === undefined) return "not in an inventory";
  if (listed.disabled) return "disabled";
  if (listed.expiresAt === null) return "enabled, never expires";
  const expiresAt = sanitize(listed.expiresAt);
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

function describeReport(report: Report): readonly string[] {
  const { rule } = report;
  if (report.kind === "not-applicable") return [`${rule}: not applicable: ${report.why}`];
  const { findings, problems, source } = report;
  const lines = [...problems, ...findings.map((finding) => describeFinding(finding, source))];
  return lines.length === 0 ? [`${rule}: does not judge it`] : lines.map((line) => `${rule}: ${line}`);
}
