import fc from "fast-check";
import { sampleAssignment, sampleGuardrailId, sampleWorkspace } from "../../local-service/index";
import type { RequiredKey } from "../../policies/configuration/required-key";
import type { Evidence } from "../../policies/evidence/evidence";
import type { Guardrails } from "../../policies/evidence/evidence-source";
import type { KeyAssignment } from "../../provider/assignments/contract";
import type { KeyAssignmentsSnapshot } from "../../provider/assignments/snapshot";
import type { ApiKey, Guardrail } from "../../provider/inventory/contract";
import type { KeyInventory } from "../../provider/inventory/inventory";
import { services } from "../../provider/settings/services";
import { foreignText, unseen } from "../foreign-text";

/** When the tests' rules judge, unless a test says otherwise: two hours after their lists were read. */
export const noon = Date.UTC(2026, 2, 1, 12);

/** What the answers say of the service's clock where it agrees with this machine's. */
export const rightClock = {
  kind: "compared",
  own: "2026-03-01T10:00:00.000Z",
  service: "2026-03-01T10:00:00.000Z",
} as const;

export const guardrail = sampleGuardrailId(0);
export const otherGuardrail = sampleGuardrailId(1);
/** A UUID that no sample row is assigned to. */
/** The UUID that stands for none. */
export const nilGuardrail = "00000000-0000-0000-0000-000000000000";
export const absentGuardrail = "11111111-2222-4333-8444-555555555555";

/** A row with guardrail `guardrail` unless said otherwise. */
export function row(n: number, changes: Partial<KeyAssignment> = {}): KeyAssignment {
  return { ...sampleAssignment(n), guardrailId: guardrail, ...changes };
}

export function snapshotOf(
  assignments: readonly KeyAssignment[],
  changes: Partial<KeyAssignmentsSnapshot> = {},
): KeyAssignmentsSnapshot {
  return {
    version: 1,
    assignments,
    totalCount: assignments.length,
    missingRows: 0,
    scope: { kind: "complete" },
    service: "openrouter",
    baseUrl: services.openrouter.baseUrl,
    readAt: "2026-03-01T10:00:00.000Z",
    clock: rightClock,
    requests: 1,
    ...changes,
  };
}

/** A snapshot as evidence. */
export function listOf(
  assignments: readonly KeyAssignment[],
  changes: Partial<KeyAssignmentsSnapshot> = {},
): Evidence<KeyAssignmentsSnapshot> {
  return { kind: "read", value: snapshotOf(assignments, changes) };
}

export const noEvidence: Evidence<never> = { kind: "none", why: "could not verify: the list was not read." };

/** The key of row `n` as the inventory lists it: enabled, never expiring. */
export function apiKey(n: number, changes: Partial<ApiKey> = {}): ApiKey {
  const { keyHash: hash, keyName: name, keyLabel: label } = sampleAssignment(n);
  return {
    hash,
    name,
    label,
    workspaceId: sampleWorkspace(0).id,
    disabled: false,
    expiresAt: null,
    ...changes,
  };
}

/** The inventory as evidence. */
export function inventoryOf(
  keys: readonly ApiKey[],
  changes: Partial<KeyInventory> = {},
): Evidence<KeyInventory> {
  const { id, name } = sampleWorkspace(0);
  const { service, baseUrl, readAt, clock, requests } = snapshotOf([]);
  const value = {
    keys,
    details: new Map(),
    workspaces: [{ id, name }],
    service,
    baseUrl,
    readAt,
    clock,
    requests,
    ...changes,
  };
  return { kind: "read", value };
}

/** What the guardrail `guardrail` enforces: nothing unless said otherwise. */
export function guardrailWith(changes: Partial<Guardrail> = {}): Guardrail {
  return {
    id: guardrail,
    name: "Production",
    limitUsd: null,
    resetInterval: null,
    includeByokInBudgets: null,
    allowedProviders: null,
    ignoredProviders: null,
    allowedModels: null,
    ignoredModels: null,
    allowedDataRegions: null,
    zeroDataRetention: { anthropic: null, openai: null, google: null, xai: null, other: null },
    enableFreeModelPublication: null,
    enableFreeModelTraining: null,
    enablePaidModelTraining: null,
    contentFilters: [],
    contentFilterBuiltins: [],
    ...changes,
  };
}

/** A content filter that acts. */
export const blocking = [{ pattern: "secret", action: "block" }];

/** Guardrails as evidence; an id alone is one the service does not know. */
export function guardrailsOf(...some: readonly (Guardrail | string)[]): Evidence<Guardrails> {
  const entries = some.map((one) =>
    typeof one === "string" ? ([one, "absent"] as const) : ([one.id, one] as const),
  );
  return { kind: "read", value: new Map<string, Guardrail | "absent">(entries) };
}

const unspecific = {
  guardrails: undefined,
  description: undefined,
  place: "guardrails-settings.requiredKeys[0]",
  assignedNameSuffices: false,
};

export function hashRequired(hash: string, guardrails?: readonly string[]): RequiredKey {
  return { ...unspecific, by: "hash", hash, guardrails };
}

/** A name that is judged by the assigned keys alone, unless `suffices` is false. */
export function nameRequired(
  name: string,
  { suffices = true, guardrails }: { suffices?: boolean; guardrails?: readonly string[] } = {},
): RequiredKey {
  return { ...unspecific, by: "name", name, assignedNameSuffices: suffices, guardrails };
}

export function patternRequired(pattern: string, guardrails?: readonly string[]): RequiredKey {
  return { ...unspecific, by: "pattern", pattern, guardrails };
}

/** Names that would do harm in a terminal, in a pipeline's log or in the engine's output if they were shown as they are. */
export const hostileNames = [
  "line\nbreak",
  "carriage\rreturn",
  "\u001b[31mred\u001b[0m",
  "::error::stop",
  "::add-mask::x",
  "##[group]x",
  "##vso[task.setvariable variable=x]y",
  "<{%reset%}>",
  "right\u202eleft",
  "line\u2028separator",
  "zero\u200bwidth",
  "\u0085next line",
  "no\ufffecharacter\uffff",
  "fil\u3164ler",
  "sk-or-v1-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
  "x".repeat(500),
] as const;

/** What no text that people or pipelines see may hold. */
export const harmful =
  /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|::|##\[|##vso\[|<\{|%\}|sk-or-v1-[0-9a-f]{16}/u;

/**
 * Any code points, lone surrogates too, with those that matter often; or some of every category, and secrets in disguise.
 * (fast-check's own "binary" unit takes seconds to begin.)
 */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  foreignText,
  fc
    .array(
      fc.oneof(
        fc.integer({ min: 0, max: 0x10ffff }).map((codePoint) => String.fromCodePoint(codePoint)),
        fc.constantFrom(...':#<{%}[\\"\n\u001b\u202e\u200b', "sk-or-v1-", "##vso[", "::error::"),
        fc.constantFrom(...unseen),
      ),
      { maxLength: 300 },
    )
    .map((characters) => characters.join("")),
);
