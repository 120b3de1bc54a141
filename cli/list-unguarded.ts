import { Account } from "../policies/account/account";
import { noResources } from "../policies/evidence/stack-resources";
import { describeSource } from "../policies/report/describe";
import { noName } from "../policies/report/identity";
import { type KeyAssignmentsQuery, keyMatcher } from "../provider/assignments/query";
import type { KeyAssignmentsSnapshot } from "../provider/assignments/snapshot";
import { counted } from "../provider/counted";
import type { KeyInventory } from "../provider/inventory/inventory";
import { redact } from "../provider/redaction/sanitize";
import { shortId } from "../provider/short-id";
import { describeExpiryDoubts } from "./expiry-doubts";
import { describeUnmatched } from "./list-filters";
import type { Column, Listing } from "./list-formats";
import { isUnguarded } from "./suggested-keys";

/** An enabled, unexpired key that no guardrail is assigned to. */
export interface UnguardedKey {
  readonly name: string;
  readonly label: string;
  readonly hash: string;
  readonly workspace: string;
  readonly workspaceId: string;
  readonly expiresAt: string | null;
}

const fields = [
  "name",
  "label",
  "hash",
  "workspace",
  "workspaceId",
  "expiresAt",
] as const satisfies readonly (keyof UnguardedKey)[];

const columns: readonly Column<UnguardedKey>[] = [
  { head: "key", of: ({ name }) => name || noName },
  { head: "label", of: ({ label }) => label, spare: 3 },
  { head: "hash", of: ({ hash }) => shortId(hash) },
  { head: "workspace", of: ({ workspace }) => workspace, spare: 2 },
  { head: "expires", of: ({ expiresAt }) => expiresAt ?? "", spare: 1 },
];

/**
 * The keys in use without a guardrail, and what of the filters matches no key in use. Those of which nobody can tell whether
 * they have expired are among them.
 */
export function listUnguarded(
  assignments: KeyAssignmentsSnapshot,
  inventory: KeyInventory,
  query: KeyAssignmentsQuery,
  now: number,
): {
  readonly listing: Listing<UnguardedKey>;
  readonly notes: readonly string[];
  /** What could not be verified of the keys listed, as whole sentences. */
  readonly doubts: readonly string[];
} {
  const account = new Account({
    assignments: { kind: "read", value: assignments },
    inventory: { kind: "read", value: inventory },
    planned: noResources,
    now,
  });
  const inUse = account.knownKeys().filter((key) => account.isInUse(key));
  const workspaces = new Map(inventory.workspaces.map(({ id, name }) => [id, name]));
  const isWanted = keyMatcher(query);
  const unguarded = inUse.filter((key) => isUnguarded(key) && isWanted(key.identity.hash, key.identity.name));
  const rows = unguarded.flatMap(({ identity, listed }): UnguardedKey[] => {
    if (listed === undefined) return [];
    const { workspaceId, expiresAt } = listed;
    const { name, label, hash } = identity;
    return [
      {
        name: redact(name),
        label: redact(label),
        hash: redact(hash),
        workspace: redact(workspaces.get(workspaceId) ?? ""),
        workspaceId,
        expiresAt,
      },
    ];
  });
  const candidates = inUse.map(({ identity }) => identity);
  const { service, baseUrl, readAt } = inventory;
  return {
    listing: {
      whole: { version: 1, keys: rows, keysInUse: inUse.length, service, baseUrl, readAt },
      rows,
      fields,
      columns,
      summary: `${rows.length} shown, of ${counted(inUse.length, "key")} in use (${describeSource(inventory)})`,
    },
    notes: describeUnmatched(query, candidates, `${counted(inUse.length, "key")} in use`),
    doubts: describeExpiryDoubts(unguarded),
  };
}
