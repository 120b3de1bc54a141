import type { WaiverEntry } from "../configuration/waiver";
import type { Finding, Judgement } from "../findings/report";
import type { PreparedRule } from "../rules/rule";
import { describeVoidWaiver } from "./describe-cause";

/**
 * Lets the keys pass that a waiver for this rule names. Only a key known to be without its guardrail can be waived: what
 * could not be verified stays so. Invalid ones are named where they would have helped, unused ones in the notes, unless
 * something could not be verified: then nobody can tell that they are not needed.
 */
export function applyWaivers<Found extends Judgement>(
  rule: string,
  judgement: Found,
  entries: readonly WaiverEntry[],
): Found {
  const own = entries.filter(({ waiver }) => waiver?.rule === rule);
  if (own.length === 0) return judgement;
  const used = new Set<string>();
  const findings = judgement.findings.map((finding) => {
    const matching = own.filter(({ waiver }) => waiver?.hash === finding.key.hash?.toLowerCase());
    const isValid = matching.some(({ kind }) => kind === "valid");
    const given = isValid ? withoutDemand(finding) : finding;
    if (finding.state !== "unguarded" && finding.state !== "wrong-guardrail") return given;
    for (const { place } of matching) used.add(place);
    return matching.reduce(waive, given);
  });
  const inDoubt = judgement.problems.length > 0 || findings.some(({ state }) => state === "unverified");
  const unused = own
    .filter(({ kind, place }) => kind === "valid" && !inDoubt && !used.has(place))
    .map(({ place, waiver }) => {
      const judged = findings.find(({ key }) => key.hash?.toLowerCase() === waiver?.hash);
      return `${place} ${describeUnused(rule, judged)}`;
    });
  const { requiredOnceAssigned: once } = judgement;
  const hashes = own.flatMap(({ kind, waiver }) => (kind === "valid" ? [waiver.hash] : []));
  const requiredOnceAssigned = once === undefined ? undefined : { ...once, waivedHashes: new Set(hashes) };
  return { ...judgement, findings, requiredOnceAssigned, notes: [...judgement.notes, ...unused] };
}

/** @param judged what the rule says of the waiver's key */
function describeUnused(rule: string, judged: Finding | undefined): string {
  if (judged === undefined) return `waives nothing: ${rule} does not judge its key.`;
  if (judged.state === "missing") return "waives nothing: the account has no such key.";
  return `is not needed: its key passes ${rule} without it.`;
}

/** What is wrong with waivers that have no effect, as whole sentences. */
export function describeInvalidWaivers(entries: readonly WaiverEntry[]): readonly string[] {
  return entries.flatMap((entry) => (entry.kind === "invalid" ? [`${describeVoidWaiver(entry)}.`] : []));
}

/** Waivers that no account lets have an effect, by what rules are in force and what they judge, as whole sentences. */
export function describeIdleWaivers(
  entries: readonly WaiverEntry[],
  prepared: readonly PreparedRule[],
): { readonly ofNoRule: readonly string[]; readonly ofNoKey: readonly string[] } {
  const ofNoRule: string[] = [];
  const ofNoKey: string[] = [];
  for (const { kind, place, waiver } of entries) {
    if (kind === "invalid") continue;
    const configured = prepared.find(({ rule }) => rule.name === waiver.rule)?.configured;
    if (configured?.kind !== "configured") {
      ofNoRule.push(`${place} waives nothing: ${waiver.rule} is not in force.`);
    } else if (configured.required?.every((key) => key.by === "hash" && key.hash !== waiver.hash) === true) {
      ofNoKey.push(
        `${place} waives nothing by this file: it names its hash nowhere that ${waiver.rule} judges.`,
      );
    }
  }
  return { ofNoRule, ofNoKey };
}

/** Those that are no waivers at all, as whole sentences. */
export function describeMalformedWaivers(entries: readonly WaiverEntry[]): readonly string[] {
  return describeInvalidWaivers(entries.filter(({ waiver }) => waiver === undefined));
}

function withoutDemand(finding: Finding): Finding {
  const { required } = finding;
  return required === undefined ? finding : { ...finding, required: { ...required, isWaived: true } };
}

function waive(finding: Finding, entry: WaiverEntry): Finding {
  if (finding.state === "waived") return finding;
  if (entry.kind === "invalid") {
    const { place, why } = entry;
    return { ...finding, voidWaivers: [...(finding.voidWaivers ?? []), { place, why }] };
  }
  const { reason, owner, expires } = entry.waiver;
  const waiver = { owner, expires, reason };
  return {
    ...finding,
    state: "waived",
    cause: { kind: "waived", waiver, otherwise: finding.cause },
    remedy: { kind: "none" },
  };
}
