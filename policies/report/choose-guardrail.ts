import { namesGuardrail } from "../../provider/assignments/by-key";
import type { NamedGuardrail } from "../../provider/inventory/contract";
import type { AccountFacts } from "../evidence/account-facts";
import type { Demand } from "../findings/cause";
import { isException, type JudgedReport, passes, type Report } from "../findings/report";
import { missingOf } from "../rules/enforced-by-guardrail";
import { rules } from "../rules/index";
import type { KeyEntry } from "./key-entries";
import { commonOf } from "./required-guardrails";

/** Which guardrail a fix assigns: one that the rules require or approve, one that passes every rule in force, or one to fill in. */
export type FixGuardrail =
  /** `lacks`: why every one that is allowed fails all the same, in words that follow "which". */
  | ({ readonly kind: Demand; readonly lacks?: string | undefined } & NamedId)
  | ({ readonly kind: "passing" } & NamedId)
  /** `unproven`: the guardrail that most other keys have, which nobody knows to enforce anything. */
  | OpenGuardrail;

/**
 * `absent`: those that are asked for, and that no guardrail of the account is: which one is meant, nobody can tell.
 * `nonePasses`: the key could be given one of the account's, and none of these is known to pass every rule in force.
 */
export interface OpenGuardrail {
  readonly kind: "open";
  readonly unproven?: NamedId | undefined;
  readonly nonePasses?: true | undefined;
  readonly absent?: { readonly demand: Demand; readonly ids: string[] } | undefined;
}

interface NamedId {
  readonly id: string;
  readonly name?: string | undefined;
}

/** A key that fails, of a known account. */
export type FixableEntry = KeyEntry & { readonly account: AccountFacts };

/**
 * Chooses the guardrail that a key would be assigned. What other keys have is counted once for all keys of an account.
 * @param entries every key that is known, passing ones too
 * @param reports those of every rule in force; undefined where not all are known
 */
export function guardrailChooser(
  entries: readonly KeyEntry[],
  reports: readonly Report[] | undefined,
): (entry: FixableEntry) => FixGuardrail {
  const acceptance = acceptanceOf(reports);
  const known = new Map<AccountFacts, readonly Candidate[]>();
  const candidatesFor = (account: AccountFacts): readonly Candidate[] => {
    const candidates = known.get(account) ?? candidatesOf(account, entries, acceptance);
    known.set(account, candidates);
    return candidates;
  };
  const allowed = new Map<string, FixGuardrail>();
  const allowedFor = (entry: FixableEntry): FixGuardrail => {
    const place = decidingIn(entry);
    const guardrail = allowed.get(place) ?? requiredOf(entry, acceptance);
    allowed.set(place, guardrail);
    return guardrail;
  };
  return (entry) => {
    const { account, required, requiredOnceAssigned } = entry;
    if (required.length > 0) return allowedFor(entry);
    const candidates = candidatesFor(account).filter((one) => !isOfOtherWorkspace(one, entry));
    const passing = candidates.find(({ isAccepted }) => isAccepted);
    if (passing !== undefined) return { kind: "passing", ...named(passing.id, account) };
    if (requiredOnceAssigned.length > 0) return allowedFor(entry);
    const [first] = candidates;
    if (first === undefined || acceptance.kind === "unknown") return { kind: "open" };
    return acceptance.kind === "judged"
      ? { kind: "open", nonePasses: true }
      : { kind: "open", unproven: named(first.id, account) };
  };
}

/** Which guardrails the rules in force let a key pass with, as far as that is known. */
type Acceptance =
  /** Not all of the rules are known. */
  | { readonly kind: "unknown" }
  /** No rule looks at guardrails. An empty one would pass too: then it is one that is known to enforce something. */
  | { readonly kind: "any-that-enforces" }
  /** Each rule that looks at them must have let a key with it pass. */
  | { readonly kind: "judged"; readonly byRule: readonly JudgedIds[] };

interface JudgedIds extends Pick<JudgedReport, "rule" | "enforcements"> {
  readonly passed: ReadonlySet<string>;
  readonly failed: ReadonlySet<string>;
}

function acceptanceOf(reports: readonly Report[] | undefined): Acceptance {
  if (reports === undefined) return { kind: "unknown" };
  const byRule = reports
    .filter((report) => report.kind === "judged")
    .filter(({ rule }) => rules.find(({ name }) => name === rule)?.takesAnyGuardrail !== true)
    .map(({ rule, findings, enforcements }) => {
      const idsOf = (pass: boolean): ReadonlySet<string> =>
        new Set(
          findings
            .filter((finding) => (pass ? finding.state === "guarded" : !passes(finding)))
            .flatMap(({ guardrailIds }) => guardrailIds),
        );
      return { rule, enforcements, passed: idsOf(true), failed: idsOf(false) };
    });
  return byRule.length === 0 ? { kind: "any-that-enforces" } : { kind: "judged", byRule };
}

function isAcceptable(id: string, { guardrails }: AccountFacts, acceptance: Acceptance): boolean {
  switch (acceptance.kind) {
    case "unknown":
      return false;
    case "any-that-enforces":
      return enforcesEnough(guardrails.get(id), acceptance);
    case "judged":
      return acceptance.byRule.every((rule) => letsPass(id, guardrails.get(id), rule));
  }
}

