import type { Account, AccountKey } from "../account/account";
import type { LeftOutKey } from "../account/active-keys";
import { lookOf } from "../configuration/key-selector";
import type { RequiredKey } from "../configuration/required-key";
import type { Doubt } from "../evidence/evidence";
import type { Finding, KeyIdentity, RequiredGuardrails, Unassigned } from "../findings/report";
import { describeAssignedOnly, describeLeftOut, unassignedBeside } from "./left-out";

/** What becomes of each required key, and what could not be read on the way. */
export interface RequiredFindings {
  readonly findings: readonly Finding[];
  readonly problems: readonly Doubt[];
  /** Which keys are not judged. */
  readonly notes: readonly string[];
  readonly unassigned: Unassigned | undefined;
}

/** Judges every key that each requirement means. A requirement that means no key at all is missing one. */
export function judgeRequired(
  account: Account,
  requirements: readonly RequiredKey[],
  judge: (key: AccountKey, requirement: RequiredKey) => Finding,
): RequiredFindings {
  const problems = new Map<string, Doubt>();
  const leftOut = new Map<string, LeftOutKey>();
  const findings = requirements.flatMap((requirement): readonly Finding[] => {
    const selection = account.select(requirement, requirement.assignedNameSuffices);
    const identity = requiredIdentity(requirement);
    if (selection.kind === "unverified") {
      const { problem, cause, remedy } = selection;
      if (problem !== undefined) problems.set(problem.why, problem);
      return [{ state: "unverified", key: identity, guardrailIds: [], cause, remedy }];
    }
    for (const key of selection.leftOut) leftOut.set(key.hash, key);
    if (selection.keys.length === 0) return [noKey(requirement, identity, account, selection.leftOut)];
    if (requirement.by === "hash" && account.isAbsent(requirement.hash)) {
      return [noHash(requirement, identity, account)];
    }
    const { description, place } = requirement;
    return selection.keys.map((key) => {
      const named = { ...key.identity, name: key.identity.name ?? identity.name, description };
      const finding = judge({ ...key, identity: named }, requirement);
      return { ...finding, ...unlessGone(finding, requirement, account), requirement: place };
    });
  });
  const notes = [...describeAssignedOnly(requirements), ...describeLeftOut([...leftOut.values()])];
  const unassigned = unassignedBeside(account, requirements);
  return { findings, problems: [...problems.values()], notes, unassigned };
}

/** @param leftOut keys that it means and that do not count */
function noKey(
  requirement: RequiredKey,
  key: KeyIdentity,
  account: Account,
  leftOut: readonly LeftOutKey[],
): Finding {
  const { by, assignedNameSuffices, place } = requirement;
  if (assignedNameSuffices) {
    return {
      state: "unguarded",
      key,
      guardrailIds: [],
      cause: { kind: "no-assignment" },
      remedy: { kind: "assign" },
      required: requiredGuardrails(requirement),
    };
  }
  if (showsNoKey(account)) return noKeyAtAll(requirement, key);
  const missing = { state: "missing", key, guardrailIds: [] } as const;
  const switchedOff = leftOut.map(({ use }) => use).toSorted();
  return {
    ...missing,
    cause: {
      kind: "nothing-matches",
      by,
      place,
      near: requirement.by === "hash" ? [] : account.namesNear(requirement),
      switchedOff,
      looksLike: lookOf(requirement),
    },
    remedy: {
      kind: "correct-requirement",
      isExpired: switchedOff.includes("expired") && !switchedOff.includes("disabled"),
    },
  };
}

/** The guardrails that a requirement asks for; undefined where any will do. */
export function requiredGuardrails({ guardrails, place }: RequiredKey): RequiredGuardrails | undefined {
  if (guardrails === undefined) return undefined;
  return { demand: "required", guardrails, setting: `${place}.guardrail` };
}

/** The key of another account, most likely, where nothing of what is required is found either. */
function showsNoKey(account: Account): boolean {
  const every = account.everyKey();
  return every.kind === "read" && every.value.keys.length + every.value.leftOut.length === 0;
}

function noKeyAtAll({ by, place }: RequiredKey, key: KeyIdentity): Finding {
  return {
    state: "missing",
    key,
    guardrailIds: [],
    cause: { kind: "account-without-keys", by, place },
    remedy: { kind: "check-management-key" },
  };
}

/** To assign a guardrail to it, as one would to an unguarded key, the service answers with 404. */
function noHash(requirement: RequiredKey, key: KeyIdentity, account: Account): Finding {
  if (showsNoKey(account)) return noKeyAtAll(requirement, key);
  const { place, description } = requirement;
  const near = description === undefined ? [] : account.keysCalled(description);
  return {
    state: "missing",
    key,
    guardrailIds: [],
    cause: { kind: "no-such-hash", place, near },
    remedy: { kind: "correct-hash" },
  };
}

/** What is said of a hash in no assignment where nothing shows whether any key still has it. */
function unlessGone(
  { cause }: Finding,
  { by }: RequiredKey,
  { inventory }: Account,
): Pick<Finding, "cause" | "remedy"> | undefined {
  if (by !== "hash" || cause.kind !== "no-assignment" || inventory.kind === "read") return undefined;
  return { cause: { kind: "no-assignment-or-key" }, remedy: { kind: "assign-or-correct-hash" } };
}

/** How messages call a requirement: a pattern stands as its own name. */
export function requiredIdentity(requirement: RequiredKey): KeyIdentity {
  const { description } = requirement;
  if (requirement.by === "hash") return { hash: requirement.hash, description };
  return { name: requirement.by === "name" ? requirement.name : requirement.pattern, description };
}
