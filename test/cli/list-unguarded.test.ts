import assert from "node:assert/strict";
import { Ledger, type LocalServiceOptions } from "../../local-service/index";
import { useServices } from "../http/reading-of";
import { environmentFor, useFiles } from "./run-command";
import { runHere } from "./run-here";

describe("pulumi-guardrails list --unguarded", () => {
  const running = useServices();
  const write = useFiles();

  async function account(options: LocalServiceOptions = {}) {
    const ledger = new Ledger();
    ledger.assign({ keyName: "prod-gateway" });
    const { keyHash: rotated } = ledger.addKey({ keyName: "prod-gateway" });
    const { keyHash: batch } = ledger.addKey({ keyName: "prod-batch" });
    ledger.addKey({ keyName: "off", disabled: true });
    ledger.addKey({ keyName: "over", expiresAt: new Date(Date.now() - 86_400_000).toISOString() });
    return { service: await running({ ledger, ...options }), rotated, batch };
  }

  it("lists the enabled, unexpired keys without a guardrail, and no other", async () => {
    const { service, rotated, batch } = await account();
    const { status, out, err } = await runHere(["list", "--unguarded"], environmentFor(service));
    assert.equal(status, 0);
    const shown = out
      .trimEnd()
      .split("\n")
      .map((line) => line.split("\t"));
    assert.deepEqual(
      shown.map(([name, , hash]) => [name, hash]),
      [
        ["prod-batch", batch.slice(0, 8)],
        ["prod-gateway", rotated.slice(0, 8)],
      ],
    );
    assert.match(err, /^2 shown, of 3 keys in use \(list of OpenRouter at .*\)\n$/u);
  });

  it("gives programs the hash, the workspace and the end of each", async () => {
    const { service, batch } = await account();
    const argv = ["list", "--unguarded", "--format", "json", "--key-name", "prod-batch"];
    const { out, err } = await runHere(argv, environmentFor(service));
    const { keys, keysInUse, baseUrl } = JSON.parse(out);
    assert.deepEqual([keys.length, keysInUse, baseUrl, err], [1, 3, service.baseUrl, ""]);
    assert.equal(keys[0].hash, batch);
    assert.equal(keys[0].expiresAt, null);
    assert.match(keys[0].workspaceId, /^[0-9a-f-]{36}$/u);
    assert.equal(typeof keys[0].workspace, "string");
  });

  it("says that a name is of no key in use, so that no output is not taken for no unguarded key", async () => {
    const { service } = await account();
    const { status, out, err } = await runHere(
      ["list", "--unguarded", "--key-name", "prod_batch"],
      environmentFor(service),
    );
    assert.deepEqual([status, out], [0, ""]);
    assert.match(
      err,
      /^of 3 keys in use, none has the key name "prod_batch"\. Did you mean "prod-batch"\?$/mu,
    );
  });

  describe("where this machine's clock is not the service's", () => {
    /** Six hours ahead of the service: by it, keys have expired since. */
    async function ahead() {
      const ledger = new Ledger();
      const expiresAt = new Date(Date.now() - 3_600_000).toISOString();
      ledger.addKey({ keyName: "late", expiresAt });
      ledger.assign({ keyName: "late-guarded", expiresAt });
      ledger.addKey({ keyName: "off", disabled: true, expiresAt });
      ledger.addKey({ keyName: "open" });
      return running({ ledger, date: () => new Date(Date.now() - 6 * 3_600_000) });
    }

    it("lists a key that may have expired, and ends with 3 as check does", async () => {
      const service = await ahead();
      const { status, out, err } = await runHere(["list", "--unguarded"], environmentFor(service));
      assert.equal(status, 3);
      assert.deepEqual(out.match(/^[^\t]+/gmu), ["late", "open"]);
      assert.match(err, /^2 shown, of 3 keys in use/mu);
      assert.match(
        err,
        /^pulumi-guardrails: could not verify: nobody can tell whether "late" [0-9a-f]{8} has expired, because this machine's clock said /mu,
      );
      const config = write({
        "required-keys-guarded": "disabled",
        "no-unguarded-keys": { exempt: [{ name: "open" }] },
      });
      assert.equal((await runHere(["check", "--config", config], environmentFor(service))).status, 3);
    });

    it("ends with 0 where only keys are listed that have not expired by any clock", async () => {
      const argv = ["list", "--unguarded", "--key-name", "open", "--key-name", "late-guarded"];
      const { status, out, err } = await runHere(argv, environmentFor(await ahead()));
      assert.deepEqual([status, out.match(/^[^\t]+/gmu)], [0, ["open"]]);
      assert.doesNotMatch(err, /could not verify/u);
    });
  });

  it("could not verify where the service has no inventory", async () => {
    const { service } = await account({ flavour: "modelgates" });
    const { status, out, err } = await runHere(["list", "--unguarded"], environmentFor(service));
    assert.deepEqual([status, out], [3, ""]);
    assert.match(err, /^pulumi-guardrails: could not verify: the service offers no key inventory \(404\)/u);
    assert.match(err, /ModelGates has none.* Elsewhere check service and baseUrl/u);
  });

  it("does not doubt the address where the service is known to have none", async () => {
    const { service } = await account({ flavour: "modelgates" });
    const environment = { ...environmentFor(service), GUARDRAILS_SERVICE: "modelgates" };
    const { status, err } = await runHere(["list", "--unguarded"], environment);
    assert.equal(status, 3);
    assert.match(err, /ModelGates has none/u);
    assert.doesNotMatch(err, /Elsewhere/u);
  });
});
