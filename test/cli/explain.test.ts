import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { Ledger, type LocalService, type LocalServiceOptions } from "../../local-service/index";
import { never, useServices } from "../http/reading-of";
import { harmful, hostileNames, nilGuardrail } from "../policies/builders";
import { environmentFor, ruled, runCommand, startCommand, useFiles } from "./run-command";
import { RoutedAccounts, runHere } from "./run-here";

const absentHash = "ab".repeat(32);
const yesterday = new Date(Date.now() - 86_400_000).toISOString();
const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);

const run = promisify(execFile);

/** The command that an explanation has for bash. */
function commandIn(out: string): string {
  return /^ {2}GUARDRAIL=[\s\S]*?(?=^or in Pulumi)/mu.exec(out)?.[0].replace(/^ {2}/gmu, "") ?? "";
}

describe("pulumi-guardrails explain", () => {
  const running = useServices();
  const write = useFiles();

  /** A guarded key, and one of the same name that a rotation left without a guardrail. */
  async function rotated(options: LocalServiceOptions = {}) {
    const ledger = new Ledger();
    const guarded = ledger.assign({ keyName: "prod-gateway" });
    const { keyHash: unguarded } = ledger.addKey({ keyName: "prod-gateway" });
    ledger.assign({ keyName: "prod-search" });
    return { service: await running({ ledger, ...options }), ledger, guarded, unguarded };
  }

  function explain(service: LocalService, ...argv: readonly string[]) {
    return runHere(["explain", ...argv], environmentFor(service));
  }

  describe("of a key with a guardrail", () => {
    it("ends with 0 and says which guardrail, since when, what it enforces, and where that was read", async () => {
      const { service, ledger, guarded } = await rotated();
      ledger.guardrails.add({ id: guarded.guardrailId, name: "Production", allowed_models: ["some/model"] });
      const { status, out, err } = await explain(service, guarded.keyHash);
      assert.deepEqual([status, err], [0, ""]);
      const [by, source, head, guardrail] = out.split("\n");
      assert.match(source ?? "", /^list of OpenRouter at http:\S+, read 20\S+Z$/u);
      assert.equal(
        by,
        "judged as if it were required: there is no guardrails.json here, and --config names no other file",
      );
      assert.equal(
        head,
        `guarded: key "prod-gateway" (${guarded.keyLabel}, hash ${guarded.keyHash.slice(0, 8)}), enabled, never expires`,
      );
      assert.equal(
        guardrail,
        `  guardrail "Production" (${guarded.guardrailId}), which enforces limitUsd, allowedModels (100 US dollars monthly), assigned ${guarded.createdAt}`,
      );
    });

    it("says of a guardrail without any limit that it enforces nothing", async () => {
      const { service, ledger, guarded } = await rotated();
      ledger.guardrails.add({ id: guarded.guardrailId, limit_usd: null, reset_interval: null });
      const { status, out } = await explain(service, guarded.keyHash);
      assert.equal(status, 0);
      assert.match(out, /, which enforces nothing: it holds no limit, list or filter that acts, assigned /u);
    });

    it("says of a guardrail that only some models are bound by what it enforces", async () => {
      const { service, ledger, guarded } = await rotated();
      const changes = { limit_usd: null, enforce_zdr_openai: true, enforce_zdr_google: false };
      ledger.guardrails.add({ id: guarded.guardrailId, ...changes });
      assert.match(
        (await explain(service, guarded.keyHash)).out,
        /enforces zeroDataRetention for some models,/u,
      );
    });

    it("ends with 0 although the key is disabled, and says so", async () => {
      const { service, ledger, guarded } = await rotated();
      ledger.changeKey(guarded.keyHash, { disabled: true });
      const { status, out } = await explain(service, guarded.keyHash);
      assert.equal(status, 0);
      assert.match(out, /^guarded: .*, disabled$/mu);
    });

    it("ends with 1 where the only key of that name is in use no longer, and says why no rule judges it", async () => {
      const { service, ledger, guarded, unguarded } = await rotated();
      ledger.deleteKey(unguarded);
      for (const [change, use] of [
        [{ disabled: true }, "disabled"],
        [{ disabled: false, expiresAt: "2026-01-01T00:00:00Z" }, "expired 2026-01-01T00:00:00Z"],
      ] as const) {
        ledger.changeKey(guarded.keyHash, change);
        const { status, out } = await explain(service, "prod-gateway");
        assert.equal(status, 1);
        assert.match(out, new RegExp(`^not judged: key "prod-gateway" .*, ${use}$`, "mu"));
        assert.match(out, /^ {2}It is not in use, so no rule judges it: /mu);
      }
    });

    it("says of a guardrail that was deleted that the service answers 404", async () => {
      const { service, ledger, guarded } = await rotated();
      ledger.guardrails.remove(guarded.guardrailId);
      const { out } = await explain(service, guarded.keyHash);
      assert.match(out, /, for which the service answers 404, assigned /u);
    });
  });

  describe("of a key without a guardrail", () => {
    it("ends with 1 and says how to assign one of the account that enforces something, with the whole hash", async () => {
      const { service, ledger, unguarded } = await rotated();
      const { status, out, err } = await explain(service, unguarded);
      assert.deepEqual([status, err], [1, ""]);
      assert.match(out, /^unguarded: key "prod-gateway" \(.*\), enabled, never expires$/mu);
      assert.match(
        out,
        /no direct assignment of a guardrail; a workspace's default guardrail may still cover it/u,
      );
      assert.match(
        out,
        /^Assign a guardrail to this key \("Guardrail .*" .*… enforces something\):\n {2}GUARDRAIL=[0-9a-f-]{36}$/mu,
      );
      assert(ledger.assignments().some(({ guardrailId }) => out.includes(`GUARDRAIL=${guardrailId}\n`)));
      assert.match(out, new RegExp(`-d '\\{"key_hashes":\\["${unguarded}"\\]\\}'\nor in Pulumi: `, "u"));
    });

    it("says the same of one whose assignment is to the nil UUID, and asks for no such guardrail", async () => {
      const { service, ledger, unguarded } = await rotated();
      ledger.assign({ keyHash: unguarded, guardrailId: nilGuardrail });
      const { status, out } = await explain(service, unguarded);
      assert.equal(status, 1);
      assert.match(out, /^unguarded: key .*\n {2}It has no direct assignment of a guardrail; /mu);
      assert(!out.includes(nilGuardrail), out);
      assert(service.requests.every(({ path }) => !path.includes(nilGuardrail)));
    });

    it("gives a command that guards the key, as it stands", async () => {
      const { service, unguarded } = await rotated();
      const { out } = await explain(service, unguarded);
      await run("bash", ["-c", commandIn(out)], { env: { ...process.env, ...environmentFor(service) } });
      assert.equal((await explain(service, unguarded)).status, 0);
    });

    it("leaves the guardrail open where the account has none, and its command guards the key once an id is put in", async () => {
      const ledger = new Ledger();
      const { keyHash } = ledger.addKey({ keyName: "first" });
      const service = await running({ ledger });
      const { out } = await explain(service, "first");
      assert.match(
        out,
        /^Assign a guardrail to this key \(put the id of the one you choose in the first line\):\n {2}GUARDRAIL=$/mu,
      );
      const { id } = ledger.guardrails.add({ limit_usd: 5 });
      const command = commandIn(out).replace(/^GUARDRAIL=$/mu, `GUARDRAIL=${id}`);
      await run("bash", ["-c", command], { env: { ...process.env, ...environmentFor(service) } });
      assert.equal((await explain(service, keyHash)).status, 0);
    });

    it("gives with --config the command that check gives, which passes all rules where they ask for different guardrails", async () => {
      const { service, ledger, guarded } = await rotated();
      const [one, both] = [
        ledger.guardrails.add({ limit_usd: 1 }).id,
        ledger.guardrails.add({ limit_usd: 2 }).id,
      ];
      const config = write({
        "guardrails-settings": { requiredKeys: [{ hash: guarded.keyHash, guardrail: [one, both] }] },
        "approved-guardrails-only": { approved: [both], keys: [{ hash: guarded.keyHash }] },
      });
      const explained = await explain(service, guarded.keyHash, "--config", config);
      const checked = await runHere(["check", "--config", config], environmentFor(service));
      assert.match(commandIn(explained.out), new RegExp(`^GUARDRAIL=${both}$`, "mu"));
      assert.match(checked.out, new RegExp(`^ *GUARDRAIL=${both}$`, "mu"));
      const environment = { ...process.env, ...environmentFor(service) };
      await run("bash", ["-c", commandIn(explained.out)], { env: environment });
      assert.equal((await explain(service, guarded.keyHash, "--config", config)).status, 0);
    });

    it("gives with --config a command that assigns the guardrail which the file requires, as it stands", async () => {
      const { service, unguarded, guarded } = await rotated();
      const config = write(ruled({ requiredKeys: [{ hash: unguarded, guardrail: guarded.guardrailId }] }));
      const { out } = await explain(service, unguarded, "--config", config);
      await run("bash", ["-c", commandIn(out)], { env: { ...process.env, ...environmentFor(service) } });
      assert.equal((await explain(service, unguarded, "--config", config)).status, 0);
    });

    it("ends with 0 for a name whose only unguarded key is disabled or expired, and says which it is", async () => {
      for (const [change, said] of [
        [{ disabled: true }, /, disabled$/mu],
        [{ expiresAt: yesterday }, /, expired 20\S+Z$/mu],
      ] as const) {
        const { service, ledger, unguarded } = await rotated();
        ledger.changeKey(unguarded, change);
        const { status, out } = await explain(service, "prod-gateway");
        assert.equal(status, 0);
        assert.match(out, said);
        assert.equal(
          (await explain(service, unguarded)).status,
          1,
          "and by its hash it is what was asked for",
        );
      }
    });
  });

  it("says of an expiry before there were such keys that it is none", async () => {
    const { service, ledger, unguarded } = await rotated();
    ledger.changeKey(unguarded, { expiresAt: "0001-01-01T00:00:00Z" });
    const { status, out } = await explain(service, "prod-gateway");
    assert.equal(status, 1);
    assert.match(out, /, enabled, never expires \(0001-01-01T00:00:00Z is no expiry\)$/mu);
  });

  it("cannot be sure of a key that expired by a clock that is not the service's, and says why", async () => {
    const { service, ledger, unguarded } = await rotated({
      date: () => new Date(Date.now() - 48 * 3_600_000),
    });
    ledger.changeKey(unguarded, { expiresAt: yesterday });
    ledger.changeKey(unguarded, { keyName: "late" });
    const config = write(ruled({ requiredKeys: [{ name: "late" }] }));
    for (const argv of [["late"], ["late", "--config", config]]) {
      const { status, out } = await explain(service, ...argv);
      assert.equal(status, 3);
      assert.match(out, /^unverified: key "late" .*, enabled, and nobody can tell whether it expired 20/mu);
      assert.equal(
        out.match(/could not be verified: nobody can tell whether it has expired, because /gu)?.length,
        1,
      );
    }
  });

  describe("finds", () => {
    it("every key of a name, and ends with 1 if one of them has no guardrail", async () => {
      const { service } = await rotated();
      const { status, out } = await explain(service, "prod-gateway");
      assert.equal(status, 1);
      assert.deepEqual(out.match(/^(un)?guarded: key/gmu)?.toSorted(), ["guarded: key", "unguarded: key"]);
    });

    it("a key by the first 8 characters of its hash in either case, not by 7", async () => {
      const { service, unguarded } = await rotated();
      for (const start of [unguarded.slice(0, 8), unguarded.slice(0, 12).toUpperCase()]) {
        assert.match((await explain(service, start)).out, /^unguarded: key/mu);
      }
      const { out } = await explain(service, unguarded.slice(0, 7));
      assert.match(
        out,
        /no key with the name or hash.*\nA key is looked up by at least the first 8 characters/u,
      );
    });

    it("names exactly, not their beginnings or another case", async () => {
      const { service } = await rotated();
      for (const name of ["prod", "prod-gateway ", "PROD-GATEWAY", "prod-*"]) {
        const { status, out } = await explain(service, name);
        assert.equal(status, 1);
        assert.match(out, /no key with the name or hash ".*" is in the account/u);
      }
    });

    it("a key of 151 rows, of which the first 120 belong to deleted keys", async () => {
      const ledger = new Ledger({ window: 100 });
      for (let n = 0; n < 150; n += 1) ledger.assign();
      const { keyHash } = ledger.assign({ keyName: "last" });
      for (const row of ledger.assignments().slice(0, 120)) ledger.deleteKey(row.keyHash);
      const { status, out } = await explain(await running({ ledger }), "last");
      assert.equal(status, 0);
      assert(out.includes(keyHash.slice(0, 8)));
    });
  });

  describe("by a service without an inventory", () => {
    const modelgates = { flavour: "modelgates" } as const;

    it("is sure of a whole hash: guarded is 0, not in the list is 1", async () => {
      const { service, guarded, unguarded } = await rotated(modelgates);
      assert.equal((await explain(service, guarded.keyHash)).status, 0);
      const { status, out } = await explain(service, unguarded);
      assert.equal(status, 1);
      assert.match(out, /no key with the name or hash ".*" is in the list of assignments/u);
    });

    it("cannot be sure of a name or of the beginning of a hash, and says why", async () => {
      const { service, guarded } = await rotated(modelgates);
      for (const wanted of ["prod-gateway", "prod-nobody", guarded.keyHash.slice(0, 8)]) {
        const { status, out } = await explain(service, wanted);
        assert.equal(status, 3);
        assert.match(out, /^could not verify: the service offers no key inventory \(404\)/mu);
      }
    });
  });

  describe("with --config", () => {
    it("ends as the rules say, and says what each of them finds", async () => {
      const { service, unguarded } = await rotated();
      const config = write({
        ...ruled({ requiredKeys: [{ pattern: "prod-*" }] }),
        "no-unguarded-keys": { exempt: [{ hash: unguarded }] },
        "guardrails-enforce-something": { require: [], requiredKeys: [{ name: "prod-search" }] },
      });
      const { status, out } = await explain(service, unguarded, "--config", config);
      assert.equal(status, 1);
      assert.match(out, /^required-keys-guarded: unguarded: has no direct assignment/mu);
      assert.match(out, /^no-unguarded-keys: exempt: is exempt by hash/mu);
      assert.equal(out.match(/read 20\S+Z/gu)?.length, 1, "where it was read is said once");
      assert.equal(out.match(/"prod-gateway"/gu)?.length, 1, "and so is which key it is");
      assert.match(out, /^not configured: approved-guardrails-only$/mu);
      assert.match(out, /^guardrails-enforce-something: does not judge it$/mu);
      assert.doesNotMatch(out, /prod-search/u, "other keys are not asked for");
    });

    it("ends with 0 for a key that is waived, and names the waiver", async () => {
      const { service, unguarded } = await rotated();
      const waiver = {
        hash: unguarded,
        rule: "required-keys-guarded",
        reason: "migration",
        owner: "team",
        expires: tomorrow,
      };
      const shared = { requiredKeys: [{ hash: unguarded }], waivers: [waiver] };
      const { status, out } = await explain(
        service,
        unguarded,
        "--config",
        write({ "guardrails-settings": shared }),
      );
      assert.equal(status, 0);
      assert.match(out, /^required-keys-guarded: waived: is waived until .* by team because "migration"/mu);
    });

    it("ends with 1 for a guarded key that another guardrail is required of", async () => {
      const { service, guarded } = await rotated();
      const config = write(
        ruled({ requiredKeys: [{ hash: guarded.keyHash, guardrail: crypto.randomUUID() }] }),
      );
      const { status, out } = await explain(service, guarded.keyHash, "--config", config);
      assert.equal(status, 1);
      assert.match(out, /^wrong-guardrail: key [\s\S]*^required-keys-guarded: wrong-guardrail: /mu);
    });

    it("says by a required name or hash that no key has what the rule says", async () => {
      const { service } = await rotated();
      const config = write(ruled({ requiredKeys: [{ name: "prod-nobody" }, { hash: absentHash }] }));
      const byName = await explain(service, "prod-nobody", "--config", config);
      assert.equal(byName.status, 1);
      assert.match(byName.out, /^required-keys-guarded: missing: key "prod-nobody" is required by name/mu);
      const byHash = await explain(service, absentHash, "--config", config);
      assert.equal(byHash.status, 1);
      assert.match(byHash.out, /^required-keys-guarded: missing: key hash abababab is required by hash/mu);
    });

    it("judges a key that no rule requires by whether it has a guardrail", async () => {
      const { service, guarded, unguarded } = await rotated();
      const config = write(ruled({ requiredKeys: [{ name: "prod-search" }] }));
      assert.equal((await explain(service, guarded.keyHash, "--config", config)).status, 0);
      assert.equal((await explain(service, unguarded, "--config", config)).status, 1);
    });

    it("ends with 3 where a rule cannot verify", async () => {
      const { service, guarded } = await rotated({ management: false });
      const config = write(ruled({ requiredKeys: [{ name: "prod-gateway" }] }));
      const { status, out } = await explain(service, guarded.keyHash, "--config", config);
      assert.equal(status, 3);
      assert.match(out, /^required-keys-guarded: could not verify: as said above$/mu);
      assert.equal(out.match(/offers no key inventory/gu)?.length, 1);
    });

    it("reads each list once for the key and all rules together", async () => {
      const { service, unguarded } = await rotated();
      const config = write({
        ...ruled({ requiredKeys: [{ pattern: "prod-*" }] }),
        "no-unguarded-keys": { exempt: [] },
      });
      await explain(service, unguarded, "--config", config);
      const of = (list: string) => service.requests.filter(({ path }) => path.endsWith(`/v1${list}`)).length;
      assert.deepEqual([of("/guardrails/assignments/keys"), of("/workspaces")], [2, 1]);
    });

    it("takes the file that check took with --own, by the command that check prints, and ends as it did", async () => {
      const { service, guarded, unguarded } = await rotated({ management: false });
      const required = { hash: guarded.keyHash, guardrail: guarded.guardrailId };
      const config = write({
        "guardrails-settings": { requiredKeys: [required] },
        "guardrails-enforce-something": { require: [] },
        "no-public-buckets": { some: "setting" },
        "tags-required": "advisory",
      });
      const options = ["--own", "no-public-buckets", "--own", "tags-required", "--base-url", service.baseUrl];
      const check = await runHere(["check", "--config", config, ...options], environmentFor(service));
      assert.equal(check.status, 3, check.err);
      const [, hash = "", given = ""] = /^next: .* explain (\S+) --config \S+ (.*)$/mu.exec(check.out) ?? [];
      assert.equal(given, `--own no-public-buckets,tags-required --base-url ${service.baseUrl}`);
      const printed = await explain(service, hash, "--config", config, ...given.split(" "));
      assert.deepEqual([printed.status, printed.err], [3, ""]);
      for (const [argv, said] of [
        [["--config", config], /names unknown rules: no-public-buckets, tags-required\. /u],
        [
          ["--config", config, "--own", "required-keys-guarded"],
          /--own names required-keys-guarded, which is a /u,
        ],
        [["--own", "no-public-buckets"], /--own was given without a configuration file/u],
      ] as const) {
        const refused = await explain(service, unguarded, ...argv);
        assert.equal(refused.status, 2);
        assert.match(refused.err, said);
      }
    });

    it("asks no account that no rule judges, as check does not: it takes no key of one", async () => {
      const { service, guarded } = await rotated({ flavour: "modelgates" });
      const config = write(ruled({ requiredKeys: [{ hash: guarded.keyHash }], service: "modelgates" }));
      for (const argv of [["explain", guarded.keyHash], ["check"]]) {
        const { status, err } = await runHere(
          [...argv, "--config", config],
          { MODELGATES_MANAGEMENT_KEY: service.managementKey },
          { accounts: new RoutedAccounts(service) },
        );
        assert.equal(status, 0, err);
      }
    });

    it("is as sure of a name as the rules are, and says what it does not see", async () => {
      const { service } = await rotated({ management: false });
      const config = write(ruled({ requiredKeys: [{ name: "prod-gateway", assignedNameSuffices: true }] }));
      const { status, out } = await explain(service, "prod-gateway", "--config", config);
      assert.equal(status, 0);
      assert.match(
        out,
        /^keys without an assignment are not seen here: the service offers no key inventory/mu,
      );
      assert.doesNotMatch(out, /could not verify/u);
    });

    it("says of each key and of each rule which of several accounts it is about", async () => {
      const { service: here, guarded, unguarded } = await rotated();
      const { service: there } = await rotated();
      const config = write({
        "required-keys-guarded": { requiredKeys: [{ hash: guarded.keyHash }] },
        "no-unguarded-keys": { exempt: [{ hash: unguarded }], service: "modelgates" },
      });
      const { status, out } = await runHere(
        ["explain", guarded.keyHash, "--config", config],
        { ...environmentFor(here), MODELGATES_MANAGEMENT_KEY: there.managementKey },
        { accounts: new RoutedAccounts(there) },
      );
      assert.equal(status, 0, out);
      for (const label of ["OpenRouter", "ModelGates"]) {
        assert.match(out, new RegExp(`^list of ${label} at .*\\nguarded: key "prod-gateway" `, "mu"));
      }
      assert.match(out, /^required-keys-guarded: guarded: .* \(list of OpenRouter at /mu);
      assert.match(out, /^no-unguarded-keys: guarded: .* \(list of ModelGates at /mu);
    });

    it("says that it is judged as if it were required where no rule of the file judges it", async () => {
      const { service, guarded, unguarded } = await rotated();
      const config = write(ruled({ requiredKeys: [{ hash: guarded.keyHash }] }));
      const { status, out } = await explain(service, unguarded, "--config", config);
      assert.equal(status, 1);
      assert.match(
        out,
        /^judged by the rules of .*, of which none judges it: so it is judged as if it were required$/mu,
      );
      assert.match(out, /^unguarded: key "prod-gateway" /mu);
    });

    it("heads a key by a rule that could not read the list, whatever another rule says that could", async () => {
      const { service, guarded } = await rotated();
      for (const required of [{ hash: guarded.keyHash }, { name: "prod-gateway" }, { pattern: "prod-g*" }]) {
        const config = write({
          "required-keys-guarded": { requiredKeys: [required], maxRows: 1 },
          "guardrails-enforce-something": { requiredKeys: [{ name: "prod-search" }], require: [] },
        });
        const { status, out } = await explain(service, guarded.keyHash, "--config", config);
        assert.equal(status, 3, out);
        assert.match(out, /^unverified: key "prod-gateway" /mu);
      }
    });

    it("reads what it only shows once, whatever limits each rule has", async () => {
      const { service, guarded } = await rotated({ management: false });
      const { keyHash: hash } = guarded;
      const requestsWith = async (...maxRows: readonly [number, number]): Promise<number> => {
        const before = service.requests.length;
        const [required, enforcing] = maxRows.map((most) => ({ maxRows: most, requiredKeys: [{ hash }] }));
        const config = write({
          "required-keys-guarded": required,
          "guardrails-enforce-something": { ...enforcing, require: [] },
        });
        assert.equal((await explain(service, hash, "--config", config)).status, 3);
        return service.requests.slice(before).filter(({ path }) => path.includes("/workspaces")).length;
      };
      const once = await requestsWith(10, 10);
      assert(once > 0);
      assert.equal(await requestsWith(10, 20), once);
    });

    it("heads a key by what the rules say of it", async () => {
      const { service, guarded, unguarded } = await rotated();
      const config = write({
        ...ruled({ requiredKeys: [{ hash: guarded.keyHash }] }),
        "no-unguarded-keys": { exempt: [{ hash: unguarded }] },
      });
      const { out } = await explain(service, "prod-gateway", "--config", config);
      assert.deepEqual(out.match(/^[a-z-]+(?=: key)/gmu)?.toSorted(), ["exempt", "guarded"]);
    });

    it("reads where the file says, and refuses another place beside it", async () => {
      const { service } = await rotated();
      const place = {
        ...ruled({ requiredKeys: [{ hash: absentHash }] }),
        "guardrails-settings": { baseUrl: "https://other.example/api/v1" },
      };
      for (const argv of [
        ["--config", write(place)],
        ["--config", write(place), "--base-url", service.baseUrl],
        ["--config", write(place), "--service", "openrouter"],
        ["--config", write("{}")],
        ["--config", write("not json")],
      ]) {
        const { status, out } = await explain(service, "prod-gateway", ...argv);
        assert.deepEqual([status, out, service.requests.length], [2, "", 0]);
      }
    });
  });

  describe("in a folder with a guardrails.json", () => {
    /** Where the command runs, with this as its guardrails.json. */
    function folderWith(content: unknown): string {
      const path = write(content);
      const folder = `${path}.folder`;
      mkdirSync(folder);
      renameSync(path, join(folder, "guardrails.json"));
      return folder;
    }

    it("judges by it as check does, and says so", async () => {
      const { service, guarded } = await rotated();
      const folder = folderWith(
        ruled({ requiredKeys: [{ hash: guarded.keyHash, guardrail: crypto.randomUUID() }] }),
      );
      const { status, out } = await runCommand(["explain", guarded.keyHash], environmentFor(service), folder);
      assert.equal(status, 1);
      assert.match(out, /^judged by the rules of guardrails\.json$/mu);
      assert.match(out, /^required-keys-guarded: wrong-guardrail: /mu);
      assert.equal((await runCommand(["check"], environmentFor(service), folder)).status, 1);
    });

    it("fails as check does where it is faulty, and asks the service for nothing", async () => {
      const { service } = await rotated();
      const folder = folderWith('{ "required-keys-guarded": ');
      const by = (...argv: readonly string[]) => runCommand(argv, environmentFor(service), folder);
      const explained = await by("explain", "prod-gateway");
      assert.deepEqual(explained, await by("check"));
      assert.deepEqual([explained.status, explained.out, service.requests.length], [2, "", 0]);
    });

    it("judges by the file of --config in its place", async () => {
      const { service, guarded } = await rotated();
      const folder = folderWith("not read");
      const config = write(ruled({ requiredKeys: [{ hash: guarded.keyHash }] }));
      const argv = ["explain", guarded.keyHash, "--config", config];
      const { status, out } = await runCommand(argv, environmentFor(service), folder);
      assert.equal(status, 0);
      assert.match(out, /^judged by the rules of \d+\.json$/mu);
    });
  });

  it("says what a pattern matches, and which key has a label", async () => {
    const { service, ledger, guarded } = await rotated();
    const { status, out } = await explain(service, "prod-*");
    assert.equal(status, 1);
    assert.match(out, /^explain takes no pattern, .* it matches "prod-gateway", "prod-search"\.$/mu);
    assert.match((await explain(service, "dev-*")).out, /as a pattern it matches no name\.$/mu);
    const { keyName } = ledger.assign({ keyName: "pre*fix" });
    assert.doesNotMatch((await explain(service, keyName)).out, /takes no pattern/u);
    const byLabel = await explain(service, guarded.keyLabel);
    assert.equal(byLabel.status, 1);
    const hash = guarded.keyHash.slice(0, 8);
    assert.match(
      byLabel.out,
      new RegExp(`^That is a label\\. Give the hash of the key that has it: ${hash}\\.$`, "mu"),
    );
  });

  it("suggests names that are nearly the one asked for", async () => {
    const { service } = await rotated();
    const { status, out } = await explain(service, "Prod_gatewy");
    assert.equal(status, 1);
    assert.match(out, /^Did you mean "prod-gateway"\?$/mu);
    assert.doesNotMatch((await explain(service, "billing")).out, /Did you mean/u);
  });

  describe("ends with 2, sends nothing and echoes nothing", () => {
    const key = `sk-or-v1-${"0e6".repeat(21)}`;
    for (const [title, wanted] of [
      ["for a raw key", key],
      ["for a raw key in other words", `it is ${key}, help`],
      ["for a management key", "sk-or-mgmt-0e60e60e60e60e6"],
      ["for an empty name", ""],
    ] as const) {
      it(title, async () => {
        const { service } = await rotated();
        const { status, out, err } = await explain(service, wanted);
        assert.deepEqual([status, out, service.requests.length], [2, "", 0]);
        assert.match(err, /^pulumi-guardrails: the argument .*\. Give the key's hash/u);
        assert.doesNotMatch(err, /0e60e6/u);
      });
    }

    it("without a credential", async () => {
      const { service } = await rotated();
      const { GUARDRAILS_BASE_URL = "" } = environmentFor(service);
      const { status, out } = await runHere(["explain", "prod-gateway"], { GUARDRAILS_BASE_URL });
      assert.deepEqual([status, out, service.requests.length], [2, "", 0]);
    });
  });

  it("ends with 3 when the list cannot be read", async () => {
    const service = await running({ faults: () => ({ kind: "status", status: 401 }) });
    const { status, out } = await explain(service, "prod-gateway");
    assert.equal(status, 3);
    assert.match(out, /^could not verify: the service did not accept the management key \(401/mu);
  });

  it("ends with 3 when only the inventory cannot be read, and shows what is known", async () => {
    const { service } = await rotated({
      faults: ({ path }) =>
        path.endsWith("/keys") && !path.includes("assignments") ? { kind: "html-200" } : undefined,
    });
    const { status, out } = await explain(service, "prod-gateway");
    assert.equal(status, 3);
    assert.match(
      out,
      /^unverified: key "prod-gateway" .*, and nothing shows whether it is in use$[\s\S]*^could not verify: /mu,
    );
  });

  it("shows a hostile name, label or guardrail harmlessly, and finds it by what it is", async () => {
    for (const name of hostileNames.filter((one) => !one.startsWith("sk-or-"))) {
      const ledger = new Ledger();
      const { guardrailId } = ledger.assign({ keyName: name, keyLabel: name });
      ledger.guardrails.add({ id: guardrailId, name });
      const { status, out, err } = await explain(await running({ ledger }), name);
      assert.deepEqual([status, err], [0, ""]);
      assert.doesNotMatch(out.replaceAll("\n", ""), harmful);
    }
  });

  it("ends at once with 130 by Ctrl-C in the middle of a read, and closes its requests", async () => {
    const { service } = await rotated({ latency: () => never });
    const { child, ended } = startCommand(["explain", "prod-gateway"], environmentFor(service));
    while (service.requests.length < 2) await new Promise(setImmediate);
    child.kill("SIGINT");
    const { status, out } = await ended;
    assert.deepEqual([status, out], [130, ""]);
    while (service.traffic.aborted < 2) await new Promise(setImmediate);
  });

  it("keeps its exit status when standard output is closed", async () => {
    const { service, unguarded } = await rotated();
    const { child, ended } = startCommand(["explain", unguarded], environmentFor(service));
    child.stdout.destroy();
    const { status, err } = await ended;
    assert.deepEqual([status, err], [1, ""]);
  });
});
