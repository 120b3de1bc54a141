import { quoted, sanitize } from "../../provider/sanitize";
import { services } from "../../provider/settings/services";
import {
  countStates,
  type Finding,
  type KeyIdentity,
  keyStates,
  passes,
  type Report,
  type Source,
} from "./report";

type Judged = Extract<Report, { readonly kind: "judged" }>;

/** The message of a report that does not pass: what could not be read first, then a line per key, the worst first, sorted. */
export function describeFailure(report: Judged): string {
  const { problems, findings, source } = report;
  const lines = sortFindings(findings.filter((finding) => !passes(finding))).map((finding) =>
    describeFinding(finding, source),
  );
  const [problem, ...more] = problems;
  const counts = describeCounts(report);
  const head = problem === undefined ? [counts] : [`${problem} (${counts})`, ...more];
  const waived = findings.filter(({ state }) => state === "waived");
  return [...head, ...lines, ...sortFindings(waived).map((one) => describeFinding(one, undefined))].join(
    "\n",
  );
}

/** The message of a report that passes: how many keys, by which list, and each key that passes only by exception. */
export function describePass(report: Report): string {
  if (report.kind === "not-applicable") return `not applicable: ${report.why}`;
  const waived = report.findings.filter(({ state }) => state === "waived");
  return [
    `${describeCounts(report)}${inBrackets(report.source)}`,
    ...sortFindings(waived).map((finding) => describeFinding(finding, undefined)),
  ].join("\n");
}

/** `required keys: 1 unguarded, 2 guarded`; `none` without any key. */
export function describeCounts({ subject, findings }: Pick<Judged, "subject" | "findings">): string {
  const counts = [...countStates(findings)].map(([state, count]) => `${count} ${state}`);
  return `${subject}: ${counts.length === 0 ? "none" : counts.join(", ")}`;
}

/** The worst state first, then by the keys' names. */
export function sortFindings(findings: readonly Finding[]): readonly Finding[] {
  const order = new Map(
    findings.map((finding) => [finding, `${keyStates.indexOf(finding.state)} ${describeKey(finding.key)}`]),
  );
  return findings.toSorted((one, other) => ((order.get(one) ?? "") < (order.get(other) ?? "") ? -1 : 1));
}

/** One line about one key: state, key, why, where and when that was read, what to do. */
export function describeFinding({ state, key, reason, remedy }: Finding, source: Source | undefined): string {
  const end = remedy === "" ? "" : ` ${remedy}`;
  return `${state}: key ${describeKey(key)} ${reason}${inBrackets(source)}.${end}`;
}

/** Where and when a list was read, for people. */
export function describeSource({ service, baseUrl, readAt }: Source): string {
  return `list of ${services[service].label} at ${baseUrl}, read ${readAt}`;
}

/** How a message calls a key: name, label and the first 8 of the hash, as far as they are known. */
export function describeKey({ hash, name, label, description }: KeyIdentity): string {
  const called = name ?? description;
  const details = [
    label === undefined ? undefined : sanitize(label),
    hash === undefined ? undefined : `hash ${sanitize(hash.slice(0, 8))}`,
  ].filter((detail) => detail !== undefined);
  const shown = details.join(", ");
  if (called === undefined) return shown;
  return shown === "" ? quoted(called) : `${quoted(called)} (${shown})`;
}

function inBrackets(source: Source | undefined): string {
  return source === undefined ? "" : ` (${describeSource(source)})`;
}
