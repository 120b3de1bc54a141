import { redactRows } from "../redaction/sanitize";
import type { ServiceClock } from "../service-clock";
import type { ServiceName } from "../settings/services";
import type { ApiKey, KeyDetails, Workspace } from "./contract";

/** All API keys of one account, as they were listed at one time by one service. */
export interface KeyInventory {
  /** Of all workspaces, disabled and expired ones included. Sorted by hash; no duplicates. */
  readonly keys: readonly ApiKey[];
  /** What else the service said of them, by hash. */
  readonly details: ReadonlyMap<string, KeyDetails>;
  /** Those without a key included. Sorted by id; never empty. */
  readonly workspaces: readonly Workspace[];
  readonly service: ServiceName;
  /** The address it was read from. */
  readonly baseUrl: string;
  /** When the reading began (ISO 8601, UTC). What changed later may not show. */
  readonly readAt: string;
  /** What the answers say of the service's clock, by which keys expire; left out where nobody compared. */
  readonly clock?: ServiceClock | undefined;
  /** How many requests the reading took, retries not counted. */
  readonly requests: number;
}

/** The inventory as it may leave this process: without the raw key or credential that somebody took for a name. */
export function redactInventory(inventory: KeyInventory): KeyInventory {
  const details = [...inventory.details].map(([hash, one]) => ({ ...one, hash }));
  return {
    ...inventory,
    details: new Map(
      redactRows(details, ["hash", "creatorId", "limitReset"]).map(({ hash, ...one }) => [hash, one]),
    ),
    keys: redactRows(inventory.keys, keyTexts),
    workspaces: redactRows(inventory.workspaces, ["name"]),
  };
}

/** What of a key somebody may have written a secret into. */
export const keyTexts = ["hash", "name", "label"] as const;

/** Enabled and not expired at that time (milliseconds since 1970). */
export function isActive(key: ApiKey, at: number): boolean {
  const expiry = expiryOf(key);
  return !key.disabled && !(expiry !== undefined && at >= expiry);
}

/** No key is that old: an earlier time is an empty one, such as Go's year 1, by which programs mean "never". */
const earliestExpiry = Date.UTC(2000, 0);

/** When a key expires (milliseconds since 1970). What can be no expiry must not take a key out of judgement: undefined. */
export function expiryOf({ expiresAt }: Pick<ApiKey, "expiresAt">): number | undefined {
  const expiry = expiresAt === null ? Number.NaN : Date.parse(expiresAt);
  return expiry >= earliestExpiry ? expiry : undefined;
}

/** Whether a key can be used: disabled, whatever else it is, or expired by this machine's clock. */
export type KeyUse = "active" | "disabled" | "expired";

/** @param at milliseconds since 1970 */
export function useOf(key: ApiKey, at: number): KeyUse {
  if (isActive(key, at)) return "active";
  return key.disabled ? "disabled" : "expired";
}
