import { countStates, type KeyState, keyStates } from "../../policies/report/report";
import { type CheckReport, findingsOf } from "./check-report";
import { identityOf } from "./fingerprint";

/** How far the keys of a report are guarded, each counted once, in the worst state that any rule finds it in. */
export interface Coverage {
  readonly keys: number;
  /** Those with a guardrail, or about to get one: neither waived ones nor doubtful ones. */
  readonly guarded: number;
  readonly states: ReadonlyMap<KeyState, number>;
  /** How many keys each guardrail is assigned to, the most first. A key can have several. */
  readonly guardrails: readonly { readonly id: string; readonly keys: number }[];
  /** Keys that no guardrail is known of. */
  readonly without: number;
}

interface Key {
  readonly state: KeyState;
  readonly guardrailIds: readonly string[];
}

export function coverageOf(report: CheckReport): Coverage {
  const byIdentity = new Map<string, Key>();
  for (const { key, fingerprint, state, guardrailIds } of findingsOf(report)) {
    const identity = identityOf(key) ?? fingerprint;
    const known = byIdentity.get(identity);
    byIdentity.set(identity, {
      state: worse(state, known?.state ?? state),
      guardrailIds: [...new Set([...(known?.guardrailIds ?? []), ...guardrailIds])],
    });
  }
  const keys = [...byIdentity.values()];
  const states = countStates(keys);
  const perGuardrail = new Map<string, number>();
  for (const id of keys.flatMap(({ guardrailIds }) => guardrailIds)) {
    perGuardrail.set(id, (perGuardrail.get(id) ?? 0) + 1);
  }
  return {
    keys: keys.length,
    guarded: (states.get("guarded") ?? 0) + (states.get("guarded-by-deployment") ?? 0),
    states,
    guardrails: [...perGuardrail]
      .map(([id, count]) => ({ id, keys: count }))
      .toSorted((one, other) => other.keys - one.keys || (one.id < other.id ? -1 : 1)),
    without: keys.filter(({ guardrailIds }) => guardrailIds.length === 0).length,
  };
}

function worse(one: KeyState, other: KeyState): KeyState {
  return keyStates.indexOf(one) < keyStates.indexOf(other) ? one : other;
}
