import assert from "node:assert/strict";
import Ajv2020 from "ajv/dist/2020";
import * as z from "zod";
import { checkReport } from "../../cli/reports/check-report";
import { Ledger, sampleAssignment } from "../../local-service/index";
import { useServices } from "../http/reading-of";
import { environmentFor, useFiles } from "./run-command";
import { runHere } from "./run-here";

const [weak, good, other] = [
  "11111111-1111-4111-8111-111111111111",
  "33333333-3333-4333-8333-333333333333",
  "44444444-4444-4444-8444-444444444444",
] as const;
const { keyHash } = sampleAssignment(1);
const anything = { "guardrails-enforce-something": { require: [] } };

function requiring(...guardrail: readonly string[]) {
  return { "guardrails-settings": { requiredKeys: [{ pattern: "*", guardrail }] } };
}

/** An account of one key, whose guardrails hold limits, but for the weak one. */
function accountOf(assigned?: string): Ledger {
  const ledger = new Ledger();
  ledger.guardrails.add({ id: weak, name: "Weak", limit_usd: null, reset_interval: null });
  for (const id of [good, other]) ledger.guardrails.add({ id, limit_usd: 10, reset_interval: "monthly" });
  if (assigned === undefined) ledger.addKey(sampleAssignment(1));
  else ledger.assign({ ...sampleAssignment(1), guardrailId: assigned });
  return ledger;
}

describe("the guardrail that a command assigns", () => {
  const running = useServices();
  const write = useFiles();

  async function told(argv: readonly string[], configuration: object, assigned?: string) {
    const service = await running({ ledger: accountOf(assigned) });
    return runHere([...argv, "--config", write(configuration)], environmentFor(service));
  }

  function idsIn(out: string): readonly (string | undefined)[] {
    return [...out.matchAll(/GUARDRAIL=(\S*)/gu)].map(([, id]) => id);
  }

  it("is the allowed one that is known to enforce something, not the first, although no key has it", async () => {
    const { out } = await told(["check"], { ...requiring(weak, good), ...anything });
    assert.deepEqual(idsIn(out), [good]);
    assert.doesNotMatch(out, /^Change guardrail/mu);
  });

  it("is that one too for a key that has the other, where both are approved", async () => {
    const rules = { ...anything, "approved-guardrails-only": { approved: [weak, good] } };
    const { out } = await told(["check"], { ...requiring(weak, good), ...rules }, weak);
    assert.deepEqual(idsIn(out), [good]);
  });

  it("is said to need a change where every allowed one is known to enforce too little", async () => {
    const { out } = await told(["check"], { ...requiring(weak), ...anything });
    assert.match(
      out,
      /^Change guardrail "Weak" 11111111…, which is required and enforces nothing: to assign it is not enough\.$/mu,
    );
  });

  it("is told apart in the json report by what it lacks, in the report's published form", async () => {
    const { out } = await told(["check", "--format", "json"], { ...requiring(weak), ...anything });
    const report = z.toJSONSchema(checkReport);
    const validate = new Ajv2020({ allErrors: true }).compile(report);
    assert.ok(validate(JSON.parse(out)), JSON.stringify(validate.errors));
    const [fix] = checkReport.parse(JSON.parse(out)).fixes ?? [];
    assert.deepEqual(fix?.guardrail, { kind: "required", id: weak, name: "Weak", lacks: "enforces nothing" });
  });

  it("is said to need a change also for a key whose own one enforces enough, but is not allowed", async () => {
    const { out } = await told(["check"], { ...requiring(weak), ...anything }, other);
    assert.match(out, /^Change guardrail "Weak" 11111111…, which is required and enforces nothing: /mu);
  });

  it("is said to be none where no guardrail of the account passes, and is left open", async () => {
    const rules = { "guardrails-enforce-something": { require: [{ limitUsd: { max: 5 } }] } };
    const config = { "guardrails-settings": { requiredKeys: [{ pattern: "*" }] }, ...rules };
    for (const argv of [["check"], ["explain", keyHash]]) {
      const { out } = await told(argv, config);
      assert.match(
        out,
        /^Assign a guardrail to this key \(none that the account shows is known to pass every rule in force; put the id of the one you choose in the first line\):$/mu,
      );
    }
    const { out } = await told(["check", "--format", "json"], config);
    assert.deepEqual(checkReport.parse(JSON.parse(out)).fixes[0]?.guardrail, {
      kind: "open",
      nonePasses: true,
    });
  });

  const gone = "55555555-5555-4555-8555-555555555555";

  it("is none that does not exist, which is said of the one required", async () => {
    const service = await running({ ledger: accountOf() });
    const config = write(requiring(gone));
    for (const argv of [["check"], ["explain", keyHash]]) {
      const { out } = await runHere([...argv, "--config", config], environmentFor(service));
      assert.match(
        out,
        /^Assign a guardrail to this key \(55555555-\S+ is required, and the account has no such guardrail: correct the configuration, and put the id of the one you choose in the first line\):$/mu,
      );
      assert.deepEqual(idsIn(out), [""]);
    }
    const { out } = await runHere(["check", "--format", "json", "--config", config], environmentFor(service));
    const { guardrail } = checkReport.parse(JSON.parse(out)).fixes[0] ?? {};
    assert.deepEqual(guardrail, { kind: "open", absent: { demand: "required", ids: [gone] } });
  });

  it("is the one of those approved that exists, also where no list shows it", async () => {
    const ledger = accountOf();
    ledger.guardrails.add({ id: other, workspace_id: null });
    const service = await running({ ledger });
    const { out } = await runHere(
      ["check", "--config", write(requiring(gone, other))],
      environmentFor(service),
    );
    assert.deepEqual(idsIn(out), [other]);
    assert.doesNotMatch(out, /no such guardrail/u);
  });

  it("is the one required where nobody can tell whether it exists", async () => {
    const service = await running({ ledger: accountOf(), management: false });
    const config = { "guardrails-settings": { requiredKeys: [{ hash: keyHash, guardrail: gone }] } };
    const { out } = await runHere(["check", "--config", write(config)], environmentFor(service));
    assert.deepEqual(idsIn(out), [gone]);
  });

  for (const format of ["text", "terminal", "markdown", "html", "explain"]) {
    it(`is said to be not enough before it, by ${format}`, async () => {
      const service = await running({ ledger: accountOf() });
      const config = write({ ...requiring(weak), ...anything });
      const argv = format === "explain" ? ["explain", keyHash] : ["check", "--format", format];
      const isTerminal = format === "terminal";
      const { out } = await runHere(
        [...(isTerminal ? ["check"] : argv), "--config", config],
        environmentFor(service),
        { terminal: isTerminal ? { columns: 120, colour: false } : undefined },
      );
      const [said, command] = [out.indexOf("to assign it is not enough"), out.indexOf("GUARDRAIL=")];
      assert(said > 0 && said < command, out);
    });
  }

  it("is said of which key it is where others fail too", async () => {
    const ledger = accountOf();
    ledger.addKey(sampleAssignment(2));
    const service = await running({ ledger });
    const { keyHash: second } = sampleAssignment(2);
    const requiredKeys = [
      { hash: keyHash, guardrail: good },
      { hash: second, guardrail: other },
    ];
    const config = write({ "guardrails-settings": { requiredKeys } });
    const { out } = await runHere(["check", "--config", config], environmentFor(service));
    assert.doesNotMatch(out, /this key/u);
    assert.match(out, new RegExp(`, which is required, to key "\\S+" ${second.slice(0, 8)}:$`, "mu"));
  });

  it("is the one approved for the whole account, also for a key that needs just any", async () => {
    const { out } = await told(["check"], {
      "guardrails-settings": { requiredKeys: [{ pattern: "*" }] },
      "required-keys-guarded": {},
      "approved-guardrails-only": { approved: [good] },
    });
    assert.deepEqual(idsIn(out), [good]);
  });

  const byRules = {
    "guardrails-settings": { requiredKeys: [{ pattern: "*", guardrail: [weak, good] }] },
    "approved-guardrails-only": { approved: [good] },
  };

  it("is called approved where no key requires it", async () => {
    const rules = { "approved-guardrails-only": { approved: [good] }, "required-keys-guarded": {} };
    const config = { "guardrails-settings": { requiredKeys: [{ pattern: "*" }] }, ...rules };
    for (const argv of [["check"], ["explain", keyHash]]) {
      const { out } = await told(argv, config, weak);
      assert.match(out, /^Assign guardrail "[^"]+" 33333333…, which is approved, to this key:$/mu);
      assert.doesNotMatch(out, /required, to this|the one required/u);
    }
    const { out } = await told(["check", "--format", "json"], config, weak);
    assert.equal(checkReport.parse(JSON.parse(out)).fixes[0]?.guardrail.kind, "approved");
  });

  it("is called required where a key requires it, also if it is approved", async () => {
    const { out } = await told(["check"], byRules, weak);
    assert.match(out, /^Assign guardrail "[^"]+" 33333333…, which is required, to this key:$/mu);
  });

  for (const format of ["text", "json", "markdown", "html", "sarif", "junit"]) {
    it(`is told apart in the ${format} report from the one that a key has, by the setting that it fails`, async () => {
      const { out } = await told(["check", "--format", format], byRules, weak);
      assert.match(out, /which is not an approved one/u);
      assert.doesNotMatch(out, /not the one required/u);
    });
  }

  for (const rules of [{}, anything]) {
    it(`is the same by check and by explain, with ${Object.keys(rules).length} other rules in force`, async () => {
      const configuration = { ...requiring(weak, good), ...rules };
      const said = await Promise.all(
        [["check"], ["explain", keyHash]].map((argv) => told(argv, configuration, other)),
      );
      assert.deepEqual(
        said.map(({ out }) => idsIn(out)),
        [[good], [good]],
      );
    });
  }
});

