import { sampleWorkspace } from "../../local-service/index";
import type { AccountEvidence } from "../../policies/evidence/evidence-source";
import type { KeyAssignment } from "../../provider/assignments/contract";
import type { KeyAssignmentsSnapshot } from "../../provider/assignments/snapshot";
import type { KeyInventory } from "../../provider/inventory/inventory";
import { guardrailWith, inventoryOf, snapshotOf } from "./builders";

/** An account in memory: these assignments, and keys of these rows, of which each has spent a little. */
export function accountOf(
  assignments: readonly KeyAssignment[],
  rows: readonly KeyAssignment[],
): {
  readonly account: AccountEvidence;
  readonly snapshot: KeyAssignmentsSnapshot;
  readonly inventory: KeyInventory;
} {
  const { id: workspaceId } = sampleWorkspace(0);
  const snapshot = snapshotOf(assignments, { readAt: "2026-03-01T10:00:01.250Z" });
  const keys = rows.map(({ keyHash: hash, keyName: name, keyLabel: label }) => ({
    ...{ hash, name, label, workspaceId },
    ...{ disabled: false, expiresAt: null },
  }));
  const details = new Map(
    rows.map(({ keyHash, createdAt, assignedBy }, n) => [
      keyHash,
      {
        createdAt,
        creatorId: assignedBy ?? undefined,
        limitUsd: n % 3 === 0 ? 50 : null,
        limitReset: n % 3 === 0 ? "monthly" : undefined,
        usageMonthUsd: (n * 7) % 100,
      },
    ]),
  );
  const evidence = inventoryOf(keys, { details });
  if (evidence.kind === "none") throw new Error("an inventory in memory is read");
  return {
    snapshot,
    inventory: evidence.value,
    account: {
      assignments: async () => ({ kind: "read", value: snapshot }),
      wholeAccount: async () => ({ assignments: { kind: "read", value: snapshot }, inventory: evidence }),
      guardrails: async (ids) => ({
        kind: "read",
        value: new Map(
          ids.map((one) => [one, guardrailWith({ id: one, name: "Team default", limitUsd: 100 })]),
        ),
      }),
    },
  };
}
