import type { Demand } from "../findings/cause";
import { passes, weakGuardrailOf } from "../findings/report";
import type { FixGuardrail } from "./choose-guardrail";
import type { KeyEntry } from "./key-entries";

/** A guardrail that a rule finds too weak, where to assign one repairs nothing. */
export interface GuardrailChange {
  readonly guardrail: { readonly id: string; readonly name: string };
  /** What it lacks, in words that follow its name: `has no limit of at most 50 USD`. */
  readonly lacks: string;
  /** Where a setting asks for it: to assign another one would not do. */
  readonly demand: Demand | undefined;
  /** How many keys have it and fail for that; none where it is only to be assigned. */
  readonly keys: number;
}

/** A key that fails, and the guardrail that it would be assigned. */
interface Chosen {
  readonly entry: KeyEntry;
  readonly guardrail: FixGuardrail;
}

/**
 * The guardrails to change: those of keys that no command helps, and those that a command assigns although they are too weak.
 * @param failing every key that does not pass
 */
export function guardrailChanges(
  failing: readonly KeyEntry[],
  chosen: readonly Chosen[],
  assigned: readonly Chosen[],
): readonly GuardrailChange[] {
  const helped = new Set(assigned);
  const wanted = new Map<string, Demand | undefined>();
  for (const fix of chosen) {
    const { entry, guardrail } = fix;
    const own = helped.has(fix) ? [] : lackingIn(entry).map(({ id }) => id);
    for (const id of own) wanted.set(id, wanted.get(id));
    const demand = demandFor(guardrail);
    if (demand === undefined) continue;
    wanted.set(demand.id, wanted.get(demand.id) === "required" ? "required" : demand.kind);
  }
  const changes = new Map<string, GuardrailChange>();
  for (const entry of failing) {
    for (const { id, name, lacks } of lackingIn(entry)) {
      if (!wanted.has(id)) continue;
      const place = settingOf(entry, id, lacks);
      const keys = (changes.get(place)?.keys ?? 0) + 1;
      changes.set(place, { guardrail: { id, name }, lacks, demand: wanted.get(id), keys });
    }
  }
  for (const { entry, guardrail } of chosen) {
    const demanded = demandFor(guardrail);
    if (demanded?.lacks === undefined) continue;
    const { kind: demand, id, name = id, lacks } = demanded;
    const place = settingOf(entry, id, lacks);
    if (!changes.has(place)) changes.set(place, { guardrail: { id, name }, lacks, demand, keys: 0 });
  }
  return [...changes.values()].toSorted((one, other) => other.keys - one.keys);
}

function demandFor(guardrail: FixGuardrail): Extract<FixGuardrail, { readonly kind: Demand }> | undefined {
  return guardrail.kind === "required" || guardrail.kind === "approved" ? guardrail : undefined;
}

function settingOf({ account }: KeyEntry, id: string, lacks: string): string {
  return `${account?.baseUrl} ${id} ${lacks}`;
}

function lackingIn({ verdicts }: KeyEntry) {
  return verdicts.flatMap(({ finding }) => (passes(finding) ? [] : (weakGuardrailOf(finding) ?? [])));
}
