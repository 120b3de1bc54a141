import type { KeyAssignment } from "../../provider/contract";
import { foreignText } from "../../provider/foreign-text";
import { sorted } from "../../provider/snapshot";
import type { Evidence } from "../evidence";
import type { Finding, Report } from "../finding";
import type { RequiredKey } from "../required-key";

export const requiredKeysGuarded = "required-keys-guarded";

/**
 * Judges each required key by the evidence. Pure: data in, data out.
 *
 * A hash is one key, and the list says whether that key has an assignment. A name is not: a second key of the same name
 * without an assignment is not in the list, so a name is `unverified` unless the requirement accepts that
 * (`assignedNameSuffices`), and then every assigned key of that name must comply.
 */
export function judgeRequiredKeys(requirements: readonly RequiredKey[], given: Evidence): Report {
  const evidence = completeOrNone(given);
  const judge = evidence.kind === "none" ? withoutEvidence : judgeBy(sorted(evidence.snapshot.assignments));
  return { rule: requiredKeysGuarded, evidence, findings: requirements.map(judge) };
}

/** A part of the list may leave out the very row that does not comply. */
function completeOrNone(evidence: Evidence): Evidence {
  if (evidence.kind === "none" || evidence.snapshot.scope.kind === "complete") return evidence;
  return {
    kind: "none",
    why: "could not verify: only a part of the list was read. Read it without filters.",
  };
}

function withoutEvidence(requirement: RequiredKey): Finding {
  const reason = "could not be verified";
  return { state: "unverified", requirement, assignments: [], reason, next: "Mend what is named above." };
}

function judgeBy(rows: readonly KeyAssignment[]): (requirement: RequiredKey) => Finding {
  const byHash = groupBy(rows, ({ keyHash }) => keyHash.toLowerCase());
  const byName = groupBy(rows, ({ keyName }) => keyName);
  return (requirement) => {
    if (requirement.by === "hash") return judgeAssigned(requirement, byHash.get(requirement.hash) ?? []);
    if (requirement.assignedNameSuffices)
      return judgeAssigned(requirement, byName.get(requirement.name) ?? []);
    return {
      state: "unverified",
      requirement,
      assignments: byName.get(requirement.name) ?? [],
      reason:
        "could not be verified by name: another key of that name without an assignment is not in the list",
      next: 'Require the key by its hash, or accept any assigned key of that name with "assignedNameSuffices": true.',
    };
  };
}

/** `Map.groupBy`, which Node 20 does not have. */
function groupBy(
  rows: readonly KeyAssignment[],
  keyOf: (row: KeyAssignment) => string,
): Map<string, KeyAssignment[]> {
  const groups = new Map<string, KeyAssignment[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return groups;
}

function judgeAssigned(requirement: RequiredKey, assignments: readonly KeyAssignment[]): Finding {
  if (assignments.length === 0) {
    const reason = "has no direct assignment of a guardrail";
    return { state: "unguarded", requirement, assignments, reason, next: howToAssign(requirement) };
  }
  const { guardrails } = requirement;
  const wrong = assignments.filter(
    ({ guardrailId }) => guardrails?.includes(guardrailId.toLowerCase()) === false,
  );
  if (wrong.length > 0) {
    const found = new Set(wrong.map(({ guardrailId }) => foreignText(guardrailId)));
    const reason = `is assigned to guardrail ${[...found].join(", ")}, which is not the one required`;
    return {
      state: "wrong-guardrail",
      requirement,
      assignments: wrong,
      reason,
      next: howToAssign(requirement),
    };
  }
  return { state: "guarded", requirement, assignments, reason: "has a guardrail", next: "" };
}

function howToAssign({ guardrails }: RequiredKey): string {
  const which = guardrails === undefined ? "a guardrail" : `guardrail ${guardrails.join(" or ")}`;
  return `Assign ${which} to it, then run this again.`;
}
