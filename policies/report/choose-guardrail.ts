import { namesGuardrail } from "../../provider/assignments/by-key";
import type { AccountFacts } from "../evidence/account-facts";
import { passes, type Report, type RequiredGuardrails } from "../findings/report";
import { enforcedBy } from "../rules/enforcement";
import { rules } from "../rules/index";
import type { KeyEntry } from "./key-entries";
import { commonOf } from "./required-guardrails";

/** Which guardrail a fix assigns: one that the rules require, one that passes every rule in force, or one to fill in. */
export type FixGuardrail =
  | ({ readonly kind: "required" | "passing" } & NamedId)
  /** `unproven`: the guardrail that most other keys have, which nobody knows to enforce anything. */
  | { readonly kind: "open"; readonly unproven?: NamedId | undefined };

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
  return (entry) => {
    const { account, required, requiredOnceAssigned } = entry;
    if (required.length > 0) return requiredOf(requiredOnceAssigned, account, acceptance);
    const candidates = candidatesFor(account).filter((one) => !isOfOtherWorkspace(one, entry));
    const passing = candidates.find(({ isAccepted }) => isAccepted);
    if (passing !== undefined) return { kind: "passing", ...named(passing.id, account) };
    const [unproven] = acceptance.kind === "any-that-enforces" ? candidates : [];
    return unproven === undefined
      ? { kind: "open" }
      : { kind: "open", unproven: named(unproven.id, account) };
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

interface JudgedIds {
  readonly passed: ReadonlySet<string>;
  readonly failed: ReadonlySet<string>;
}

function acceptanceOf(reports: readonly Report[] | undefined): Acceptance {
  if (reports === undefined) return { kind: "unknown" };
  const byRule = reports
    .filter((report) => report.kind === "judged")
    .filter(({ rule }) => rules.find(({ name }) => name === rule)?.takesAnyGuardrail !== true)
    .map(({ findings }) => {
      const idsOf = (pass: boolean): ReadonlySet<string> =>
        new Set(
          findings
            .filter((finding) => (pass ? finding.state === "guarded" : !passes(finding)))
            .flatMap(({ guardrailIds }) => guardrailIds),
        );
      return { passed: idsOf(true), failed: idsOf(false) };
    });
  return byRule.length === 0 ? { kind: "any-that-enforces" } : { kind: "judged", byRule };
}

function isAcceptable(id: string, { guardrails }: AccountFacts, acceptance: Acceptance): boolean {
  switch (acceptance.kind) {
    case "unknown":
      return false;
    case "any-that-enforces": {
      const content = guardrails.get(id)?.content;
      return content !== undefined && enforcedBy(content).length > 0;
    }
    case "judged":
      return acceptance.byRule.every(({ passed, failed }) => passed.has(id) && !failed.has(id));
  }
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u;

/** One that they all allow; where there is none, one that those allow which no waiver stands for. */
function requiredOf(
  required: readonly RequiredGuardrails[],
  account: AccountFacts,
  acceptance: Acceptance,
): FixGuardrail {
  const ofAll = commonOf(required);
  const ofOthers = commonOf(required.filter(({ isWaived }) => isWaived !== true));
  const common = (ofAll.length > 0 ? ofAll : ofOthers).filter((id) => uuid.test(id));
  const id = common.find((one) => isAcceptable(one, account, acceptance)) ?? common[0];
  return id === undefined ? { kind: "open" } : { kind: "required", ...named(id, account) };
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
