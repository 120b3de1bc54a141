import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Ledger, type LocalService, sampleAssignment, samplePositions } from "../../local-service/index";
import { useServices } from "../http/reading-of";
import { absentGuardrail } from "../policies/builders";
import { environmentFor, useFiles } from "./run-command";
import { runHere } from "./run-here";

const run = promisify(execFile);

describe("the fix that pulumi-guardrails check prints", () => {
  const running = useServices();
  const write = useFiles();

  async function account(): Promise<LocalService> {
    const ledger = new Ledger({ positions: samplePositions(3) });
    for (const keyName of ["new-a", "new-b", `$(touch pwned) "'; rm -rf`]) ledger.addKey({ keyName });
    ledger.guardrails.add({ id: absentGuardrail });
    return running({ ledger });
  }

  /** The lines of the fix, as a person copies them. */
  function fixIn(out: string): string {
    const lines = out.split("\n");
    const first = lines.findIndex((line) => line.startsWith("GUARDRAIL="));
    const last = lines.findIndex((line, index) => index > first && line.endsWith("}'"));
    assert(first >= 0 && last > first, out);
    return lines.slice(first, last + 1).join("\n");
  }

  const cases = {
    "with a guardrail that passes every rule": {
      "guardrails-settings": { requiredKeys: [{ pattern: "*" }] },
      "no-unguarded-keys": { exempt: [] },
      "guardrails-enforce-something": { require: [] },
    },
    "with the guardrail that is required": {
      "guardrails-settings": { requiredKeys: [{ pattern: "new-*", guardrail: absentGuardrail }] },
    },
  };
  for (const [title, configuration] of Object.entries(cases)) {
    it(`makes the next check pass, run as printed: ${title}`, async () => {
      const service = await account();
      const environment = environmentFor(service);
      const check = () => runHere(["check", "--config", write(configuration)], environment);
      const before = await check();
      assert.equal(before.status, 1, before.out);
      const command = fixIn(before.out);
      assert(!command.includes("new-") && !command.includes(service.managementKey));
      await run("bash", ["-c", command], { env: { PATH: process.env["PATH"], ...environment } });
      const after = await check();
      assert.deepEqual([after.status, after.out.split("\n")[0]?.slice(0, 8)], [0, "guarded:"], after.out);
    });
  }

  describe("where a guardrail is too weak", () => {
    const narrow = { require: ["limitUsd", { limitUsd: { max: 50 } }] };

    async function weakAccount(): Promise<LocalService> {
      const ledger = new Ledger();
      ledger.guardrails.add({ id: absentGuardrail, name: "Team default", limit_usd: 100 });
      for (const n of [1, 2, 3]) ledger.assign({ ...sampleAssignment(n), guardrailId: absentGuardrail });
      ledger.addKey({ keyName: "new-a" });
      return running({ ledger });
    }

    /** The hashes of every command that is printed. */
    const assigned = (out: string): number => out.match(/\b[0-9a-f]{64}\b/gu)?.length ?? 0;

    it("assigns it to no key that has it, and says that it has to be changed", async () => {
      const service = await weakAccount();
      const config = write({
        "guardrails-settings": { requiredKeys: [{ pattern: "*" }] },
        "approved-guardrails-only": { approved: [absentGuardrail] },
        "guardrails-enforce-something": narrow,
      });
      const { status, out } = await runHere(["check", "--config", config], environmentFor(service));
      assert.equal(status, 1);
      assert.match(
        out,
        /^Change guardrail "Team default" [0-9a-f]{8}…, which is approved and has no limit of at most 50 USD: assigning it again does not help\.$/mu,
      );
      assert.match(
        out,
        /^Assign guardrail "Team default" [0-9a-f]{8}…, which is approved, to key "new-a" [0-9a-f]{8}:$/mu,
      );
      assert.equal(assigned(out), 1);
    });

    it("assigns the required one to the key without it, although it has to be changed too", async () => {
      const service = await weakAccount();
      const config = write({
        "guardrails-settings": { requiredKeys: [{ pattern: "*", guardrail: absentGuardrail }] },
        "guardrails-enforce-something": narrow,
      });
      const { out } = await runHere(["check", "--config", config], environmentFor(service));
      assert.match(
        out,
        /^Assign guardrail "Team default" [0-9a-f]{8}…, which is required, to key "new-a" [0-9a-f]{8}:$/mu,
      );
      assert.match(out, /^Change guardrail "Team default" .* does not help\.$/mu);
      assert.equal(assigned(out), 1);
    });

    it("asks for no guardrail to be put in for keys that have one: that one can be changed", async () => {
      const service = await weakAccount();
      const config = write({
        "guardrails-settings": { requiredKeys: [{ pattern: "*" }] },
        "guardrails-enforce-something": { require: ["zeroDataRetention"] },
      });
      const { out } = await runHere(["check", "--config", config], environmentFor(service));
      assert.match(
        out,
        /^Change guardrail "Team default" [0-9a-f]{8}…, which has no zero data retention for every vendor's models, or assign another one to the 3 keys that have it\.$/mu,
      );
      assert.match(
        out,
        /^Assign a guardrail to key "new-a" [0-9a-f]{8} \(none that the account shows is known to pass every rule in force; put the id of the one you choose in the first line\):$/mu,
      );
      assert.equal(assigned(out), 1);
    });

    it("assigns another one that is known to pass every rule", async () => {
      const service = await weakAccount();
      const strong = service.ledger.guardrails.add({ name: "Narrow", limit_usd: 5 });
      service.ledger.assign({ ...sampleAssignment(9), guardrailId: strong.id });
      const config = write({
        "guardrails-settings": { requiredKeys: [{ pattern: "*" }] },
        "guardrails-enforce-something": narrow,
      });
      const environment = environmentFor(service);
      const { out } = await runHere(["check", "--config", config], environment);
      assert.match(out, /^Assign a guardrail to these 4 keys \("Narrow" [0-9a-f]{8}… passes every rule/mu);
      assert.doesNotMatch(out, /^Change guardrail/mu);
      await run("bash", ["-c", fixIn(out)], { env: { PATH: process.env["PATH"], ...environment } });
      assert.equal((await runHere(["check", "--config", config], environment)).status, 0);
    });
  });

  describe("where no rule looks at what guardrails enforce", () => {
    const anyGuardrail = { "no-unguarded-keys": { exempt: [] }, "required-keys-guarded": "disabled" };

    async function outFor(ledger: Ledger, configuration: object = anyGuardrail): Promise<string> {
      const service = await running({ ledger });
      const { out } = await runHere(["check", "--config", write(configuration)], environmentFor(service));
      return out;
    }

    function accountWith(
      ...guardrails: readonly { readonly name: string; readonly limit_usd: number | null }[]
    ) {
      const ledger = new Ledger();
      const ids = guardrails.map((one) => ledger.guardrails.add(one).id);
      ledger.addKey({ keyName: "prod-gateway" });
      return { ledger, ids };
    }

    it("assigns one that is known to enforce something, not the one that most keys have", async () => {
      const { ledger, ids } = accountWith(
        { name: "Empty one", limit_usd: null },
        { name: "Team default", limit_usd: 100 },
      );
      const [empty = "", team = ""] = ids;
      for (const n of [1, 2]) ledger.assign({ ...sampleAssignment(n), guardrailId: empty });
      ledger.assign({ ...sampleAssignment(3), guardrailId: team });
      const out = await outFor(ledger);
      assert.match(
        out,
        /^Assign a guardrail to this key \("Team default" [0-9a-f]{8}… passes every rule in force\):$/mu,
      );
      assert(out.includes(`\nGUARDRAIL=${team}\n`), out);
    });

    it("assigns none where none is known to, and says so", async () => {
      const { ledger, ids } = accountWith({ name: "Empty one", limit_usd: null });
      ledger.assign({ ...sampleAssignment(1), guardrailId: ids[0] ?? "" });
      const out = await outFor(ledger);
      assert.match(
        out,
        /^Assign a guardrail to this key \("Empty one" [0-9a-f]{8}… is not known to enforce anything; put the id of the one you choose in the first line\):$/mu,
      );
      assert.match(out, /^GUARDRAIL=$/mu);
    });

    it("assigns the account's guardrail on the first day, when no key has it", async () => {
      const { ledger, ids } = accountWith({ name: "Team default", limit_usd: 100 });
      const out = await outFor(ledger);
      assert(out.includes(`\nGUARDRAIL=${ids[0]}\n`), out);
      assert.match(out, /"Team default"/u);
    });

    it("assigns one that only keys have which are not judged", async () => {
      const { ledger, ids } = accountWith({ name: "Team default", limit_usd: 100 });
      ledger.assign({ ...sampleAssignment(1), guardrailId: ids[0] ?? "" });
      const out = await outFor(ledger, {
        "guardrails-settings": { requiredKeys: [{ name: "prod-gateway" }] },
      });
      assert(out.includes(`\nGUARDRAIL=${ids[0]}\n`), out);
    });
  });

  it("has no command for a hash that is not in the account, which the service would answer with 404", async () => {
    const service = await account();
    const gone = "b7d2c4e8915f60a34c1e9f7a6b2d8053e6a1f4c9d37b20589e0c6d1b4f8a7325";
    for (const configuration of [
      { "guardrails-settings": { requiredKeys: [{ pattern: "prod-*" }, { hash: gone }] } },
      // The rule that requires the hash reads no inventory, another one does.
      {
        "required-keys-guarded": { requiredKeys: [{ hash: gone }] },
        "no-unguarded-keys": { exempt: [{ pattern: "*" }] },
      },
    ]) {
      const { status, out } = await runHere(
        ["check", "--config", write(configuration)],
        environmentFor(service),
      );
      assert.equal(status, 1);
      assert.doesNotMatch(out, /GUARDRAIL=/u);
      assert.match(out, /\tb7d2c4e8\t/u);
    }
  });

  it("is not run by the shell where it names no guardrail: the shell says what is missing", async () => {
    const service = await running({ rows: 0 });
    service.ledger.addKey({ keyName: "new-a" });
    const environment = environmentFor(service);
    const path = write({ "guardrails-settings": { requiredKeys: [{ name: "new-a" }] } });
    const { out } = await runHere(["check", "--config", path], environment);
    const asked = service.requests.length;
    const failed = await run("bash", ["-c", fixIn(out)], {
      env: { PATH: process.env["PATH"], ...environment },
    }).then(
      () => assert.fail("it was run"),
      (error: { readonly stderr: string }) => error.stderr,
    );
    assert.match(failed, /put the id of a guardrail in its place/u);
    assert.equal(service.requests.length, asked);
  });
});
