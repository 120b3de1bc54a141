import * as z from "zod";
import { assigning, byKey } from "../assignments/by-key";
import { type KeyAssignmentsQuery, keyFilters, keyMatcher, refusalOf } from "../assignments/query";
import { redactRows, redactTexts } from "../redaction/sanitize";
import { clocksAgree } from "../service-clock";
import type { ServiceName } from "../settings/services";
import type { ApiKey } from "./contract";
import { keyTexts, useOf } from "./inventory";
import { type ListsReader, listOf, readWholeAccount } from "./whole-account";

/** One API key of the account, with the guardrail that is assigned to it, if any. */
export interface InventoryKey extends ApiKey {
  /** What people call the workspace. Need not be unique. */
  readonly workspaceName: string;
  /**
   * `active`, `disabled` or `expired` when it was read; a disabled key that has expired is `disabled`. Where this machine's clock
   * and the service's are more than five minutes apart, or nothing tells, no key is `expired`: it may still be used.
   */
  readonly state: "active" | "disabled" | "expired";
  /** The guardrail assigned to the key (UUID); null: it has no direct assignment. */
  readonly guardrailId: string | null;
}

/** Which keys are wanted. Without any: all of the account. */
export type KeysQuery = Pick<KeyAssignmentsQuery, "keyHashes" | "keyNames">;

export const keysQueryNames = ["keyHashes", "keyNames"] as const;

/** What of the inventory a snapshot holds: all of it, or the keys that pass all the filters named. */
export type KeysScope =
  | { readonly kind: "complete" }
  | {
      readonly kind: "filtered";
      readonly keyHashes?: readonly string[] | undefined;
      readonly keyNames?: readonly string[] | undefined;
    };

/** The API keys of one account with their guardrails, as they were read at one time from one service. */
export interface KeysSnapshot {
  /** Version of this form. */
  readonly version: 1;
  /** Of all workspaces, disabled and expired ones included. Sorted by hash; no duplicates. */
  readonly keys: readonly InventoryKey[];
  /** How many keys the account has in all, those filtered out included. */
  readonly totalCount: number;
  /** What of the inventory a snapshot holds: all of it, or the keys that pass all the filters named. */
  readonly scope: KeysScope;
  /** The service it was read from: `openrouter` or `modelgates`. */
  readonly service: ServiceName;
  /** The address it was read from. */
  readonly baseUrl: string;
  /** When the reading began (ISO 8601, UTC). What changed later may not show. */
  readonly readAt: string;
  /** How many requests the reading took, retries not counted. */
  readonly requests: number;
}

const query = z.strictObject(keyFilters);

/**
 * Checks which keys are wanted; values are never echoed.
 * @throws GuardrailsError of kind `configuration`
 */
export function parseKeysQuery(asked: KeysQuery): KeysScope {
  const parsed = query.safeParse(asked);
  if (!parsed.success) throw refusalOf(parsed.error, keysQueryNames, "getKeys");
  const filters = Object.entries(parsed.data).filter(([, filter]) => filter !== undefined);
  return filters.length === 0 ? { kind: "complete" } : { kind: "filtered", ...Object.fromEntries(filters) };
}

/**
 * All keys of an account with the guardrail of each: every key that stayed as it is while it was read, its assignment
 * included, is listed exactly once. Names are as the service writes them: what leaves this process passes `redactKeys`.
 * @throws GuardrailsError
 */
export async function readKeys(account: ListsReader, signal: AbortSignal | undefined): Promise<KeysSnapshot> {
  const whole = await readWholeAccount(account, { signal });
  const assignments = listOf(whole.assignments);
  const inventory = listOf(whole.inventory);
  const rows = byKey(assignments.assignments);
  const workspaces = new Map(inventory.workspaces.map(({ id, name }) => [id, name]));
  const { service, baseUrl } = inventory;
  // Both are written alike, so that the earlier one sorts first.
  const [readAt = inventory.readAt] = [assignments.readAt, inventory.readAt].toSorted();
  const isTimeSure = clocksAgree(inventory.clock);
  const stateOf = (key: ApiKey): InventoryKey["state"] => {
    const state = useOf(key, Date.parse(readAt));
    return state === "expired" && !isTimeSure ? "active" : state;
  };
  const keys = inventory.keys.map((key) => ({
    ...key,
    workspaceName: workspaces.get(key.workspaceId) ?? "",
    state: stateOf(key),
    guardrailId: assigning(rows.get(key.hash) ?? [])[0]?.guardrailId ?? null,
  }));
  const requests = assignments.requests + inventory.requests;
  return {
    version: 1,
    keys,
    totalCount: keys.length,
    scope: { kind: "complete" },
    service,
    baseUrl,
    readAt,
    requests,
  };
}

/** The part of a complete snapshot that passes the filters. */
export function applyKeysScope(complete: KeysSnapshot, scope: KeysScope): KeysSnapshot {
  if (scope.kind === "complete") return complete;
  const isMeant = keyMatcher(scope);
  return { ...complete, keys: complete.keys.filter(({ hash, name }) => isMeant(hash, name)), scope };
}

/** The snapshot as it may leave this process: without the raw key or credential that somebody took for a name. */
export function redactKeys(snapshot: KeysSnapshot): KeysSnapshot {
  const { keys, scope } = snapshot;
  return {
    ...snapshot,
    keys: redactRows(keys, [...keyTexts, "workspaceName"]),
    scope: redactTexts(scope),
  };
}
