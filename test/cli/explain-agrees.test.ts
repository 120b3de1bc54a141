import assert from "node:assert/strict";
import fc from "fast-check";
import { Ledger, type LocalService } from "../../local-service/index";
import { cases } from "../cases";
import { useServices } from "../http/reading-of";
import { nilGuardrail } from "../policies/builders";
import { environmentFor, ruled, useFiles } from "./run-command";
import { runHere } from "./run-here";

/** A key as the service has it. */
interface RandomKey {
  readonly name: string;
  readonly state: "enabled" | "disabled" | "expired" | "deleted";
  readonly assigned: "guardrail" | "nil" | "nothing";
}

const randomKey: fc.Arbitrary<RandomKey> = fc.record({
  name: fc.constantFrom("prod-a", "prod-b", "stage-a"),
  state: fc.constantFrom("enabled", "enabled", "disabled", "expired", "deleted"),
  assigned: fc.constantFrom("guardrail", "guardrail", "nil", "nothing"),
});
const account = fc.record({
  keys: fc.array(randomKey, { minLength: 1, maxLength: 5 }),
  inventory: fc.boolean(),
});

function ledgerOf(keys: readonly RandomKey[]): {
  readonly ledger: Ledger;
  readonly hashes: readonly string[];
} {
  const ledger = new Ledger();
  const hashes = keys.map(({ name, state, assigned }) => {
    const { keyHash } =
      assigned === "guardrail" ? ledger.assign({ keyName: name }) : ledger.addKey({ keyName: name });
    if (assigned === "nil") ledger.assign({ keyHash, guardrailId: nilGuardrail });
    if (state === "disabled") ledger.changeKey(keyHash, { disabled: true });
    if (state === "expired") ledger.changeKey(keyHash, { expiresAt: "2026-01-01T00:00:00Z" });
    if (state === "deleted") ledger.deleteKey(keyHash);
    return keyHash;
  });
  return { ledger, hashes };
}

/** The lines of every command that assigns a guardrail. */
function commandsIn(out: string): readonly string[] {
  const commands = out.matchAll(/^ *GUARDRAIL=[\s\S]*?\}'$/gmu);
  return [...commands].flatMap(([command]) => command.split("\n").map((line) => line.trim()));
}

describe("pulumi-guardrails explain and check", () => {
  const running = useServices();
  const write = useFiles();

  async function both(service: LocalService, wanted: string, requirement: object) {
    const config = write(ruled({ requiredKeys: [requirement] }));
    const environment = environmentFor(service);
    const [alone, ruledBy, check] = await Promise.all([
      runHere(["explain", wanted], environment),
      runHere(["explain", wanted, "--config", config], environment),
      runHere(["check", "--config", config], environment),
    ]);
    return { alone, ruledBy, check };
  }

  it("say the same of every key, by its name and by its hash, whatever the account is like", async () => {
    const seen = new Set<number | null>();
    let fixed = 0;
    await fc.assert(
      fc.asyncProperty(account, async ({ keys, inventory }) => {
        const { ledger, hashes } = ledgerOf(keys);
        const service = await running({ ledger, management: inventory });
        const names = [...new Set(keys.map(({ name }) => name)), "prod-nobody"];
        for (const [wanted, requirement] of [
          ...names.map((name) => [name, { name }] as const),
          ...hashes.map((hash) => [hash, { hash }] as const),
        ]) {
          const { alone, ruledBy, check } = await both(service, wanted, requirement);
          seen.add(check.status);
          assert.deepEqual([alone.status, ruledBy.status], [check.status, check.status], wanted);
          // That a key required by its hash is gone only the inventory tells, which check does not read for it.
          if (keys.some(({ state }, n) => state === "deleted" && wanted === hashes[n])) continue;
          const fix = commandsIn(check.out);
          assert.deepEqual([commandsIn(alone.out), commandsIn(ruledBy.out)], [fix, fix], wanted);
          if (fix.length > 0) fixed += 1;
        }
      }),
      { numRuns: cases(25) },
    );
    assert.deepEqual([...seen].toSorted(), [0, 1, 3]);
    assert(fixed > 0);
  });
});
