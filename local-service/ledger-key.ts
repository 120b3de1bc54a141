import { sampleTime } from "./samples";
import { defaultWorkspace } from "./workspaces";

/** An API key that exists in the account, assigned or not. */
export interface LedgerKey {
  readonly keyHash: string;
  readonly keyName: string;
  readonly keyLabel: string;
  /** The workspace it belongs to (UUID). */
  readonly workspaceId: string;
  /** Switched off. The service leaves such keys out of its inventory unless they are asked for. */
  readonly disabled: boolean;
  /** When it expires (ISO 8601, UTC), or null for never. */
  readonly expiresAt: string | null;
  readonly keyCreatedAt: string;
  /** The user who made it, or null where the service does not say. */
  readonly creatorUserId: string | null;
  /** Its own spending limit in US dollars, or null for none, and how often that resets. */
  readonly limit: number | null;
  readonly limitReset: "daily" | "weekly" | "monthly" | null;
  /** US dollars spent in the current month. */
  readonly usageMonthly: number;
}

/** What holds of a key about which nothing else was said. */
export const ordinaryKey = {
  workspaceId: defaultWorkspace.id,
  disabled: false,
  expiresAt: null,
  keyCreatedAt: sampleTime(),
  creatorUserId: null,
  limit: null,
  limitReset: null,
  usageMonthly: 0,
} as const satisfies Partial<LedgerKey>;

/** The key alone, without whatever else is known of its assignment. */
export function keyOf(known: LedgerKey): LedgerKey {
  const { keyHash, keyName, keyLabel, workspaceId, disabled, expiresAt } = known;
  const { keyCreatedAt, creatorUserId, limit, limitReset, usageMonthly } = known;
  const whole = { keyHash, keyName, keyLabel, workspaceId, disabled, expiresAt };
  return { ...whole, keyCreatedAt, creatorUserId, limit, limitReset, usageMonthly };
}