describe("what explain says of a key that several requirements mean", () => {
  const running = useServices();
  const write = useFiles();

  it("is said once where they find the same", async () => {
    const service = await running({ ledger: accountOf() });
    const requiredKeys = [{ pattern: "*" }, { hash: keyHash }, { pattern: "*-*" }, { pattern: "p*" }];
    const config = write({ "guardrails-settings": { requiredKeys } });
    const { out } = await runHere(["explain", keyHash, "--config", config], environmentFor(service));
    assert.equal(out.match(/^required-keys-guarded: unguarded: /gmu)?.length, 1, out);
    const places = [0, 1, 2].map((n) => `guardrails-settings.requiredKeys[${n}]`).join(", ");
    assert(out.includes(`guardrail (by ${places} and 1 more). Assign`), out);
  });

  it("names the requirement that it fails, where it passes another", async () => {
    const service = await running({ ledger: accountOf(good) });
    const requiredKeys = [{ pattern: "*" }, { hash: keyHash, guardrail: other }];
    const config = write({ "guardrails-settings": { requiredKeys } });
    const { out } = await runHere(["explain", keyHash, "--config", config], environmentFor(service));
    assert.match(out, /^required-keys-guarded: guarded: has a guardrail \(by \S+requiredKeys\[0\]\)\.$/mu);
    assert.match(
      out,
      /^required-keys-guarded: wrong-guardrail: .* required \(by \S+requiredKeys\[1\]\)\. Assign/mu,
    );
  });
});
