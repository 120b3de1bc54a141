import { Ledger } from "./ledger";
import { keyOf, type LedgerKey, ordinaryKey } from "./ledger-key";
import { sampleAssignment, sampleGuardrailId } from "./samples";

/** Keys of the demo's account: the gateway's is guarded, the one it was rotated to is not. */
export const demoKeys: { readonly guarded: LedgerKey; readonly unguarded: LedgerKey } = {
  guarded: keyNamed("prod-gateway", 0),
  unguarded: keyNamed("prod-gateway-rotated", 1),
};

/**
 * A small account as people have it: a few guarded keys, one that was deleted since and still counts, and one that was
 * made by a rotation and has no guardrail yet.
 */
export function demoLedger(): Ledger {
  const ledger = new Ledger();
  ledger.guardrails.add({ id: sampleGuardrailId(0), name: "Team default" });
  ledger.guardrails.add({ id: sampleGuardrailId(2), name: "Search" });
  ledger.addKey(demoKeys.unguarded);
  ledger.assign({ ...sampleAssignment(0, "demo"), ...demoKeys.guarded });
  for (const n of [2, 3, 4]) ledger.assign(sampleAssignment(n));
  ledger.deleteKey(sampleAssignment(3).keyHash);
  return ledger;
}

function keyNamed(keyName: string, n: number): LedgerKey {
  return keyOf({ ...ordinaryKey, ...sampleAssignment(n, "demo"), keyName });
}
