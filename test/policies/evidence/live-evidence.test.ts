import assert from "node:assert/strict";
import type { Fault, LocalService, RequestRecord } from "../../../local-service/index";
import { LiveAccounts, LiveEvidence } from "../../../policies/evidence/live-evidence";
import { Accounts } from "../../../provider/account";
import { systemClock } from "../../../provider/clock";
import { GuardrailsError } from "../../../provider/errors";
import { readKeys } from "../../../provider/inventory/keys";
import { argumentSource, resolveSettings, type Settings } from "../../../provider/settings/settings";
import { readingOf, useServices } from "../../http/reading-of";
import { ledgerOf, withoutKeys } from "../../inventory/inventory-of";
import { absentGuardrail, row } from "../builders";
import { environmentOf, violationsOf } from "../policy-run";

function liveOf({ baseUrl }: LocalService): LiveEvidence {
  return new LiveEvidence(readingOf(baseUrl));
}

function settingsOf(service: LocalService, stated: Readonly<Record<string, unknown>> = {}): Settings {
  return resolveSettings({ args: argumentSource(stated), environment: environmentOf(service) });
}

function pathsOf({ requests }: LocalService): string[] {
  return requests.map(({ path }) => path.replace("/api/v1", ""));
}

describe("live evidence", () => {
  const running = useServices();

  it("is the list as it is now", async () => {
    const evidence = await liveOf(await running()).assignments();
    assert(evidence.kind === "read");
    assert.equal(evidence.value.assignments.length, 3);
  });

  it("is none, and nothing is thrown, when the lists cannot be read", async () => {
    const live = liveOf(await running({ faults: () => ({ kind: "status", status: 401 }) }));
    const { inventory } = await live.wholeAccount();
    for (const evidence of [await live.assignments(), inventory, await live.guardrails([absentGuardrail])]) {
      assert(evidence.kind === "none");
      assert.match(evidence.why, /^could not verify: (?!could not verify)/u);
    }
  });

  it("says that the list of keys ends at an offset, and not that the service has none", async () => {
    const service = await running({ ledger: ledgerOf(350) });
    service.faults = ({ path, offset = 0 }) =>
      path.endsWith("/v1/keys") && offset >= 150 ? { kind: "status", status: 404 } : undefined;
    const { inventory } = await liveOf(service).wholeAccount();
    assert(inventory.kind === "none");
    assert.match(inventory.why, /offset 198 is answered 404 although the list went on there/u);
  });

  it("is none where the settings cannot work, and says could not verify whatever the error says", async () => {
    const configuration = { requiredKeys: [{ hash: row(1).keyHash }], service: "none" };
    const [violation, ...others] = await violationsOf({ environment: {}, configuration });
    assert.deepEqual(others, []);
    assert.match(violation ?? "", /could not verify: required-keys-guarded\.service is not a known service/u);
  });

  it("throws when its caller aborts: that is the caller's doing, not a doubt", async () => {
    const { baseUrl } = await running();
    const live = () => new LiveEvidence(readingOf(baseUrl), { signal: AbortSignal.abort() });
    for (const aborted of [
      live().assignments(),
      live().wholeAccount(),
      live().guardrails([absentGuardrail]),
    ]) {
      await assert.rejects(aborted, (error) => error instanceof GuardrailsError && error.kind === "aborted");
    }
  });

  it("is read when it is first asked for, and once", async () => {
    const service = await running();
    const live = liveOf(service);
    assert.deepEqual(service.requests, []);
    await Promise.all([live.assignments(), live.assignments()]);
    assert.deepEqual(
      service.requests.map(({ query }) => query),
      ["offset=0&limit=100", "offset=3&limit=100"],
    );
    const [one, other] = await Promise.all([live.wholeAccount(), live.wholeAccount()]);
    assert.equal(other.inventory, one.inventory);
    assert.equal(pathsOf(service).filter((path) => path === "/workspaces").length, 1);
  });

  it("holds what guardrails enforce, and which of them the service does not know", async () => {
    const service = await running();
    const { id } = service.ledger.guardrails.add({ limit_usd: 5 });
    const evidence = await liveOf(service).guardrails([id, absentGuardrail]);
    assert(evidence.kind === "read");
    const found = evidence.value.get(id);
    assert(found !== undefined && found !== "absent");
    assert.equal(found.limitUsd, 5);
    assert.equal(evidence.value.get(absentGuardrail), "absent");
  });
});

