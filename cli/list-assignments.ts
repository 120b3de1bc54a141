import { describeSource } from "../policies/report/describe";
import { noName } from "../policies/report/identity";
import { namesGuardrail } from "../provider/assignments/by-key";
import type { KeyAssignment } from "../provider/assignments/contract";
import { applyScope, type KeyAssignmentsQuery, parseQuery } from "../provider/assignments/query";
import { type KeyAssignmentsSnapshot, redactSnapshot } from "../provider/assignments/snapshot";
import { counted } from "../provider/counted";
import { sanitize } from "../provider/redaction/sanitize";
import { shortId } from "../provider/short-id";
import { describeUnmatched } from "./list-filters";
import type { Column, Listing } from "./list-formats";

const fields = [
  "keyName",
  "keyLabel",
  "keyHash",
  "guardrailId",
  "assignedBy",
  "createdAt",
  "id",
] as const satisfies readonly (keyof KeyAssignment)[];

/** How people are shown an assignment of none. */
const noGuardrail = "(none)";

/** What guardrails are called, by lower-case id, as far as that could be read. */
export type GuardrailsByName = ReadonlyMap<string, { readonly name: string }>;

const longestName = 40;

const columnsWith = (names: GuardrailsByName): readonly Column<KeyAssignment>[] => [
  { head: "key", of: ({ keyName }) => keyName || noName },
  { head: "label", of: ({ keyLabel }) => keyLabel, spare: 4 },
  { head: "hash", of: ({ keyHash }) => shortId(keyHash) },
  {
    head: "guardrail",
    of: ({ guardrailId }) => {
      if (!namesGuardrail(guardrailId)) return noGuardrail;
      const name = names.get(guardrailId.toLowerCase())?.name;
      return name === undefined ? guardrailId : sanitize(name, longestName);
    },
    short: ({ guardrailId }) => (namesGuardrail(guardrailId) ? `${shortId(guardrailId)}…` : noGuardrail),
  },
  // Where the guardrail goes by its id, it is told already.
  {
    head: "guardrail id",
    of: ({ guardrailId }) => (names.has(guardrailId.toLowerCase()) ? guardrailId : ""),
    spare: 3,
  },
  { head: "assigned by", of: ({ assignedBy }) => assignedBy ?? "", spare: 1 },
  { head: "since", of: ({ createdAt }) => createdAt, spare: 2 },
];

/**
 * The assignments that are wanted, out of the complete list, and what of the filters matches none.
 * @param unguarded the command that lists the keys without one
 */
export function listAssignments(
  complete: KeyAssignmentsSnapshot,
  query: KeyAssignmentsQuery,
  { unguarded, names }: { readonly unguarded: string; readonly names: GuardrailsByName },
): { readonly listing: Listing<KeyAssignment>; readonly notes: readonly string[] } {
  const snapshot = redactSnapshot(applyScope(complete, parseQuery(query)));
  const { assignments: rows, totalCount, missingRows } = snapshot;
  const missing = missingRows === null ? "" : `, ${missingRows} of deleted keys`;
  const summary = `${rows.length} shown; the service counts ${totalCount}${missing} (${describeSource(snapshot)})`;
  const candidates = complete.assignments.map(({ keyHash, keyName, guardrailId }) => {
    return { hash: keyHash, name: keyName, guardrailId };
  });
  const unmatched = describeUnmatched(query, candidates, counted(candidates.length, "assignment"));
  const advice = `A key without a guardrail is in no assignment: see ${unguarded}.`;
  return {
    listing: { whole: snapshot, rows, fields, columns: columnsWith(names), summary },
    notes: unmatched.length === 0 ? [] : [...unmatched, advice],
  };
}
