import { quoted } from "../../provider/redaction/sanitize";
import type { Account, AccountKey } from "../account/account";
import type { LeftOutKey } from "../account/active-keys";
import type { RequiredKey } from "../configuration/required-key";
import { describeLeftOut } from "../report/left-out";
import { howToAssign, noAssignment } from "../report/remedy";
import type { Finding, KeyIdentity } from "../report/report";

/** What becomes of each required key, and what could not be read on the way. */
export interface RequiredFindings {
  readonly findings: readonly Finding[];
  readonly problems: readonly string[];
  /** How many keys were left out. */
  readonly notes: readonly string[];
}

/** Judges every key that each requirement means. A requirement that means no key at all is missing one. */
export function judgeRequired(
  account: Account,
  requirements: readonly RequiredKey[],
  judge: (key: AccountKey, requirement: RequiredKey) => Finding,
): RequiredFindings {
  const problems = new Set<string>();
  const leftOut = new Map<string, LeftOutKey>();
  const findings = requirements.flatMap((requirement): readonly Finding[] => {
    const selection = account.select(requirement, requirement.assignedNameSuffices);
    const identity = requiredIdentity(requirement);
    if (selection.kind === "unverified") {
      const { problem, reason, remedy } = selection;
      if (problem !== undefined) problems.add(problem);
      return [{ state: "unverified", key: identity, guardrailIds: [], reason, remedy }];
    }
    for (const key of selection.leftOut) leftOut.set(key.hash, key);
    if (selection.keys.length === 0) return [noKey(requirement, identity, account)];
    if (requirement.by === "hash" && account.isAbsent(requirement.hash))
      return [noHash(requirement, identity)];
    const { description } = requirement;
    return selection.keys.map((key) =>
      judge(
        { ...key, identity: { ...key.identity, name: key.identity.name ?? identity.name, description } },
        requirement,
      ),
    );
  });
  return { findings, problems: [...problems], notes: describeLeftOut([...leftOut.values()]) };
}

function noKey(requirement: RequiredKey, key: KeyIdentity, account: Account): Finding {
  const { by, assignedNameSuffices, guardrails, place } = requirement;
  if (assignedNameSuffices) {
    return {
      state: "unguarded",
      key,
      guardrailIds: [],
      reason: noAssignment,
      remedy: howToAssign(guardrails),
      fixedBy: "assignment",
      requiredGuardrails: guardrails,
    };
  }
  const isRequired = `is required by ${by} in ${place}`;
  const missing = { state: "missing", key, guardrailIds: [] } as const;
  if (showsNoKey(account)) {
    const reason = `${isRequired}, and the account shows no key at all`;
    return { ...missing, reason, remedy: "Check that the management key is that account's." };
  }
  return {
    ...missing,
    reason: `${isRequired}, and no enabled key of the account matches${meantBy(requirement, account)}`,
    remedy: `Correct ${place}, enable the key, or take the requirement out.`,
  };
}

function meantBy(requirement: RequiredKey, account: Account): string {
  if (requirement.by !== "name") return "";
  const near = account.namesNear(requirement.name);
  if (near.length > 0) return ` (did you mean ${near.map((name) => quoted(name)).join(" or ")}?)`;
  return requirement.name.includes("*") ? " (did you mean a pattern?)" : "";
}

/** The key of another account, most likely, where nothing of what is required is found either. */
function showsNoKey(account: Account): boolean {
  const every = account.everyKey();
  return every.kind === "read" && every.value.keys.length + every.value.leftOut.length === 0;
}

/** To assign a guardrail to it, as one would to an unguarded key, the service answers with 404. */
function noHash({ place }: RequiredKey, key: KeyIdentity): Finding {
  return {
    state: "missing",
    key,
    guardrailIds: [],
    reason: `is required by hash in ${place}, and no key of the account has that hash`,
    remedy: `The key was deleted, or the hash is mistyped: correct ${place}, require the name, or take the requirement out.`,
  };
}

/** How messages call a requirement: a pattern stands as its own name. */
export function requiredIdentity(requirement: RequiredKey): KeyIdentity {
  const { description } = requirement;
  if (requirement.by === "hash") return { hash: requirement.hash, description };
  return { name: requirement.by === "name" ? requirement.name : requirement.pattern, description };
}
