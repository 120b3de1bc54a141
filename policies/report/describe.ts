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

/** How the docs and the messages call the command: an installed one, never one that npm fetches. */
export const command = "npx --no-install pulumi-guardrails";

type Judged = Extract<Report, { readonly kind: "judged" }>;

/** As many keys as a message names: under an engine nobody scrolls back through more. */
const mostNamed = 20;

/**
 * The message of a report that does not pass: what could not be read and the counts with where that was read, then a line
 * for each of the worst keys, sorted, then what to do. What holds for several keys is said once.
 */
export function describeFailure(report: Judged): string {
  const { problems, findings, source } = report;
  const failing = sortFindings(findings.filter((finding) => !passes(finding)));
  const more = failing.length - mostNamed;
  const [problem, ...others] = problems;
  const counts = `${describeCounts(report)}${inBrackets(source)}`;
  const waived = sortFindings(findings.filter(({ state }) => state === "waived"));
  return [
    ...(problem === undefined ? [counts] : [`${problem} (${counts})`, ...others]),
    ...failing.slice(0, mostNamed).map((finding) => describeFinding({ ...finding, remedy: "" }, undefined)),
    ...(more > 0 ? [`… and ${more} more: npx --no-install pulumi-guardrails check lists them all.`] : []),
    ...new Set(failing.map(({ remedy }) => remedy).filter((remedy) => remedy !== "")),
    ...waived.map((finding) => describeFinding(finding, undefined)),
  ].join("\n");
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

/** `OpenRouter, read 13:18:48Z`, for people who look at once; any other address than the service's own is said in full. */
export function describeRead({ service, baseUrl, readAt }: Source): string {
  const { label, baseUrl: usual } = services[service];
  const time = readAt.replace(/^.*T([\d:]+)(?:\.\d+)?Z$/u, "$1Z");
  return `${label}${baseUrl === usual ? "" : ` at ${baseUrl}`}, read ${time}`;
}

function inBrackets(source: Source | undefined): string {
  return source === undefined ? "" : ` (${describeSource(source)})`;
}
