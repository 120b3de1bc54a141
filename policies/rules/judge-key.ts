import { assignedGuardrails } from "../../provider/assignments/by-key";
import { sanitize } from "../../provider/redaction/sanitize";
import type { AccountKey } from "../account/account";
import type { DeclaredAssignment } from "../evidence/stack-resources";
import { howToAssign, noAssignment } from "../report/remedy";
import type { Finding } from "../report/report";

/**
 * Whether a key has a guardrail, or one of these. What this deployment will assign counts more than what is assigned,
 * because it replaces that; of what is declared and may be made already the list decides.
 * @param guardrails lower-case ids of which one must be assigned; undefined: any will do
 */
export function judgeKey(key: AccountKey, guardrails: readonly string[] | undefined): Finding {
  return { ...judgeGuarding(key, guardrails), expiryDoubt: key.expiryDoubt, requiredGuardrails: guardrails };
}

function judgeGuarding(key: AccountKey, guardrails: readonly string[] | undefined): Finding {
  if (key.planned.length === 0) return judgeAssigned(key, guardrails);
  const isToBeMade = key.planned.some(({ standing }) => standing === "to-be-made");
  return isToBeMade ? judgePlanned(key, guardrails) : judgeDeclared(key, guardrails);
}

function judgeAssigned(
  { identity, assignments }: AccountKey,
  guardrails: readonly string[] | undefined,
): Finding {
  const assigned = assignedGuardrails(assignments);
  if (assigned.length === 0) {
    return {
      state: "unguarded",
      key: identity,
      guardrailIds: [],
      reason: noAssignment,
      remedy: howToAssign(guardrails),
      fixedBy: "assignment",
    };
  }
  const wrong = assigned.filter((id) => guardrails?.includes(id) === false);
  if (wrong.length > 0) return wrongGuardrail(identity, wrong, "is assigned to", guardrails);
  return { state: "guarded", key: identity, guardrailIds: assigned, reason: "has a guardrail", remedy: "" };
}

function judgePlanned(
  { identity, assignments, planned }: AccountKey,
  guardrails: readonly string[] | undefined,
): Finding {
  const ids = planned.map(({ guardrailId }) => guardrailId);
  const known = ids.filter((id) => id !== undefined);
  const wrong = known.filter((id) => guardrails?.includes(id) === false);
  if (wrong.length > 0) return wrongGuardrail(identity, wrong, "is about to be assigned to", guardrails);
  if (guardrails !== undefined && known.length < ids.length) {
    return {
      state: "unverified",
      key: identity,
      guardrailIds: known,
      reason:
        "could not be verified: the guardrail this deployment assigns to it is not known before deployment",
      remedy: "Deploy the guardrail first, or assign one whose id is known.",
    };
  }
  const found = { key: identity, guardrailIds: known, remedy: "" };
  const assigned = assignedGuardrails(assignments);
  if (assigned.length > 0 && assigned.every((id) => known.includes(id))) {
    return { ...found, state: "guarded", reason: "has a guardrail" };
  }
  return { ...found, state: "guarded-by-deployment", reason: "gets a guardrail by this deployment" };
}

/**
 * A key whose declared assignments are either made already or not known to be missing. Where the list agrees, it stays so. Where it does not, the deployment updates the assignment in place, or somebody changed it by hand and the engine does
 * nothing: a preview cannot tell these apart.
 */
function judgeDeclared(key: AccountKey, guardrails: readonly string[] | undefined): Finding {
  const { identity, assignments, planned } = key;
  const listed = assignedGuardrails(assignments);
  const declared = planned.map(({ guardrailId }) => guardrailId);
  const known = declared.filter((id) => id !== undefined);
  const wrong = known.filter((id) => guardrails?.includes(id) === false);
  if (wrong.length > 0) return wrongGuardrail(identity, wrong, "is declared with", guardrails);
  if (listed.length === 0) {
    const untold = planned.filter(({ standing }) => standing === "untold");
    return untold.length === 0 ? judgeAssigned(key, guardrails) : untoldAssignment(identity, known, untold);
  }
  const held = judgeAssigned(key, guardrails);
  const isOpen = known.length < declared.length;
  const differs = isOpen || known.some((id) => !listed.includes(id));
  if (!differs) return held;
  const guardrailIds = [...new Set([...listed, ...known])];
  if (guardrails === undefined || (held.state === "guarded" && !isOpen)) {
    return { ...held, guardrailIds };
  }
  return {
    state: "unverified",
    key: identity,
    guardrailIds,
    reason:
      "could not be verified: this stack declares another guardrail for it than it is assigned to, and a preview does not show whether this deployment changes that",
    remedy: "Run pulumi up --refresh, or deploy that change first.",
  };
}

function untoldAssignment(
  key: Finding["key"],
  guardrailIds: readonly string[],
  untold: readonly DeclaredAssignment[],
): Finding {
  const types = [...new Set(untold.map(({ type }) => sanitize(type)))].join(", ");
  return {
    state: "unverified",
    key,
    guardrailIds,
    reason:
      "could not be verified: it has no assignment, and the one that this stack declares does not tell whether it is yet to be made",
    remedy: `In "assignmentTypes", name for ${types} the "createdProperty": an output that only its creation tells.`,
  };
}

function wrongGuardrail(
  key: Finding["key"],
  wrong: readonly string[],
  relation: string,
  guardrails: readonly string[] | undefined,
): Finding {
  const shown = [...new Set(wrong.map((id) => sanitize(id)))].join(", ");
  return {
    state: "wrong-guardrail",
    key,
    guardrailIds: wrong,
    reason: `${relation} guardrail ${shown}, which is not the one required`,
    remedy: howToAssign(guardrails),
    fixedBy: "assignment",
  };
}