describe("the inventory as live evidence", () => {
  const running = useServices();

  it("holds the keys without an assignment too, disabled ones included", async () => {
    const service = await running();
    service.ledger.addKey({ disabled: true });
    const { inventory: evidence } = await liveOf(service).wholeAccount();
    assert(evidence.kind === "read");
    assert.deepEqual(
      evidence.value.keys.map(({ hash }) => hash),
      service.ledger
        .keys()
        .map(({ keyHash }) => keyHash)
        .toSorted(),
    );
  });

  it("is none where it leaves out a key that has an assignment, also when it is read again", async () => {
    const service = await running({ faults: withoutKeys(row(1)) });
    const { inventory: evidence } = await liveOf(service).wholeAccount();
    assert(evidence.kind === "none");
    assert.match(
      evidence.why,
      /^could not verify: the inventory of all keys is not whole: 1 key has an assignment and is not in it \(GET http\S+\/keys\)\. Check that the management key sees every workspace/u,
    );
    assert.equal(pathsOf(service).filter((path) => path === "/workspaces").length, 2);
  });

  it("is read a second time where a key was made while both lists were read", async () => {
    const service = await running();
    const leaveOut = withoutKeys(row(1));
    service.faults = (request) => {
      const readings = pathsOf(service).filter((path) => path === "/workspaces").length;
      return readings < 2 ? leaveOut(request) : undefined;
    };
    const { inventory: evidence } = await liveOf(service).wholeAccount();
    assert(evidence.kind === "read");
    assert.equal(evidence.value.keys.length, 3);
  });

  describe("is read together with the list of assignments again, which counts from then on,", () => {
    for (const [when, isAsked] of [
      ["where a key was deleted between them", false],
      ["also where that list was given out before", true],
    ] as const) {
      it(when, async () => {
        const service = await running();
        const live = liveOf(service);
        const deleted = row(1).keyHash;
        const held = new Promise<void>((resolve) => {
          service.afterPage = ({ list }) => {
            if (list === "assignments") resolve();
          };
        });
        service.beforePage = ({ list }) => {
          if (list === "keys" && service.ledger.hasKey(deleted)) service.ledger.deleteKey(deleted);
        };
        // No key is listed before the assignments were cut.
        service.latency = ({ path }) => (path.endsWith("/workspaces") ? held : 0);
        if (isAsked) await live.assignments();
        const { assignments, inventory } = await live.wholeAccount();
        assert(assignments.kind === "read" && inventory.kind === "read");
        assert.deepEqual([assignments.value.assignments.length, inventory.value.keys.length], [2, 2]);
        const later = await live.assignments();
        assert(later.kind === "read");
        assert.equal(later.value, assignments.value);
        assert.equal(pathsOf(service).filter((path) => path === "/workspaces").length, 2);
      });
    }
  });

  it("is none where the second reading fails", async () => {
    const service = await running();
    const leaveOut = withoutKeys(row(1));
    service.faults = (request) => {
      const readings = pathsOf(service).filter((path) => path === "/workspaces").length;
      return readings < 2 ? leaveOut(request) : { kind: "status", status: 401 };
    };
    const { inventory: evidence } = await liveOf(service).wholeAccount();
    assert(evidence.kind === "none");
    assert.match(evidence.why, /^could not verify: .*401/u);
  });

  it("is none where both readings take longer than one may, as the keys of an account are", async () => {
    const service = await running();
    const leaveOut = withoutKeys(row(1));
    let late = 0;
    const clock = { ...systemClock, now: () => Date.now() + late };
    service.faults = (request) => {
      if (request.path.endsWith("/workspaces")) late += 200_000;
      return leaveOut(request);
    };
    const account = readingOf(service.baseUrl, { readTimeout: 300 }, clock);
    const { inventory: evidence } = await new LiveEvidence(account).wholeAccount();
    assert(evidence.kind === "none");
    const tooLate = /^could not verify: the list was not read within the readTimeout of 300 s/u;
    assert.match(evidence.why, tooLate);
    await assert.rejects(readKeys(account, undefined), { message: tooLate });
  });

  it("compares hashes whatever their case", async () => {
    const service = await running();
    service.faults = ({ path }) =>
      path.endsWith("/assignments/keys")
        ? {
            kind: "edited-page",
            edit: ({ data, total_count }) => ({
              data: data.map((one) => ({ ...one, key_hash: one.key_hash.toUpperCase() })),
              total_count,
            }),
          }
        : undefined;
    assert.equal((await liveOf(service).wholeAccount()).inventory.kind, "read");
    assert.equal(pathsOf(service).filter((path) => path === "/workspaces").length, 1);
  });

  it("does not need the list of assignments to be readable", async () => {
    const faults = ({ path }: RequestRecord): Fault | undefined =>
      path.endsWith("/assignments/keys") ? { kind: "status", status: 401 } : undefined;
    const live = liveOf(await running({ faults }));
    assert.equal((await live.wholeAccount()).inventory.kind, "read");
    assert.equal((await live.assignments()).kind, "none");
  });

  it("is none where the service offers none", async () => {
    const live = liveOf(await running({ management: false }));
    const { inventory: evidence } = await live.wholeAccount();
    assert(evidence.kind === "none");
    assert.match(evidence.why, /^could not verify: the service offers no .*inventory.* \(404\)/u);
    assert.equal((await live.assignments()).kind, "read");
  });
});

describe("the accounts of one run", () => {
  const running = useServices();

  it("are one where service, address and limits are the same, however stated, and read once for all", async () => {
    const service = await running();
    const live = new LiveAccounts(new Accounts());
    await live.for(settingsOf(service)).assignments();
    await live.for(settingsOf(service, { readTimeout: 30 })).assignments();
    assert.equal(service.requests.length, 2);
    await live.for(settingsOf(service, { readTimeout: 3 })).assignments();
    assert.equal(service.requests.length, 2 * 2);
  });

  it("are different ones where the address differs", async () => {
    const live = new LiveAccounts(new Accounts());
    for (const service of [await running(), await running()]) {
      assert.equal((await live.for(settingsOf(service)).assignments()).kind, "read");
      assert.equal(service.requests.length, 2);
    }
  });
});