/** By its content, where the rule looks at that and it is known; else by the keys that have it. */
function letsPass(id: string, known: NamedGuardrail | undefined, rule: JudgedIds): boolean {
  const { enforcements, passed, failed } = rule;
  if (enforcements === undefined || known?.content === undefined) return passed.has(id) && !failed.has(id);
  return missingOf(known.content, enforcements) === "";
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u;

/** All that `requiredOf` decides by: many keys share it, and settings may allow hundreds of guardrails. */
function decidingIn({ account, requiredOnceAssigned, guardrailIds, verdicts }: FixableEntry): string {
  const settings = requiredOnceAssigned.map(({ setting, isWaived }) => `${setting} ${isWaived === true}`);
  const rules = judging(verdicts).map(({ rule }) => rule);
  return JSON.stringify([account.service, account.baseUrl, settings, guardrailIds, rules]);
}

function judging(verdicts: FixableEntry["verdicts"]): FixableEntry["verdicts"] {
  return verdicts.filter(({ finding }) => !isException(finding));
}

/**
 * One that they all allow; where there is none, one that those allow which no waiver stands for. Of these one that is known
 * to pass; else the one that the key has, which can be changed, or one that nobody knows to fail.
 */
function requiredOf(entry: FixableEntry, acceptance: Acceptance): FixGuardrail {
  const { account, requiredOnceAssigned: required } = entry;
  const ofAll = commonOf(required);
  const asking = ofAll.length > 0 ? required : required.filter(({ isWaived }) => isWaived !== true);
  const allowed = commonOf(asking).filter((id) => uuid.test(id));
  const common = allowed.filter((id) => !account.absentGuardrails.has(id));
  const id =
    common.find((one) => enforcesEnough(account.guardrails.get(one), acceptance)) ??
    common.find((one) => isAcceptable(one, account, acceptance)) ??
    common.find((one) => entry.guardrailIds.includes(one)) ??
    common.find((one) => lackingOf(one, entry, acceptance) === undefined) ??
    common[0];
  const kind = asking.some(({ demand }) => demand === "required") ? "required" : "approved";
  if (id === undefined) {
    return { kind: "open", ...(allowed.length > 0 && { absent: { demand: kind, ids: [...allowed] } }) };
  }
  return { kind, ...named(id, account), lacks: lackingOf(id, entry, acceptance) };
}

/** Whether it is known to enforce something, and what every rule in force requires. */
function enforcesEnough(known: NamedGuardrail | undefined, acceptance: Acceptance): boolean {
  const content = known?.content;
  const byRule = acceptance.kind === "judged" ? acceptance.byRule : [];
  const wanted = [[], ...byRule.flatMap(({ enforcements }) => (enforcements ? [enforcements] : []))];
  return content !== undefined && wanted.every((enforcements) => missingOf(content, enforcements) === "");
}

/** What it is known to lack by the rules that judge the key; those that ask for certain guardrails allow it. */
function lackingOf(
  id: string,
  { account, verdicts }: FixableEntry,
  acceptance: Acceptance,
): string | undefined {
  const content = account.guardrails.get(id)?.content;
  if (content === undefined || acceptance.kind !== "judged") return undefined;
  const inForce = judging(verdicts);
  const lacks = acceptance.byRule
    .filter(({ rule }) => inForce.some((verdict) => verdict.rule === rule))
    .map(({ enforcements }) => (enforcements === undefined ? "" : missingOf(content, enforcements)))
    .filter((one) => one !== "");
  return lacks.length === 0 ? undefined : lacks.join(" and ");
}

/** A guardrail that a key of the account may be assigned. */
interface Candidate {
  readonly id: string;
  readonly workspaceId: string | undefined;
  readonly isAccepted: boolean;
}

/** The best known ones first: of equally known ones always the same. */
function candidatesOf(
  account: AccountFacts,
  entries: readonly KeyEntry[],
  acceptance: Acceptance,
): readonly Candidate[] {
  const counts = new Map<string, number>();
  for (const { state, guardrailIds, account: other } of entries) {
    if (state !== "guarded" || other !== account) continue;
    for (const id of guardrailIds) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return [...new Set([...counts.keys(), ...account.guardrails.keys()])]
    .filter((id) => uuid.test(id) && namesGuardrail(id))
    .toSorted((one, other) => (counts.get(other) ?? 0) - (counts.get(one) ?? 0) || (one < other ? -1 : 1))
    .map((id) => ({
      id,
      workspaceId: account.guardrails.get(id)?.workspaceId?.toLowerCase(),
      isAccepted: isAcceptable(id, account, acceptance),
    }));
}

function isOfOtherWorkspace({ workspaceId }: Candidate, { listed }: FixableEntry): boolean {
  return (
    workspaceId !== undefined && listed !== undefined && workspaceId !== listed.workspaceId.toLowerCase()
  );
}

function named(id: string, { guardrails }: AccountFacts): NamedId {
  return { id, name: guardrails.get(id)?.name };
}
