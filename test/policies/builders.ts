import fc from "fast-check";
import type { Evidence } from "../../policies/evidence";
import type { RequiredKey } from "../../policies/required-key";
import type { KeyAssignment } from "../../provider/contract";
import { sampleAssignment, sampleGuardrailId } from "../../provider/local-service/index";
import { services } from "../../provider/services";
import type { KeyAssignmentsSnapshot } from "../../provider/snapshot";

export const guardrail = sampleGuardrailId(0);
export const otherGuardrail = sampleGuardrailId(1);
/** A UUID that no sample row is assigned to. */
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
    requests: 1,
    ...changes,
  };
}

export function listOf(
  assignments: readonly KeyAssignment[],
  changes: Partial<KeyAssignmentsSnapshot> = {},
): Evidence {
  return { kind: "list", snapshot: snapshotOf(assignments, changes) };
}

export const noEvidence: Evidence = { kind: "none", why: "could not verify: the list was not read." };

export function hashRequired(hash: string, guardrails?: readonly string[]): RequiredKey {
  return { by: "hash", hash, guardrails, description: undefined };
}

export function nameRequired(
  name: string,
  { suffices = true, guardrails }: { suffices?: boolean; guardrails?: readonly string[] } = {},
): RequiredKey {
  return { by: "name", name, assignedNameSuffices: suffices, guardrails, description: undefined };
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
  "sk-or-v1-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
  "x".repeat(500),
] as const;

/** What no text that people or pipelines see may hold. */
export const harmful =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]|::|##\[|##vso\[|<\{|%\}|sk-or-v1-[0-9a-f]{16}/u;

/** Any code points, lone surrogates too, with those that matter often. (fast-check's own "binary" unit takes seconds to begin.) */
export const anyText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0x10ffff }).map((codePoint) => String.fromCodePoint(codePoint)),
      fc.constantFrom(...':#<{%}[\\"\n\u001b\u202e\u200b', "sk-or-v1-", "##vso[", "::error::"),
    ),
    { maxLength: 300 },
  )
  .map((characters) => characters.join(""));
