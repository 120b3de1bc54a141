import { assignedGuardrails } from "../../provider/assignments/by-key";
import type { AccountKey } from "../account/account";
import type { DeclaredAssignment } from "../evidence/stack-resources";
import type { Cause } from "../findings/cause";
import type { Finding, KeyIdentity, RequiredGuardrails } from "../findings/report";

/**
 * Whether a key has a guardrail, or one of these. What this deployment will assign counts more than what is assigned,
 * because it replaces that; of what is declared and may be made already the list decides.
 * @param required those of which one must be assigned; undefined: any will do
 */
export function judgeKey(key: AccountKey, required: RequiredGuardrails | undefined): Finding {
  const finding = judgeGuarding(key, required);
  const { expiryDoubt } = key;
  // Of 100,000 keys most need no copy.
  return required === undefined && expiryDoubt === undefined
    ? finding
    : { ...finding, expiryDoubt, required };
}

/** Said of most keys: one for all of them. */
const hasGuardrail = { kind: "has-guardrail" } as const;
const none = { kind: "none" } as const;

function judgeGuarding(key: AccountKey, required: RequiredGuardrails | undefined): Finding {
  if (key.planned.length === 0) return judgeAssigned(key, required);
  const isToBeMade = key.planned.some(({ standing }) => standing === "to-be-made");
  return isToBeMade ? judgePlanned(key, required) : judgeDeclared(key, required);
}

function judgeAssigned(
  { identity, assignments }: AccountKey,
  required: RequiredGuardrails | undefined,
): Finding {
  const assigned = assignedGuardrails(assignments);
  if (assigned.length === 0) {
    return {
      state: "unguarded",
      key: identity,
      guardrailIds: [],
      cause: { kind: "no-assignment" },
      remedy: { kind: "assign" },
    };
  }
  const wrong = wrongAmong(assigned, { identity, relation: "assigned", required });
  if (wrong !== undefined) return wrong;
  return { state: "guarded", key: identity, guardrailIds: assigned, cause: hasGuardrail, remedy: none };
}

function judgePlanned(
  { identity, assignments, planned }: AccountKey,
  required: RequiredGuardrails | undefined,
): Finding {
  const ids = planned.map(({ guardrailId }) => guardrailId);
  const known = ids.filter((id) => id !== undefined);
  const wrong = wrongAmong(known, { identity, relation: "to-be-assigned", required });
  if (wrong !== undefined) return wrong;
  if (required !== undefined && known.length < ids.length) {
    return {
      state: "unverified",
      key: identity,
      guardrailIds: known,
      cause: { kind: "planned-guardrail-unknown" },
      remedy: { kind: "deploy-guardrail-or-assign-known" },
    };
  }
  const found = { key: identity, guardrailIds: known, remedy: none };
  const assigned = assignedGuardrails(assignments);
  if (assigned.length > 0 && assigned.every((id) => known.includes(id))) {
    return { ...found, state: "guarded", cause: hasGuardrail };
  }
  return { ...found, state: "guarded-by-deployment", cause: { kind: "gets-guardrail" } };
}

/**
 * A key whose declared assignments are either made already or not known to be missing. Where the list agrees, it stays so. Where it does not, the deployment updates the assignment in place, or somebody changed it by hand and the engine does
 * nothing: a preview cannot tell these apart.
 */
function judgeDeclared(key: AccountKey, required: RequiredGuardrails | undefined): Finding {
  const { identity, assignments, planned } = key;
  const listed = assignedGuardrails(assignments);
  const declared = planned.map(({ guardrailId }) => guardrailId);
  const known = declared.filter((id) => id !== undefined);
  const wrong = wrongAmong(known, { identity, relation: "declared", required });
  if (wrong !== undefined) return wrong;
  if (listed.length === 0) {
    const untold = planned.filter(({ standing }) => standing === "untold");
    return untold.length === 0 ? judgeAssigned(key, required) : untoldAssignment(identity, known, untold);
  }
  const held = judgeAssigned(key, required);
  const isOpen = known.length < declared.length;
  const differs = isOpen || known.some((id) => !listed.includes(id));
  if (!differs) return held;
  const guardrailIds = [...new Set([...listed, ...known])];
  if (required === undefined || (held.state === "guarded" && !isOpen)) {
    return { ...held, guardrailIds };
  }
  return {
    state: "unverified",
    key: identity,
    guardrailIds,
    cause: { kind: "declared-differently" },
    remedy: { kind: "refresh" },
  };
}

function untoldAssignment(
  key: KeyIdentity,
  guardrailIds: readonly string[],
  untold: readonly DeclaredAssignment[],
): Finding {
  const types = [...new Set(untold.map(({ type }) => type))];
  return {
    state: "unverified",
    key,
    guardrailIds,
    cause: { kind: "untold-assignment" },
    remedy: { kind: "name-created-property", types },
  };
}

type WrongGuardrail = Extract<Cause, { readonly kind: "wrong-guardrail" }>;

/** The finding where one of these is not what is asked for. */
function wrongAmong(
  ids: readonly string[],
  {
    identity,
    relation,
    required,
  }: Pick<WrongGuardrail, "relation"> & {
    readonly identity: KeyIdentity;
    readonly required: RequiredGuardrails | undefined;
  },
): Finding | undefined {
  if (required === undefined) return undefined;
  const { demand, guardrails } = required;
  const guardrailIds = ids.filter((id) => !guardrails.includes(id));
  if (guardrailIds.length === 0) return undefined;
  return {
    state: "wrong-guardrail",
    key: identity,
    guardrailIds,
    cause: { kind: "wrong-guardrail", relation, demand, guardrailIds },
    remedy: { kind: "assign" },
  };
}
