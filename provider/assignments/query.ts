import * as z from "zod";
import { GuardrailsError } from "../errors";
import { listUnknown } from "../spelling-suggestions";
import type { KeyAssignmentsSnapshot, SnapshotScope } from "./snapshot";

/** Which part of the list is wanted: filters over the complete list, or exactly one page. Without any: all of it. */
export interface KeyAssignmentsQuery {
  /** Only assignments of this guardrail (UUID). */
  readonly guardrailId?: string | undefined;
  /** Only these keys (hashes of 64 hexadecimal characters). */
  readonly keyHashes?: readonly string[] | undefined;
  /** Only keys with exactly one of these names. */
  readonly keyNames?: readonly string[] | undefined;
  /** One page only: how many rows to skip. Default 0 when `limit` is given. */
  readonly offset?: number | undefined;
  /** One page only: how many rows at most, 1 to 100. Default 50 when `offset` is given. */
  readonly limit?: number | undefined;
}

export const queryNames = ["guardrailId", "keyHashes", "keyNames", "offset", "limit"] as const;

/** What a key hash looks like; a raw key pasted in its place does not. */
export const keyHashPattern = /^[0-9a-f]{64}$/iu;

/** What messages say of an id that is none. */
export const notA = {
  guardrail: "must be the UUID of a guardrail, not its name",
  keyHash: "must be a key's hash: 64 hexadecimal characters, never the key itself",
};

/** A guardrail's id, in lower case. @internal */
export const guardrailUuid = z.guid({ error: notA.guardrail }).toLowerCase();

/** A key's hash, in lower case. @internal */
export const keyHashText = z.string().regex(keyHashPattern, { error: notA.keyHash }).toLowerCase();

const problems = {
  guardrailId: notA.guardrail,
  keyHashes: "must be a list, not empty, of key hashes: 64 hexadecimal characters each, never the key itself",
  keyNames: "must be a list, not empty, of key names",
  offset: "must be a whole number from 0",
  limit: "must be a whole number from 1 to 100",
} satisfies Readonly<Record<(typeof queryNames)[number], string>>;

/** Which keys are meant, wherever keys are listed. @internal */
export const keyFilters = {
  keyHashes: z.array(keyHashText).min(1).optional(),
  keyNames: z.array(z.string().min(1)).min(1).optional(),
};

const query = z.strictObject({
  guardrailId: guardrailUuid.optional(),
  ...keyFilters,
  offset: z.int().nonnegative().optional(),
  limit: z.int().min(1).max(100).optional(),
});

const assignmentsFunction = "getKeyAssignments";

/**
 * Checks a query and says what it asks for; values are never echoed.
 * @throws GuardrailsError of kind `configuration`
 */
export function parseQuery(asked: KeyAssignmentsQuery): SnapshotScope {
  const parsed = query.safeParse(asked);
  if (!parsed.success) throw refusalOf(parsed.error, queryNames, assignmentsFunction);
  const { offset, limit, ...given } = parsed.data;
  const filters = Object.fromEntries(Object.entries(given).filter(([, filter]) => filter !== undefined));
  const filtered = Object.keys(filters).length > 0;
  if (offset === undefined && limit === undefined) {
    return filtered ? { kind: "filtered", ...filters } : { kind: "complete" };
  }
  if (filtered) {
    const what = "argument offset or limit cannot be combined with filters: filters need the whole list";
    throw refusal(what, assignmentsFunction);
  }
  return { kind: "page", offset: offset ?? 0, limit: limit ?? 50 };
}

/** Why what was asked is no query of this function. @internal */
export function refusalOf(
  error: z.ZodError,
  names: readonly (keyof typeof problems)[],
  of: string,
): GuardrailsError {
  const name = names.find((candidate) => error.issues.some(({ path }) => path[0] === candidate));
  if (name === undefined) {
    const unknown = error.issues.flatMap((issue) => (issue.code === "unrecognized_keys" ? issue.keys : []));
    const given = unknown.length === 0 ? "" : `, not ${listUnknown(unknown, names)}`;
    return refusal(`the only arguments that choose rows are ${names.join(", ")}${given}`, of);
  }
  return refusal(`argument ${name} ${problems[name]}`, of);
}

/** Whether a key is one of those that the filters mean. */
export function keyMatcher({
  keyHashes,
  keyNames,
}: Pick<KeyAssignmentsQuery, "keyHashes" | "keyNames">): (hash: string, name: string) => boolean {
  const hashes = keyHashes === undefined ? undefined : new Set(keyHashes);
  const names = keyNames === undefined ? undefined : new Set(keyNames);
  return (hash, name) => (hashes?.has(hash.toLowerCase()) ?? true) && (names?.has(name) ?? true);
}

/** The part of a complete snapshot that passes the filters. */
export function applyScope(complete: KeyAssignmentsSnapshot, scope: SnapshotScope): KeyAssignmentsSnapshot {
  if (scope.kind !== "filtered") return complete;
  const isMeant = keyMatcher(scope);
  const assignments = complete.assignments.filter(
    (row) =>
      (scope.guardrailId === undefined || row.guardrailId.toLowerCase() === scope.guardrailId) &&
      isMeant(row.keyHash, row.keyName),
  );
  return { ...complete, assignments, scope };
}

function refusal(what: string, of: string): GuardrailsError {
  return new GuardrailsError("configuration", { what, advice: `See the arguments of ${of}.` });
}
