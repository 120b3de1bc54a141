import type { SmallKey, SmallRequirement, SmallRule, SmallSelector } from "./small-account";

/** The rules said a second time, as plainly as possible: whether the account complies. */
export function complies(rule: SmallRule, keys: readonly SmallKey[]): boolean {
  switch (rule.name) {
    case "required-keys-guarded":
      return rule.required.every((one) =>
        each(meant(one, keys), ({ assigned }) => isGuarded(assigned, one.allowed)),
      );
    case "no-unguarded-keys":
      return each(
        keys.filter((key) => key.is === "enabled" && !rule.exempt.some((of) => means(of, key))),
        ({ assigned }) => assigned.length > 0,
      );
    case "approved-guardrails-only":
      if (rule.of === undefined) {
        return each(
          keys.flatMap(({ assigned }) => assigned),
          (one) => rule.approved.includes(one),
        );
      }
      return rule.of.every((of) =>
        each(meant({ of, allowed: undefined, suffices: false }, keys), ({ assigned }) =>
          isGuarded(assigned, rule.approved),
        ),
      );
    case "guardrails-enforce-something":
      return rule.required.every((one) =>
        each(
          meant(one, keys),
          ({ assigned }) =>
            isGuarded(assigned, undefined) && assigned.every((place) => enforces(place, rule.require)),
        ),
      );
  }
}

/** There is at least one, and it holds of all. */
function each<Item>(items: readonly Item[], holds: (item: Item) => boolean): boolean {
  return items.length > 0 && items.every(holds);
}

function isGuarded(assigned: readonly number[], allowed: readonly number[] | undefined): boolean {
  return each(assigned, (one) => allowed === undefined || allowed.includes(one));
}

function enforces(place: number, require: readonly ("limitUsd" | "contentFilters")[]): boolean {
  const sets: readonly (readonly string[])[] = [["limitUsd", "contentFilters"], ["limitUsd"], []];
  const own = sets[place] ?? [];
  return require.length === 0 ? own.length > 0 : require.every((name) => own.includes(name));
}

function meant({ of, suffices }: SmallRequirement, keys: readonly SmallKey[]): readonly SmallKey[] {
  const matching = keys.filter((key) => means(of, key));
  if ("hash" in of) return matching;
  if ("name" in of && suffices) return matching.filter(({ assigned }) => assigned.length > 0);
  return matching.filter(({ is }) => is === "enabled");
}

function means(of: SmallSelector, { n, name }: SmallKey): boolean {
  if ("hash" in of) return of.hash === n;
  if ("name" in of) return of.name === name;
  return new RegExp(`^${of.pattern.replaceAll("*", "[^]*")}$`, "u").test(name);
}
