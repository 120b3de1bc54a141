import { sanitize } from "../../provider/sanitize";
import type { AccountKey } from "../account/account";
import type { Finding } from "../report/report";

/**
 * Whether a key has a guardrail, or one of these. What this deployment is about to assign counts more than what is
 * assigned, because it replaces that.
 * @param guardrails lower-case ids of which one must be assigned; undefined: any will do
 */
export function judgeKey(key: AccountKey, guardrails: readonly string[] | undefined): Finding {
  return key.planned.length > 0 ? judgePlanned(key, guardrails) : judgeAssigned(key, guardrails);
}

function judgeAssigned(
  { identity, assignments }: AccountKey,
  guardrails: readonly string[] | undefined,
): Finding {
  const assigned = assignments.map(({ guardrailId }) => guardrailId.toLowerCase());
  if (assigned.length === 0) {
    return {
      state: "unguarded",
      key: identity,
      guardrailIds: [],
      reason: "has no direct assignment of a guardrail",
      remedy: howToAssign(guardrails),
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
  const assigned = assignments.map(({ guardrailId }) => guardrailId.toLowerCase());
  if (assigned.length > 0 && assigned.every((id) => known.includes(id))) {
    return { ...found, state: "guarded", reason: "has a guardrail" };
  }
  return { ...found, state: "guarded-by-deployment", reason: "gets a guardrail by this deployment" };
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
  };
}

/** What to do about a key without a guardrail, or without one of these. */
export function howToAssign(guardrails: readonly string[] | undefined): string {
  const which = guardrails === undefined ? "a guardrail" : `guardrail ${guardrails.join(" or ")}`;
  return `Assign ${which} to it, then run this again.`;
}
