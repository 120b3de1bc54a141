import assert from "node:assert/strict";
import type { LocalService } from "../../local-service/index";
import { settingsName } from "../../policies/configuration/shared-settings";
import { useServices } from "../http/reading-of";
import { row, snapshotOf } from "./builders";
import { endpointOf } from "./fail-open-run";
import { environmentOf, type PolicyRun, runPolicies } from "./policy-run";
import { keyAssignmentsResource, readBy, readerEnvironment, type StackResource } from "./stack-resource";

/*
 * A waiver and an expiry let a key pass by what day it is. Where this machine's clock does not agree with the service's,
 * exactly those keys could not be verified, and every other is judged as ever.
 */

const minutes = 60_000;
const apart = (by: number) => () => new Date(Date.now() + by * minutes);
const waived = { hash: row(77).keyHash };
const guarded = { hash: row(1).keyHash };

const doubts: Readonly<Record<string, readonly [(service: LocalService) => void, RegExp]>> = {
  "is ten minutes ahead of the service's": [
    (service) => Object.assign(service, { date: apart(-10) }),
    /because this machine's clock said \d{4}-\S+Z when the service's said \d{4}-\S+Z$/mu,
  ],
  "is ten minutes behind the service's": [
    (service) => Object.assign(service, { date: apart(10) }),
    /because this machine's clock said \d{4}-\S+Z when the service's said \d{4}-\S+Z$/mu,
  ],
  "cannot be compared, because answers have no Date": [
    (service) => Object.assign(service, { date: () => undefined }),
    /because an answer of the service has no Date/u,
  ],
  "cannot be compared, because the Date is none": [
    (service) => Object.assign(service, { date: () => new Date().toISOString() }),
    /because an answer of the service has no Date/u,
  ],
  "cannot be compared, because answers were kept by a cache": [
    (service) => Object.assign(service, { age: 0 }),
    /because an answer came out of a cache/u,
  ],
  "disagrees with the answers about keys alone": [
    (service) => {
      service.date = (request) => new Date(Date.now() - (endpointOf(request) === "keys" ? 10 : 0) * minutes);
    },
    /because this machine's clock said/u,
  ],
};

const agreements: Readonly<Record<string, (service: LocalService) => void>> = {
  "is the service's": () => undefined,
  "is four minutes ahead": (service) => Object.assign(service, { date: apart(-4) }),
  "is four minutes behind": (service) => Object.assign(service, { date: apart(4) }),
};

const day = 24 * 60 * minutes;
const inDays = (days: number): string => new Date(Date.now() + days * day).toISOString();

/** One key of every kind that time may decide about, or not. */
function account(service: LocalService): void {
  service.ledger.addKey({ ...row(77), keyName: "waived" });
  service.ledger.addKey({ keyName: "prod-expired", expiresAt: inDays(-1) });
  service.ledger.addKey({ keyName: "prod-disabled", disabled: true });
  service.ledger.addKey({ keyName: "prod-disabled-and-expired", disabled: true, expiresAt: inDays(-1) });
  const assigned = service.ledger.addKey({ keyName: "prod-expired-guarded", expiresAt: inDays(-1) });
  service.ledger.assign({ keyHash: assigned.keyHash, keyName: assigned.keyName });
}

const waivers = [
  {
    hash: waived.hash,
    rule: "required-keys-guarded",
    reason: "rotation",
    owner: "platform",
    expires: inDays(7).slice(0, 10),
  },
];

function runBy(service: LocalService): PolicyRun {
  return {
    environment: environmentOf(service),
    configuration: {
      [settingsName]: { waivers },
      "required-keys-guarded": { requiredKeys: [guarded, waived] },
      "no-unguarded-keys": { exempt: [waived] },
    },
  };
}

