import type { ClockDoubt } from "../evidence/clock-doubt";
import type { Doubt } from "../evidence/evidence";
import type { Cause, Demand, GrantedWaiver, VoidWaiver, WeakGuardrail } from "./cause";
import type { RequiredEnforcement } from "./enforcement";
import { isByAssignment, type Remedy } from "./remedy";

/** The states a key can be in, the worst first; only the last four pass. */
export const keyStates = [
  "unguarded",
  "wrong-guardrail",
  /** It is required by name, and the account has no enabled key of that name; or by hash, and it has no such key. */
  "missing",
  "unverified",
  /** A waiver lets it pass, for which somebody answers until a day. */
  "waived",
  /** The configuration leaves it out by name, with a reason or without. */
  "exempt",
  /** An assignment resource of this deployment guards it, which the list does not show yet: counted apart. */
  "guarded-by-deployment",
  "guarded",
] as const;
export type KeyState = (typeof keyStates)[number];

/** What is known of a key, for messages. Foreign text, not yet safe to show. */
export interface KeyIdentity {
  readonly hash?: string | undefined;
  readonly name?: string | undefined;
  readonly label?: string | undefined;
  /** What the configuration calls it. */
  readonly description?: string | undefined;
}

/** What a rule says of one key. */
export interface Finding {
  readonly state: KeyState;
  readonly key: KeyIdentity;
  /** The guardrails it was judged by. */
  readonly guardrailIds: readonly string[];
  readonly cause: Cause;
  readonly remedy: Remedy;
  /** Where the rule asks for certain guardrails: those of which the key must have one, whether it has one or not. */
  readonly required?: RequiredGuardrails | undefined;
  /** The requirement that the rule judges it by, where it stands: `guardrails-settings.requiredKeys[0]`. */
  readonly requirement?: string | undefined;
  /** Waivers for the key that let nothing pass. */
  readonly voidWaivers?: readonly VoidWaiver[] | undefined;
  /** Why nobody can tell whether it has expired, where that decides whether it is judged. */
  readonly expiryDoubt?: ClockDoubt | undefined;
}

/** Guardrails of which a key must have one. */
export interface RequiredGuardrails {
  readonly demand: Demand;
  /** Lower-case ids. */
  readonly guardrails: readonly string[];
  /** The setting that says so: `guardrails-settings.requiredKeys[0].guardrail`. */
  readonly setting: string;
  /** A waiver for the key and this rule holds: it passes with any other one too. */
  readonly isWaived?: true;
}

/** Guardrails of which any key must have one as soon as it has any, also one that the rule does not judge yet. */
export interface RequiredOnceAssigned extends RequiredGuardrails {
  /** In lower case; waivers let these keys pass with any other one too. */
  readonly waivedHashes: ReadonlySet<string>;
}

/** Where and when the list a rule judged by was read. */
export interface Source {
  readonly service: "openrouter" | "modelgates";
  readonly baseUrl: string;
  /** ISO 8601, UTC. */
  readonly readAt: string;
}

/** What the findings of a rule are about, for the line of counts; `keys` where nobody can say more. */
export const subjects = [
  "keys in use",
  "required keys",
  "declared keys",
  "selected keys",
  "assigned keys",
  "keys",
] as const;
export type Subject = (typeof subjects)[number];

/** What a rule has found. */
export interface Judgement {
  readonly subject: Subject;
  readonly findings: readonly Finding[];
  /** What could not be verified of all that it judges. */
  readonly problems: readonly Doubt[];
  readonly requiredOnceAssigned?: RequiredOnceAssigned | undefined;
  /** What the guardrail of each key must enforce, where the rule looks at its content; empty: anything. */
  readonly enforcements?: readonly RequiredEnforcement[] | undefined;
  /** What people should know although it changes no verdict, as whole sentences. */
  readonly notes: readonly string[];
  /** What it made of keys without an assignment; left out where that is not to be said, or in doubt. */
  readonly unassigned?: Unassigned | undefined;
}

/** `unseen`: it may have passed some without looking, as a whole sentence, which is told where no other rule judged any. */
export type Unassigned = { readonly kind: "judged" } | { readonly kind: "unseen"; readonly note: string };

/** What a rule says of an account or a stack. */
export type Report = { readonly rule: string } & (
  | ({ readonly kind: "judged"; readonly source: Source | undefined } & Judgement)
  /** It has nothing to judge by its configuration or in this stack: why, without a full stop. */
  | { readonly kind: "not-applicable"; readonly why: string }
);

/** That of a rule that had something to judge. */
export type JudgedReport = Extract<Report, { readonly kind: "judged" }>;

export function isWorse(one: KeyState, other: KeyState): boolean {
  return keyStates.indexOf(one) < keyStates.indexOf(other);
}

export function passes(finding: Pick<Finding, "state">): boolean {
  return isGuarded(finding) || isException(finding);
}

/** Passes although nobody asks whether it has its guardrail. */
export function isException({ state }: Pick<Finding, "state">): boolean {
  return state === "waived" || state === "exempt";
}

/** Passes by a guardrail. */
export function isGuarded({ state }: Pick<Finding, "state">): boolean {
  return state === "guarded" || state === "guarded-by-deployment";
}

/** Whether a command that assigns a guardrail can help it. */
export function isFixedByAssignment(finding: Pick<Finding, "state" | "remedy">): boolean {
  return isByAssignment(finding.remedy) && !passes(finding);
}

/** The guardrail it has, where it fails because that is too weak: to change it helps, to assign it again does not. */
export function weakGuardrailOf({ cause }: Pick<Finding, "cause">): WeakGuardrail | undefined {
  return cause.kind === "weak-guardrail" ? cause.guardrail : undefined;
}

/** The waiver that lets it pass. */
export function waiverOf({ cause }: Pick<Finding, "cause">): GrantedWaiver | undefined {
  return cause.kind === "waived" ? cause.waiver : undefined;
}

/** Nothing judged is not a pass, unless the rule says that there is nothing to judge. */
export function reportPasses(report: Report): boolean {
  if (report.kind === "not-applicable") return true;
  return report.problems.length === 0 && report.findings.length > 0 && report.findings.every(passes);
}

/** Whether what fails is a doubt only, not a key known to be without its guardrail. */
export function isDoubt(report: Report): boolean {
  if (report.kind === "not-applicable" || reportPasses(report)) return false;
  return report.findings.every((finding) => passes(finding) || finding.state === "unverified");
}

/** How many keys are in each state that occurs. */
export function countStates(findings: readonly Pick<Finding, "state">[]): ReadonlyMap<KeyState, number> {
  const counts = new Map<KeyState, number>();
  for (const state of keyStates) {
    const count = findings.filter((finding) => finding.state === state).length;
    if (count > 0) counts.set(state, count);
  }
  return counts;
}
