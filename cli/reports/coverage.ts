import { countStates, isGuarded, type KeyState } from "../../policies/findings/report";
import type { CheckReport } from "./check-report";

/** How far the keys of a report are guarded, each counted once, in the worst state that any rule finds it in. */
export interface Coverage {
  readonly keys: number;
  /** Those with a guardrail, or about to get one: neither waived ones nor doubtful ones. */
  readonly guarded: number;
  readonly states: ReadonlyMap<KeyState, number>;
  /** How many keys each guardrail is assigned to, the most first. A key can have several. */
  readonly guardrails: readonly {
    readonly id: string;
    readonly name: string | undefined;
    readonly keys: number;
  }[];
  /** Keys that no guardrail is known of. */
  readonly without: number;
}

export function coverageOf({ keys: { all } }: CheckReport): Coverage {
  const keys = all.filter(({ isRequirement }) => isRequirement !== true);
  const states = countStates(keys);
  const perGuardrail = new Map<string, number>();
  const names = new Map<string, string | undefined>();
  for (const { id, name } of keys.flatMap(({ guardrails }) => guardrails)) {
    perGuardrail.set(id, (perGuardrail.get(id) ?? 0) + 1);
    names.set(id, name);
  }
  return {
    keys: keys.length,
    guarded: keys.filter(isGuarded).length,
    states,
    guardrails: [...perGuardrail]
      .map(([id, count]) => ({ id, name: names.get(id), keys: count }))
      .toSorted((one, other) => other.keys - one.keys || (one.id < other.id ? -1 : 1)),
    without: keys.filter(({ guardrails }) => guardrails.length === 0).length,
  };
}
