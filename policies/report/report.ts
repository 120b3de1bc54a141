/** The states a key can be in, the worst first; only the last three pass. */
export const keyStates = [
  "unguarded",
  "wrong-guardrail",
  /** It is required by name, and the account has no enabled key of that name; or by hash, and it has no such key. */
  "missing",
  "unverified",
  "waived",
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
  /** Why it is in that state; foreign text in it is already safe to show. */
  readonly reason: string;
  /** What to do about it, a whole sentence; empty for a key that passes. */
  readonly remedy: string;
  /**
   * Where a command to assign a guardrail is to be printed, or where that depends on whether its guardrail is gone. Any other
   * finding's remedy says alone what fixes it.
   */
  readonly fixedBy?: "assignment" | "assignment-if-guardrail-is-gone" | undefined;
  /** The guardrails (lower-case ids) of which it must have one, where the rule asks for certain ones. */
  readonly requiredGuardrails?: readonly string[] | undefined;
  /** The guardrail it has, where that is too weak: to change it helps, to assign it again does not. */
  readonly lacking?: Lacking | undefined;
  /** Why nobody can tell whether it has expired, where that decides whether it is judged. */
  readonly expiryDoubt?: string | undefined;
  /** Who answers for it, and until when; only where a waiver lets it pass. Foreign text. */
  readonly waiver?: { readonly owner: string; readonly expires: string; readonly reason: string } | undefined;
}

/** What a guardrail does not do that a rule requires of it. */
export interface Lacking {
  /** In lower case. */
  readonly guardrailId: string;
  /** Foreign text. */
  readonly name: string;
  /** In words that follow its name: `has no limit of at most 50 USD`. */
  readonly lacks: string;
}

/** Where and when the list a rule judged by was read. */
export interface Source {
  readonly service: "openrouter" | "modelgates";
  readonly baseUrl: string;
  /** ISO 8601, UTC. */
  readonly readAt: string;
}

/** What a rule has found out. */
export interface Judgement {
  /** What its findings are about, for the line of counts: `required keys`. */
  readonly subject: string;
  readonly findings: readonly Finding[];
  /** What could not be read, as whole sentences that begin with "could not verify". */
  readonly problems: readonly string[];
  /** What people should know although it changes no verdict, as whole sentences. */
  readonly notes: readonly string[];
}

/** What a rule says of an account or a stack. */
export type Report = { readonly rule: string } & (
  | ({ readonly kind: "judged"; readonly source: Source | undefined } & Judgement)
  /** It has nothing to judge by its configuration or in this stack: why, without a full stop. */
  | { readonly kind: "not-applicable"; readonly why: string }
);

export function isWorse(one: KeyState, other: KeyState): boolean {
  return keyStates.indexOf(one) < keyStates.indexOf(other);
}

export function passes(finding: Pick<Finding, "state">): boolean {
  return isGuarded(finding) || finding.state === "waived";
}

/** Passes by a guardrail, not by exception. */
export function isGuarded({ state }: Pick<Finding, "state">): boolean {
  return state === "guarded" || state === "guarded-by-deployment";
}

/** Whether a command that assigns a guardrail is what helps it. */
export function isFixedByAssignment(finding: Pick<Finding, "state" | "fixedBy">): boolean {
  return finding.fixedBy === "assignment" && !passes(finding);
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