describe("the pack fails closed when this machine's clock", () => {
  const running = useServices();

  for (const [title, [spoil, why]] of Object.entries(doubts)) {
    it(`${title}, for what a waiver or an expiry lets pass, and for nothing else`, async () => {
      const service = await running();
      account(service);
      spoil(service);
      const { violations, notices } = await runPolicies(runBy(service));
      const textOf = (policy: string) => violations.find((one) => one.policy === policy)?.text ?? "";
      const byRule = violations.map(({ policy }) => policy).toSorted();
      assert.deepEqual(byRule, ["no-unguarded-keys", "required-keys-guarded"]);
      const expiry = textOf("no-unguarded-keys");
      assert.match(expiry, /^2 of 6 keys in use could not be verified \(/u);
      assert.match(
        expiry,
        /each could not be verified: nobody can tell whether it has expired, .*\n {2}prod-expired {2}/u,
      );
      // Also one that has its guardrail: where it has expired, it is no key that a requirement can mean.
      assert.match(expiry, /\n {2}prod-expired-guarded {2}/u);
      assert.match(expiry, why);
      assert.match(notices.join("\n"), /no-unguarded-keys: Not judged: 2 disabled keys\./u);
      const waiver = textOf("required-keys-guarded");
      assert.match(waiver, /^1 of 2 required keys could not be verified \(/u);
      assert.match(
        waiver,
        /could not be verified: nobody can tell whether its waiver until \d{4}-\d\d-\d\d holds/u,
      );
      assert.match(waiver, why);
      for (const { text } of violations) assert.doesNotMatch(text, /no direct assignment/u);
    });
  }

  for (const [title, agree] of Object.entries(agreements)) {
    it(`does not disagree: it ${title}, and what is left out is counted`, async () => {
      const service = await running();
      account(service);
      agree(service);
      const { violations, notices } = await runPolicies(runBy(service));
      assert.deepEqual(violations, []);
      assert.match(
        notices.join("\n"),
        /no-unguarded-keys: Not judged: 2 disabled keys and 2 expired keys\.\n/u,
      );
      assert.match(notices.join("\n"), /guardrails: all 4 keys in use pass, 1 waived/u);
    });
  }

  it("cannot be compared, for a key that a pattern or a name requires and that has expired", async () => {
    for (const requirement of [{ pattern: "prod-exp*" }, { name: "prod-expired" }]) {
      const service = await running({ date: () => undefined });
      account(service);
      const { violations } = await runPolicies({
        environment: environmentOf(service),
        configuration: { "required-keys-guarded": { requiredKeys: [requirement] } },
      });
      assert.equal(violations.length, 1);
      assert.match(
        violations[0]?.text ?? "",
        /nobody can tell whether it has expired.*\n {2}prod-expired {2}/u,
      );
    }
  });

  it("disagrees, and a key that fails whatever day it is stays what it is", async () => {
    const service = await running({ date: apart(-10) });
    service.ledger.addKey({ keyName: "prod-open" });
    const { violations } = await runPolicies(runBy(service));
    const text = violations.find(({ policy }) => policy === "no-unguarded-keys")?.text ?? "";
    assert.match(text, /no direct assignment of a guardrail\n {2}prod-open {2}/u);
    assert.doesNotMatch(text, /unverified/iu);
  });

  describe("was compared by the program, whose evidence", () => {
    const evidence = (clock: object): StackResource =>
      keyAssignmentsResource({
        snapshot: readBy(snapshotOf([row(1)], { readAt: new Date().toISOString(), ...clock })),
      });
    const judged = (clock: object, requiredKeys: readonly object[]) =>
      runPolicies({
        environment: readerEnvironment,
        configuration: { [settingsName]: { evidence: "stack", requiredKeys, waivers } },
        resources: () => [evidence(clock)],
      });
    const wrong = { kind: "compared", own: "2026-01-01T10:00:00.000Z", service: "2026-01-01T10:06:00.000Z" };

    for (const [title, clock, why] of [
      ["says that it was wrong", { clock: wrong }, /clock said 2026-01-01T10:00.* said 2026-01-01T10:06/u],
      ["says that answers had no Date", { clock: { kind: "no-date" } }, /has no Date/u],
      ["was stored before clocks were compared", { clock: undefined }, /the evidence does not say/u],
    ] as const) {
      it(`${title}, for what a waiver lets pass`, async () => {
        const { violations } = await judged(clock, [guarded, waived]);
        assert.equal(violations.length, 1);
        assert.match(violations[0]?.text ?? "", /^1 of 2 required keys could not be verified \(/u);
        assert.match(violations[0]?.text ?? "", why);
        assert.deepEqual((await judged(clock, [guarded])).violations, []);
      });
    }

    it("says that it was right: then the waiver holds", async () => {
      assert.deepEqual((await judged({}, [guarded, waived])).violations, []);
    });
  });
});
