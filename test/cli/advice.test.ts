import assert from "node:assert/strict";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ledger, sampleAssignment } from "../../local-service/index";
import { useServices } from "../http/reading-of";
import { environmentFor, ruled, useFiles } from "./run-command";
import { runHere } from "./run-here";

const invocation = "npx --no-install pulumi-guardrails";
const guarded = { hash: sampleAssignment(1).keyHash };
const waiver = {
  hash: guarded.hash,
  rule: "required-keys-guarded",
  reason: "moving",
  owner: "platform",
};
const here = (argv: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
  runHere(argv, environment, { invocation });

describe("what the command says of a mistake", () => {
  const running = useServices();
  const write = useFiles();
  let folder = "";
  before(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "guardrails-advice-")));
  });
  after(() => rmSync(folder, { recursive: true }));

  describe("in files that do not exist", () => {
    it("calls the command as it was called, where the configuration is missing", async () => {
      const { status, err } = await here(["check", "--config", join(folder, "nope.json")]);
      assert.equal(status, 2);
      assert.match(err, /npx --no-install pulumi-guardrails init writes one, and has options of its own\./u);
    });

    it("names the file of --baseline", async () => {
      const { status, err } = await here(["check", "--baseline", join(folder, "nope.json")]);
      assert.equal(status, 2);
      assert(err.includes(`${join(folder, "nope.json")}", given by --baseline, does not exist.`), err);
    });

    it("names the missing folder of --output before the account is read", async () => {
      const service = await running();
      const output = join(folder, "nodir", "a.json");
      const config = write(ruled({ requiredKeys: [guarded] }));
      const { status, out, err } = await here(["check", "-c", config, "-o", output], environmentFor(service));
      assert.deepEqual([status, out, service.requests.length], [2, "", 0]);
      assert(err.includes(`${join(folder, "nodir")}" does not exist`), err);
    });

    it("names the missing folder of init's --output before the account is read", async () => {
      const service = await running();
      const output = join(folder, "policies", "guardrails.json");
      const { status, out, err } = await here(["init", "--yes", "-o", output], environmentFor(service));
      assert.deepEqual([status, out, service.requests.length], [2, "", 0]);
      assert(err.includes(`${join(folder, "policies")}" does not exist`), err);
    });
  });

  describe("on the command line", () => {
    for (const name of ["check", "list", "explain", "init", "rules", "serve"]) {
      it(`leads to the help of ${name}`, async () => {
        const { status, err } = await here([name, "--none"]);
        assert.equal(status, 2);
        assert(err.includes(`(${invocation} ${name} --help shows the usage)`), err);
      });
    }

    it("names --config where check was given a file without it", async () => {
      const { status, err } = await here(["check", "guardrails.json"]);
      assert.equal(status, 2);
      assert.match(err, /error: .*check takes its file by --config: check --config guardrails\.json\n/u);
      assert(err.includes(`(${invocation} check --help shows the usage)`), err);
    });

    it("refuses to write a report of a file that is only validated", async () => {
      const config = write(ruled({ requiredKeys: [guarded] }));
      for (const report of [
        ["--output", join(folder, "x.html")],
        ["--format", "json"],
        ["--baseline", config],
      ]) {
        const { status, out, err } = await here(["check", "--validate", "-c", config, ...report]);
        assert.deepEqual([status, out], [2, ""]);
        assert.match(err, /--validate reads no account, so there is nothing for a report\. Leave out /u);
      }
    });

    it("names the port that is in use", async () => {
      const taken = createServer();
      await new Promise<void>((listening) => taken.listen(0, "127.0.0.1", listening));
      const address = taken.address();
      assert(address !== null && typeof address === "object");
      try {
        const { status, err } = await here(["serve", "--port", String(address.port)]);
        assert.equal(status, 2);
        assert(err.includes(`option --port cannot be ${address.port}, which is in use`), err);
      } finally {
        taken.close();
      }
    });

    it("does not name the command twice", async () => {
      const { err } = await here(["init"]);
      assert.match(err, /^pulumi-guardrails: init asks which keys must be guarded/u);
    });
  });

  describe("of a key without a name", () => {
    it("shows people the same in every report, and programs the empty name", async () => {
      const ledger = new Ledger();
      ledger.addKey({ keyName: "" });
      const config = write({ "no-unguarded-keys": { exempt: [] }, "required-keys-guarded": "disabled" });
      const environment = environmentFor(await running({ ledger }));
      for (const format of ["text", "markdown", "html", "sarif", "junit"]) {
        const { out } = await here(["check", "-c", config, "-f", format], environment);
        assert(out.includes("(no name)"), out);
      }
      const terminal = { columns: 100, colour: false };
      const { out } = await runHere(["check", "-c", config], environment, { invocation, terminal });
      assert.match(out, /^ {2}\(no name\) {2}sk-or-/mu);
      const json = await here(["check", "-c", config, "-f", "json"], environment);
      assert.match(json.out, /"name": ""/u);
    });
  });

  describe("in the configuration", () => {
    it("names the setting that a rule lacks which stands there alone", async () => {
      const config = write({ "no-unguarded-keys": "mandatory" });
      const { status, err } = await here(["check", "--config", config]);
      assert.equal(status, 2);
      assert.match(err, /names no-unguarded-keys, which is not configured: add "exempt": \[\]/u);
    });

    it("refuses two addresses that no run can read both, and says to write two files", async () => {
      const config = write({
        "guardrails-settings": { baseUrl: "http://127.0.0.1:1/a", requiredKeys: [guarded] },
        "no-unguarded-keys": { baseUrl: "http://127.0.0.1:1/b", exempt: [] },
      });
      for (const argv of [["check"], ["check", "--validate"], ["explain", "prod-gateway"]]) {
        const { status, err } = await here([...argv, "--config", config]);
        assert.equal(status, 2);
        assert.match(
          err,
          /two addresses of its own: http:\/\/127\.0\.0\.1:1\/a \(required-keys-guarded\) and http:\/\/127\.0\.0\.1:1\/b \(no-unguarded-keys\)\. The environment holds one such address and key: write a file for each, and run each with its own GUARDRAILS_BASE_URL and GUARDRAILS_MANAGEMENT_KEY\./u,
        );
      }
    });

    it("says that an account shows no key at all, and that a name with a star may be meant for a pattern", async () => {
      const config = write(ruled({ requiredKeys: [{ name: "prod-*" }] }));
      const full = await here(["check", "-c", config], environmentFor(await running()));
      assert.match(full.out, /no enabled key of the account matches \(it looks like a pattern: /u);
      assert.match(full.out, /1 required name or pattern matches no key/u);
      const service = await running({ ledger: new Ledger() });
      const markdown = await here(["check", "-c", config, "-f", "markdown"], environmentFor(service));
      assert.match(markdown.out, /^- missing: the account shows no key at all$/mu);
    });

    it("takes a service's own address beside another", async () => {
      const config = write({
        "guardrails-settings": { baseUrl: "http://127.0.0.1:1/a", requiredKeys: [guarded] },
        "no-unguarded-keys": { service: "openrouter", exempt: [] },
      });
      assert.equal((await here(["check", "--validate", "--config", config])).status, 0);
    });

    it("names the rule that a waiver may mean, and calls no file sound of which a part has no effect", async () => {
      const misspelt = { ...waiver, rule: "required-key-guarded", expires: "2999-01-01" };
      const config = write({ "guardrails-settings": { requiredKeys: [guarded], waivers: [misspelt] } });
      const { status, out } = await here(["check", "--validate", "--config", config]);
      assert.equal(status, 2);
      assert.match(out, /^The configuration is not sound: 1 waiver can never have an effect; in force: /u);
      assert.match(
        out,
        /waivers\[0\] has no effect: its rule must be one of .* \(did you mean required-keys-guarded\?\)\./u,
      );
    });

    it("tells waivers that can never have an effect from those that have none now, or none by this file", async () => {
      const soon = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
      const validated = (waivers: readonly object[], requiredKeys: readonly object[] = [guarded]) =>
        here([
          "check",
          "--validate",
          "--config",
          write({ "guardrails-settings": { requiredKeys, waivers } }),
        ]);
      const expired = await validated([{ ...waiver, expires: "2026-01-31" }]);
      assert.equal(expired.status, 0);
      assert.match(expired.out, /^The configuration is valid, but 1 waiver has no effect; in force: /u);
      const ofNoRule = await validated([
        { ...waiver, expires: soon, rule: "no-unguarded-keys" },
        { ...waiver, expires: soon, hash: "cd".repeat(32) },
      ]);
      assert.equal(ofNoRule.status, 2);
      assert.match(
        ofNoRule.out,
        /^The configuration is not sound: 1 waiver can never have an effect, and 1 waiver has no effect; /u,
      );
      assert.match(ofNoRule.out, /waivers\[0\] waives nothing: no-unguarded-keys is not in force\.$/mu);
      assert.match(
        ofNoRule.out,
        /waivers\[1\] waives nothing by this file: .* required-keys-guarded judges\.$/mu,
      );
      const mayBe = await validated(
        [{ ...waiver, expires: soon, hash: "cd".repeat(32) }],
        [guarded, { name: "prod" }],
      );
      assert.deepEqual([mayBe.status, /waive/u.test(mayBe.out)], [0, false]);
      const declared = await validated([{ ...waiver, expires: soon, rule: "declared-keys-guarded" }]);
      assert.deepEqual([declared.status, /waive/u.test(declared.out)], [0, false]);
    });

    it("checks a file that configures a pack of one's own too, whose policies are named", async () => {
      const content = {
        "guardrails-settings": { requiredKeys: [guarded] },
        "no-public-buckets": "mandatory",
      };
      const validated = (given: object, ...own: readonly string[]) =>
        here(["check", "--validate", "--config", write(given), ...own.flatMap((name) => ["--own", name])]);
      const refused = await validated(content);
      assert.equal(refused.status, 2);
      assert.match(refused.err, /names an unknown rule: no-public-buckets\. .* is named by --own\.$/mu);
      assert.equal((await validated(content, "my-other", "no-public-buckets")).status, 0);
      const misspelt = await validated({ ...content, "required-key-guarded": {} }, "no-public-buckets");
      assert.match(
        misspelt.err,
        /unknown rule: required-key-guarded \(did you mean required-keys-guarded\?\)/u,
      );
      const near = await validated(content, "no-public-bucket");
      assert.match(near.err, /unknown rule: no-public-buckets \(did you mean no-public-bucket\?\)/u);
      const level = await validated({ ...content, "no-public-buckets": "strict" }, "no-public-buckets");
      assert.match(level.err, /gives no-public-buckets an unknown level/u);
      for (const ours of ["no-unguarded-keys", "guardrails-settings", "all"]) {
        assert.match(
          (await validated(content, ours)).err,
          new RegExp(`--own names ${ours}, which is a `, "u"),
        );
      }
    });

    it("takes several policies of one's own by one --own, with commas between them", async () => {
      const config = write({
        "guardrails-settings": { requiredKeys: [guarded] },
        "my-first": {},
        "my-second": {},
      });
      for (const own of ["my-first,my-second", "my-first, my-second"]) {
        const { status, err } = await here(["check", "--validate", "--config", config, "--own", own]);
        assert.deepEqual([status, err], [0, ""]);
      }
    });

    it("takes no name for one's own policy that looks like a misspelling of ours", async () => {
      const misspellings = {
        "required-key-guarded": "required-keys-guarded",
        "Approved-Guardrail-Only": "approved-guardrails-only",
        "guardrail-settings": "guardrails-settings",
      };
      for (const [name, ours] of Object.entries(misspellings)) {
        const config = write({ "guardrails-settings": { requiredKeys: [guarded] }, [name]: {} });
        const { status, err } = await here(["check", "--validate", "--config", config, "--own", name]);
        assert.equal(status, 2);
        assert.match(
          err,
          new RegExp(`--own names ${name}, which looks like a misspelling of ${ours}, a policy of `, "u"),
        );
      }
    });

    it("says by --validate of which rules the engine only warns", async () => {
      for (const level of [{ "required-keys-guarded": "advisory" }, { all: "advisory" }]) {
        const config = write({ "guardrails-settings": { requiredKeys: [{ name: "prod" }] }, ...level });
        const { status, out } = await here(["check", "--validate", "--config", config]);
        assert.equal(status, 0);
        assert.match(out, /; in force: required-keys-guarded \(advisory: the engine only warns\)\.$/mu);
      }
    });
  });
});
