import * as z from "zod";

/** One row of `GET /guardrails/assignments/keys`: this guardrail limits that key. */
export interface KeyAssignment {
  /** The assignment itself (UUID). Never reused by the service. */
  readonly id: string;
  /** Stable id of the API key: 64 lower-case hexadecimal characters. Not secret. */
  readonly keyHash: string;
  /** The guardrail assigned to the key (UUID). */
  readonly guardrailId: string;
  /** What people call the key. Free text, changeable, need not be unique. */
  readonly keyName: string;
  /** The masked key, such as `sk-or-v1-0e6...1c96`. Not secret. */
  readonly keyLabel: string;
  /** Who made the assignment, or null where the service does not say. */
  readonly assignedBy: string | null;
  /** When the assignment was made, as the service writes it (ISO 8601). */
  readonly createdAt: string;
}

/** The row as both services send it. */
export type WireKeyAssignment = {
  id: string;
  key_hash: string;
  guardrail_id: string;
  key_name: string;
  key_label: string;
  assigned_by: string | null;
  created_at: string;
};

/** One page as both services send it: OpenRouter calls the total a number, ModelGates an integer. */
export type WirePage = {
  data: WireKeyAssignment[];
  total_count: number;
};

/**
 * Unknown extra fields are legal and dropped; a missing or mistyped one is not.
 * @internal
 */
export const wireKeyAssignment: z.ZodType<WireKeyAssignment> = z.object({
  id: z.guid(),
  key_hash: z.string().min(1),
  guardrail_id: z.guid(),
  key_name: z.string(),
  key_label: z.string(),
  assigned_by: z.string().nullable(),
  created_at: z.string().min(1),
});

/** @internal */
export const wirePage: z.ZodType<WirePage> = z.object({
  data: z.array(wireKeyAssignment),
  total_count: z.int().nonnegative(),
});
