import * as z from "zod";
import { jsonOf } from "../json";
import { redactRows, redactTexts } from "../redaction/sanitize";
import { type ServiceClock, serviceClock } from "../service-clock";
import { serviceNames } from "../settings/services";
import type { KeyAssignment } from "./contract";

const keyAssignment = z.strictObject({
  id: z.string(),
  keyHash: z.string(),
  guardrailId: z.string(),
  keyName: z.string(),
  keyLabel: z.string(),
  assignedBy: z.string().nullable(),
  createdAt: z.string(),
}) satisfies z.ZodType<KeyAssignment>;

const snapshotScope = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("complete") }),
  z.strictObject({
    kind: z.literal("filtered"),
    guardrailId: z.string().optional(),
    keyHashes: z.array(z.string()).optional(),
    keyNames: z.array(z.string()).optional(),
  }),
  z.strictObject({ kind: z.literal("page"), offset: z.number(), limit: z.number() }),
]) satisfies z.ZodType<SnapshotScope>;

const keyAssignmentsSnapshot = z.strictObject({
  version: z.literal(1),
  assignments: z.array(keyAssignment),
  totalCount: z.int().nonnegative(),
  missingRows: z.int().nonnegative().nullable(),
  scope: snapshotScope,
  service: z.enum(serviceNames),
  baseUrl: z.string(),
  readAt: z.iso.datetime(),
  // Missing in what was stored before it was compared.
  clock: serviceClock.optional(),
  requests: z.int().positive(),
});

/** A resource's has the code of the key beside it that it was read with (signed-snapshot.ts). */
const writtenSnapshot = keyAssignmentsSnapshot
  .extend({ signature: z.string().optional() })
  .transform(({ signature, ...snapshot }) => ({ snapshot: snapshot as KeyAssignmentsSnapshot, signature }));

/**
 * What of the list a snapshot holds: all of it, the rows that pass all the filters named, or one page as the service
 * cut it.
 */
export type SnapshotScope =
  | { readonly kind: "complete" }
  | {
      readonly kind: "filtered";
      readonly guardrailId?: string | undefined;
      readonly keyHashes?: readonly string[] | undefined;
      readonly keyNames?: readonly string[] | undefined;
    }
  | { readonly kind: "page"; readonly offset: number; readonly limit: number };

/** The key assignments of one account, as they were read at one time from one service. */
export interface KeyAssignmentsSnapshot {
  /** Version of this form. */
  readonly version: 1;
  /** Sorted by key hash, then id; no duplicates. */
  readonly assignments: readonly KeyAssignment[];
  /** How many assignments the service counts in all, those of deleted keys and those filtered out included. */
  readonly totalCount: number;
  /** Assignments the service counts but does not list: those of deleted keys. null for a page, which cannot tell. */
  readonly missingRows: number | null;
  /**
   * What of the list a snapshot holds: all of it, the rows that pass all the filters named, or one page as the service
   * cut it.
   */
  readonly scope: SnapshotScope;
  /** The service it was read from: `openrouter` or `modelgates`. */
  readonly service: (typeof serviceNames)[number];
  /** The address it was read from. */
  readonly baseUrl: string;
  /** When the reading began (ISO 8601, UTC). What changed later may not show. */
  readonly readAt: string;
  /** What the answers say of the service's clock, by which waivers expire; left out where nobody compared. */
  readonly clock?: ServiceClock | undefined;
  /** How many requests the reading took, retries not counted. */
  readonly requests: number;
}

/**
 * The snapshot as it may leave this process, for output, a program or a state: without the raw key or credential that
 * somebody took for a name, and otherwise as it is. Filters and rules match names before that.
 */
export function redactSnapshot(snapshot: KeyAssignmentsSnapshot): KeyAssignmentsSnapshot {
  const { assignments, scope } = snapshot;
  return {
    ...snapshot,
    assignments: redactAssignments(assignments),
    scope: redactTexts(scope),
  };
}

/** Some rows of it. */
export function redactAssignments(rows: readonly KeyAssignment[]): readonly KeyAssignment[] {
  return redactRows(rows, ["keyHash", "keyName", "keyLabel", "assignedBy", "createdAt"]);
}

/** The snapshot as one canonical JSON text: equal snapshots give equal texts. */
export function writeSnapshot(snapshot: KeyAssignmentsSnapshot): string {
  return writeCanonical(snapshot);
}

export function writeCanonical(snapshot: object): string {
  return JSON.stringify(canonical(snapshot));
}

/** The part of a snapshot that says what is assigned, as canonical text: not when, by which clock or with how many requests it was read. */
export function writeContent(snapshot: KeyAssignmentsSnapshot): string {
  const { readAt, clock, requests, ...content } = snapshot;
  return writeCanonical(content);
}

/** A snapshot from its text, checked in every field; undefined if it is none (or of a later version). */
export function parseSnapshot(text: unknown): KeyAssignmentsSnapshot | undefined {
  return parseWritten(text)?.snapshot;
}

/** The same, with the code that may stand beside it. @internal */
export function parseWritten(text: unknown): z.infer<typeof writtenSnapshot> | undefined {
  if (typeof text !== "string") return undefined;
  const parsed = writtenSnapshot.safeParse(jsonOf(text));
  return parsed.success ? parsed.data : undefined;
}

export function sorted(rows: readonly KeyAssignment[]): KeyAssignment[] {
  return rows.toSorted((one, other) => compare(one.keyHash, other.keyHash) || compare(one.id, other.id));
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([one], [other]) => compare(one, other))
      .map(([name, field]) => [name, canonical(field)]),
  );
}
