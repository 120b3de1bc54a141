import type { KeyAssignment } from "../provider/contract";
import { foreignText, quoted } from "../provider/foreign-text";
import { services } from "../provider/services";
import type { Evidence } from "./evidence";
import type { RequiredKey } from "./required-key";

/** The states a key can be in; only `guarded` and `waived` pass. */
export const keyStates = ["unguarded", "wrong-guardrail", "unverified", "waived", "guarded"] as const;
export type KeyState = (typeof keyStates)[number];

/** What a rule says of one key. */
export interface Finding {
  readonly state: KeyState;
  readonly requirement: RequiredKey;
  /** The assignments it was judged by. */
  readonly assignments: readonly KeyAssignment[];
  /** Why it is in that state; foreign text in it is already safe to show. */
  readonly reason: string;
  /** What to do about it, a whole sentence; empty for a key that passes. */
  readonly next: string;
}

/** What a rule says of all keys, and by which evidence. */
export interface Report {
  readonly rule: string;
  readonly evidence: Evidence;
  readonly findings: readonly Finding[];
}

export function passes({ state }: Finding): boolean {
  return state === "guarded" || state === "waived";
}

/** Nothing judged is not a pass. */
export function reportPasses({ evidence, findings }: Report): boolean {
  return evidence.kind === "list" && findings.length > 0 && findings.every(passes);
}

/** `1 unguarded, 2 guarded`: the number of keys in each state that occurs; `none` without any key. */
export function countStates({ findings }: Report): string {
  const counts = keyStates.map((state) => ({
    state,
    count: findings.filter((one) => one.state === state).length,
  }));
  const occurring = counts.filter(({ count }) => count > 0).map(({ state, count }) => `${count} ${state}`);
  return occurring.length === 0 ? "none" : occurring.join(", ");
}

/** The message of a report: what stands in the way first, then one line per key that does not pass, sorted. */
export function describeReport(report: Report): string {
  const { evidence, findings } = report;
  const failed = findings.filter((finding) => !passes(finding));
  const order = (finding: Finding): string => `${keyStates.indexOf(finding.state)} ${nameKey(finding)}`;
  const lines = failed
    .toSorted((one, other) => (order(one) < order(other) ? -1 : 1))
    .map((one) => describe(one, evidence));
  const counts = `required keys: ${countStates(report)}`;
  return [evidence.kind === "none" ? `${evidence.why} (${counts})` : counts, ...lines].join("\n");
}

/** Where and when the evidence was read, for people. */
export function describeEvidence(evidence: Evidence): string {
  if (evidence.kind === "none") return "no list could be read";
  const { service, baseUrl, readAt } = evidence.snapshot;
  return `list of ${services[service].label} at ${baseUrl}, read ${readAt}`;
}

function describe(finding: Finding, evidence: Evidence): string {
  const { state, reason, next } = finding;
  const source = evidence.kind === "none" ? "" : ` (${describeEvidence(evidence)})`;
  return `${state}: key ${nameKey(finding)} ${reason}${source}. ${next}`;
}

/** How a message calls a key: name, label and the first 8 of the hash, as far as they are known. */
function nameKey({ requirement, assignments: [row] }: Finding): string {
  const called = requirement.by === "name" ? requirement.name : (row?.keyName ?? requirement.description);
  const hash = requirement.by === "hash" ? requirement.hash : row?.keyHash;
  const label = row === undefined ? undefined : foreignText(row.keyLabel);
  const short = hash === undefined ? undefined : `hash ${foreignText(hash.slice(0, 8))}`;
  const details = [label, short].filter((detail) => detail !== undefined).join(", ");
  if (called === undefined) return details;
  return details === "" ? quoted(called) : `${quoted(called)} (${details})`;
}
