import fc from "fast-check";
import { sampleGuardrailId } from "../../../local-service/index";
import type { KeyAssignment } from "../../../provider/assignments/contract";
import { apiKey, blocking, guardrailsOf, guardrailWith, inventoryOf, listOf, row } from "../builders";
import type { Given } from "../judging";

/** Few names, which share parts, so that names are shared and patterns meet some of them. */
export const names = ["prod-gateway", "prod-search", "staging-gateway"] as const;
export const patterns = ["prod-*", "*-gateway", "*a*e*", "prod-gateway", "*", "*none*"] as const;

export const guardrailIds = [0, 1, 2].map(sampleGuardrailId);
/** Enforces a limit and filters, a limit, nothing: by their places in `guardrailIds`. */
const contents = [{ limitUsd: 1, contentFilters: blocking }, { limitUsd: 1 }, {}] as const;

/** One key of a small account. */
export interface SmallKey {
  readonly n: number;
  readonly name: string;
  /** `missing`: the account has no such key. */
  readonly is: "enabled" | "disabled" | "expired" | "missing";
  /** The guardrails assigned to it, by their places in `guardrailIds`. */
  readonly assigned: readonly number[];
}

const smallKey: fc.Arbitrary<Omit<SmallKey, "n">> = fc.record({
  name: fc.constantFrom(...names),
  is: fc.constantFrom("enabled", "enabled", "enabled", "enabled", "disabled", "expired", "missing"),
  assigned: fc.oneof(
    { weight: 6, arbitrary: fc.tuple(fc.nat(1)) },
    { weight: 1, arbitrary: fc.tuple(fc.nat(2)) },
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.tuple(fc.nat(2), fc.nat(2)) },
  ),
});

/** An account of up to five keys, each by its place: `row(place)` is its assignment. */
export const smallAccounts: fc.Arbitrary<readonly SmallKey[]> = fc
  .array(smallKey, { minLength: 1, maxLength: 5 })
  .map((keys) => keys.map((key, n) => ({ n, ...key, assigned: key.is === "missing" ? [] : key.assigned })));

/** The account as a service shows it. */
export function evidenceOf(
  keys: readonly SmallKey[],
): Required<Pick<Given, "assignments" | "inventory" | "guardrails">> {
  const rows = keys.flatMap(({ n, name, assigned }) =>
    assigned.map(
      (place, index): KeyAssignment =>
        row(n, { id: `${n} ${index}`, keyName: name, guardrailId: guardrailIds[place] ?? "" }),
    ),
  );
  const listed = keys
    .filter(({ is }) => is !== "missing")
    .map(({ n, name, is }) =>
      apiKey(n, {
        name,
        disabled: is === "disabled",
        expiresAt: is === "expired" ? "2026-01-01T00:00:00Z" : null,
      }),
    );
  const guardrails = contents.map((content, place) =>
    guardrailWith({ id: guardrailIds[place] ?? "", ...content }),
  );
  return {
    assignments: listOf(rows),
    inventory: inventoryOf(listed),
    guardrails: guardrailsOf(...guardrails),
  };
}

/** Which keys an entry of a configuration means. */
export type SmallSelector =
  | { readonly hash: number }
  | { readonly name: string }
  | { readonly pattern: string };

const selector: fc.Arbitrary<SmallSelector> = fc.oneof(
  fc.record({ hash: fc.nat(4) }),
  fc.record({ name: fc.constantFrom(...names) }),
  fc.record({ pattern: fc.constantFrom(...patterns) }),
);

export interface SmallRequirement {
  readonly of: SmallSelector;
  /** Of which one must be assigned; undefined: any will do. */
  readonly allowed: readonly number[] | undefined;
  readonly suffices: boolean;
}

const someGuardrails = fc.subarray([0, 1, 2], { minLength: 1 });

const requirement: fc.Arbitrary<SmallRequirement> = fc.record({
  of: selector,
  allowed: fc.option(someGuardrails, { nil: undefined }),
  suffices: fc.boolean(),
});

/** A rule with a configuration. */
export type SmallRule =
  | { readonly name: "required-keys-guarded"; readonly required: readonly SmallRequirement[] }
  | { readonly name: "no-unguarded-keys"; readonly exempt: readonly SmallSelector[] }
  | {
      readonly name: "approved-guardrails-only";
      readonly approved: readonly number[];
      readonly of: readonly SmallSelector[] | undefined;
    }
  | {
      readonly name: "guardrails-enforce-something";
      readonly require: readonly ("limitUsd" | "contentFilters")[];
      readonly required: readonly SmallRequirement[];
    };

const required = fc.array(requirement, { minLength: 1, maxLength: 3 });

export const smallRules: fc.Arbitrary<SmallRule> = fc.oneof(
  fc.record({ name: fc.constant("required-keys-guarded" as const), required }),
  fc.record({
    name: fc.constant("no-unguarded-keys" as const),
    exempt: fc.array(selector, { maxLength: 2 }),
  }),
  fc.record({
    name: fc.constant("approved-guardrails-only" as const),
    approved: someGuardrails,
    of: fc.option(fc.array(selector, { minLength: 1, maxLength: 2 }), { nil: undefined }),
  }),
  fc.record({
    name: fc.constant("guardrails-enforce-something" as const),
    require: fc.subarray(["limitUsd" as const, "contentFilters" as const]),
    required,
  }),
);

/** The rule's configuration as people write it. */
export function configurationOf(rule: SmallRule): object {
  switch (rule.name) {
    case "required-keys-guarded":
      return { requiredKeys: rule.required.map(writtenRequirement) };
    case "no-unguarded-keys":
      return { exempt: rule.exempt.map(writtenSelector) };
    case "approved-guardrails-only": {
      const keys = rule.of?.map(writtenSelector);
      return { approved: writtenIds(rule.approved), ...(keys === undefined ? {} : { keys }) };
    }
    case "guardrails-enforce-something":
      return { require: rule.require, requiredKeys: rule.required.map(writtenRequirement) };
  }
}

function writtenSelector(of: SmallSelector): object {
  return "hash" in of ? { hash: row(of.hash).keyHash } : of;
}

function writtenRequirement({ of, allowed, suffices }: SmallRequirement): object {
  return {
    ...writtenSelector(of),
    ...(allowed === undefined ? {} : { guardrail: writtenIds(allowed) }),
    ...("name" in of ? { assignedNameSuffices: suffices } : {}),
  };
}

function writtenIds(sources: readonly number[]): string[] {
  return sources.map((place) => guardrailIds[place] ?? "");
}
