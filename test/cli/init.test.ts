import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ledger, type LocalService, type LocalServiceOptions } from "../../local-service/index";
import { never, useServices } from "../http/reading-of";
import { withoutKeys } from "../inventory/inventory-of";
import { harmful, hostileNames } from "../policies/builders";
import { environmentFor, startCommand } from "./run-command";
import { runHere } from "./run-here";

const yesterday = new Date(Date.now() - 86_400_000).toISOString();

interface Entry {
  readonly hash?: string;
  readonly name?: string;
  readonly pattern?: string;
  readonly description?: string;
}

describe("pulumi-guardrails init", () => {
  const running = useServices();
  let folder = "";
  let output = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "guardrails-init-"));
    output = join(folder, "guardrails.json");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** A family of three names, two names of their own, of which one has two keys, and two keys that are not in use. */
  async function account(options: LocalServiceOptions = {}) {
    const ledger = new Ledger();
    ledger.assign({ keyName: "prod-gateway" });
    ledger.assign({ keyName: "prod-search" });
    ledger.addKey({ keyName: "prod-batch" });
    ledger.assign({ keyName: "billing agent" });
    ledger.addKey({ keyName: "test-one" });
    ledger.addKey({ keyName: "test-one" });
    ledger.addKey({ keyName: "old", disabled: true });
    ledger.addKey({ keyName: "older", expiresAt: yesterday });
    return { service: await running({ ledger, ...options }), ledger };
  }

  function init(service: LocalService, ...argv: readonly string[]) {
    return runHere(["init", "--output", output, ...argv], environmentFor(service));
  }

  function answering(service: LocalService, ask: (question: string) => Promise<string>) {
    return runHere(["init", "--output", output], environmentFor(service), { ask });
  }

  function written(): readonly Entry[] {
    const file = JSON.parse(readFileSync(output, "utf8"));
    assert.deepEqual(Object.keys(file), ["guardrails-settings"]);
    return file["guardrails-settings"].requiredKeys;
  }

  /** The entries without their descriptions. */
  function selected(): readonly object[] {
    return written().map(({ description, ...selector }) => selector);
  }

  it("requires keys of which nobody can tell whether they have expired, and says so", async () => {
    const { service } = await account({ date: () => new Date(Date.now() - 48 * 3_600_000) });
    const { status, out } = await init(service, "--yes");
    assert.equal(status, 0);
    assert(selected().some((one) => "name" in one && one.name === "older"));
    assert.match(
      out,
      /^could not verify: nobody can tell whether "older" [0-9a-f]{8} has expired, because /mu,
    );
    const missing = await runHere(["check"], environmentFor(service), {
      ask: () => Promise.reject(new Error()),
    });
    assert.match(missing.err, /^could not verify: nobody can tell whether "older" /mu);
  });

  it("counts one key as one", async () => {
    const ledger = new Ledger();
    ledger.addKey({ keyName: "first" });
    const { out } = await init(await running({ ledger }), "--yes");
    assert.match(out, /: 1 requirement for 1 key in use, without a guardrail\.$/mu);
  });

  it("ends with 3 and writes nothing where the inventory leaves out keys that have an assignment", async () => {
    const ledger = new Ledger();
    const left = [ledger.assign({ keyName: "prod-a" }), ledger.assign({ keyName: "prod-b" })];
    ledger.addKey({ keyName: "prod-c" });
    const service = await running({ ledger, faults: withoutKeys(...left) });
    const { status, out, err } = await init(service, "--yes");
    assert.deepEqual([status, out, existsSync(output)], [3, "", false]);
    assert.match(err, /inventory of all keys is not whole: 2 keys have an assignment and are not in it/u);
    const listed = await runHere(["list", "--unguarded"], environmentFor(service));
    assert.equal(listed.status, 3);
  });

  describe("with --advisory-until", () => {
    const day = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);

    it("lets the engine warn only, writes the day into the file, and says what to do then", async () => {
      const { service } = await account();
      const { status, out } = await init(service, "--yes", "--advisory-until", day);
      assert.equal(status, 0);
      const file = JSON.parse(readFileSync(output, "utf8"));
      assert.equal(file["required-keys-guarded"], "advisory");
      for (const { description } of file["guardrails-settings"].requiredKeys)
        assert.equal(description, `advisory until ${day}`);
      assert(out.includes(`Take "required-keys-guarded": "advisory" out on ${day}.`));
      const { status: checked } = await runHere(["check", "--config", output], environmentFor(service));
      assert.equal(checked, 1, "the command fails all the same");
    });

    for (const wrong of ["soon", "2027-1-31", "2027-02-30", "2020-01-01"]) {
      it(`refuses ${wrong}`, async () => {
        const { service } = await account();
        const { status, err } = await init(service, "--yes", "--advisory-until", wrong);
        assert.deepEqual([status, existsSync(output), service.requests.length], [2, false, 0]);
        assert.match(err, /needs a date in the future for --advisory-until/u);
      });
    }
  });

  it("says that the pack will stop every deployment where keys are unguarded, and how to warn first", async () => {
    const { service } = await account();
    const { out } = await init(service, "--yes");
    assert.match(out, /stops every deployment until each of them has a guardrail[\s\S]*--advisory-until/u);
  });

  describe("with --yes", () => {
    it("writes families of names as patterns, other names as names, and shows how they stand: tomorrow that is wrong", async () => {
      const { service } = await account();
      const { status, out, err } = await init(service, "--yes");
      assert.deepEqual([status, err], [0, ""]);
      assert.deepEqual(written(), [{ pattern: "prod-*" }, { name: "billing agent" }, { name: "test-one" }]);
      assert.match(
        out,
        /^ {2}pattern "prod-\*": 3 keys, 1 WITHOUT A GUARDRAIL\n {2}name "billing agent": guarded\n {2}name "test-one": 2 keys, 2 WITHOUT A GUARDRAIL$/mu,
      );
      assert.match(out, /: 3 requirements for 6 keys in use, 3 of them without a guardrail\.$/mu);
    });

    it("writes what check takes: a violation as long as a key in use is unguarded, then a pass", async () => {
      const { service, ledger } = await account();
      await init(service, "--yes");
      const check = () => runHere(["check", "--config", output], environmentFor(service));
      assert.equal((await check()).status, 1);
      for (const { keyHash, keyName } of ledger.keys()) ledger.assign({ keyHash, keyName });
      assert.equal((await check()).status, 0);
    });

    it("writes guardrails.json where no other file is named", async () => {
      const { service } = await account();
      const before = process.cwd();
      process.chdir(folder);
      try {
        assert.equal((await runHere(["init", "--yes"], environmentFor(service))).status, 0);
      } finally {
        process.chdir(before);
      }
      assert.equal(written().length, 3);
    });

    it("requires a key by its hash where its name cannot stand in a configuration, and never writes a raw key", async () => {
      const ledger = new Ledger();
      const raw = `sk-or-v1-${"0e6".repeat(21)}`;
      const pasted = ledger.addKey({ keyName: `prod ${raw}` });
      const nameless = ledger.addKey({ keyName: "" });
      const service = await running({ ledger });
      const { status } = await init(service, "--yes");
      assert.equal(status, 0);
      const hashes = selected().map((entry) => ("hash" in entry ? entry.hash : undefined));
      assert.deepEqual(hashes.toSorted(), [pasted.keyHash, nameless.keyHash].toSorted());
      assert.doesNotMatch(readFileSync(output, "utf8"), /0e60e6/u);
      assert.equal((await runHere(["check", "--config", output], environmentFor(service))).status, 1);
    });

    it("takes no name with a star for a family, and no beginning that is too long for a pattern", async () => {
      const ledger = new Ledger();
      const long = "x".repeat(200);
      const names = ["a*b-1", "a*b-2", "a*b-3", ...[1, 2, 3].map((n) => `${long}-${n}`)];
      for (const keyName of names) ledger.assign({ keyName });
      const service = await running({ ledger });
      await init(service, "--yes");
      assert.deepEqual(
        selected(),
        names.toSorted().map((name) => ({ name })),
      );
      assert.equal((await runHere(["check", "--config", output], environmentFor(service))).status, 0);
    });

    it("takes three keys of one name for a name, not for a family", async () => {
      const ledger = new Ledger();
      for (let n = 0; n < 3; n += 1) ledger.addKey({ keyName: "prod-gateway" });
      await init(await running({ ledger }), "--yes");
      assert.deepEqual(selected(), [{ name: "prod-gateway" }]);
    });

    it("writes hostile names so that check finds them, and shows them harmlessly", async () => {
      const ledger = new Ledger();
      for (const keyName of hostileNames) ledger.assign({ keyName, keyLabel: keyName });
      const service = await running({ ledger });
      const { status, out } = await init(service, "--yes");
      assert.equal(status, 0);
      assert.doesNotMatch(out.replaceAll("\n", ""), harmful);
      const file = readFileSync(output, "utf8").replaceAll("\n", "");
      assert.doesNotMatch(
        file,
        /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}]|::|##\[|##vso\[|<\{|sk-or-v1-[0-9a-f]{16}/u,
      );
      const checked = await runHere(["check", "--config", output], environmentFor(service));
      assert.equal(checked.status, 0, checked.out + checked.err);
    });
  });

  describe("by a service without an inventory", () => {
    it("writes the hashes of the keys with a guardrail, and says that the others cannot be seen", async () => {
      const { service, ledger } = await account({ flavour: "modelgates" });
      const { status, out } = await init(service, "--yes");
      assert.equal(status, 0);
      const hashes = ledger.assignments().map(({ keyHash }) => keyHash);
      const entries = written();
      assert.deepEqual(entries.map(({ hash = "" }) => hash).toSorted(), hashes.toSorted());
      assert.equal(entries[0]?.description, "billing agent");
      assert.match(out, /requirements for \d+ keys that the service lists\.$/mu);
      assert.match(out, /^This service lists keys with a guardrail only/mu);
      assert.equal((await runHere(["check", "--config", output], environmentFor(service))).status, 0);
    });

    it("takes a pattern for the keys that match it today", async () => {
      const { service } = await account({ flavour: "modelgates" });
      await answering(service, async () => "prod-*");
      assert.deepEqual(
        written().map(({ description }) => description),
        ["prod-gateway", "prod-search"],
      );
    });
  });

  for (const path of ["/keys", "/workspaces"]) {
    it(`misses no key where ${path} is answered 404 once`, async () => {
      let isFirst = true;
      const { service } = await account({
        faults: (request) => {
          if (!isFirst || !request.path.endsWith(`/api/v1${path}`)) return undefined;
          isFirst = false;
          return { kind: "status", status: 404 };
        },
      });
      const { status, out } = await init(service, "--yes");
      assert.equal(status, 0);
      assert(!isFirst);
      assert.doesNotMatch(out, /lists keys with a guardrail only/u);
      assert(written().every(({ hash }) => hash === undefined));
    });
  }

  it("writes nothing where the list of keys is answered 404 before its end: that is no service without one", async () => {
    const { service, ledger } = await account({
      faults: ({ path, offset = 0 }) =>
        path.endsWith("/api/v1/keys") && offset >= 90 ? { kind: "status", status: 404 } : undefined,
    });
    for (let at = 0; at < 150; at += 1) ledger.addKey({ keyName: `agent-${at}` });
    const { status, err } = await init(service, "--yes");
    assert.equal(status, 3);
    assert.match(err, /cannot be read whole, because offset \d+ is answered 404/u);
    assert(!existsSync(output));
  });

  describe("on a terminal", () => {
    it("shows the keys in use and how they stand, and asks once", async () => {
      const { service } = await account();
      const asked: string[] = [];
      await answering(service, async (question) => {
        asked.push(question);
        return "";
      });
      assert.equal(asked.length, 1);
      assert.match(asked[0] ?? "", /^6 keys in use, 3 of them without a guardrail:$/mu);
      assert.match(asked[0] ?? "", /^ {2}unguarded prod-batch$/mu);
      assert.match(asked[0] ?? "", /^ {2}guarded {3}prod-gateway$/mu);
      assert.doesNotMatch(asked[0] ?? "", /old/u);
      assert.equal(written().length, 3, "Enter takes the suggestions");
    });

    it("requires the pattern that is answered", async () => {
      const { service } = await account();
      const { out } = await answering(service, async () => " prod-* ");
      assert.deepEqual(selected(), [{ pattern: "prod-*" }]);
      assert.match(out, /: 1 requirement for 3 keys in use, 1 of them without/u);
    });

    it("shows hostile names harmlessly, and of many keys the first twenty", async () => {
      const ledger = new Ledger();
      for (const keyName of hostileNames) ledger.addKey({ keyName });
      for (let n = 10; n < 40; n += 1) ledger.addKey({ keyName: `\u0001${n}` });
      let asked = "";
      await answering(await running({ ledger }), async (question) => {
        asked = question;
        return "";
      });
      assert.doesNotMatch(asked.replaceAll("\n", ""), harmful);
      assert.equal(asked.match(/^ {2}unguarded /gmu)?.length, 20);
      assert.match(asked, new RegExp(`^  and ${hostileNames.length + 10} more$`, "mu"));
    });

    it("asks again, and says why, where the answer is no pattern of these names", async () => {
      const { service } = await account();
      const asked: string[] = [];
      const answers = ["nothing-*", "prod-*"];
      const { status } = await answering(service, async (question) => {
        asked.push(question);
        return answers[asked.length - 1] ?? "";
      });
      assert.equal(status, 0);
      assert.deepEqual(selected(), [{ pattern: "prod-*" }]);
      assert.equal(asked.length, 2);
      assert.match(
        asked[1] ?? "",
        /^init finds no key in use for that pattern\. .*\nWhich must be guarded\?/u,
      );
    });

    it("refuses, when it has asked three times, a raw key, a pattern that is too long and one that matches nothing, and writes nothing", async () => {
      const { service, ledger } = await account();
      const raw = `sk-or-v1-${"0e6".repeat(21)}`;
      ledger.addKey({ keyName: raw });
      for (const answer of [raw, "*".repeat(129), "nobody-*"]) {
        const { status, out, err } = await answering(service, async () => answer);
        assert.deepEqual([status, out], [2, ""]);
        assert.doesNotMatch(err, /0e60e6|\*\*\*/u);
        assert(!existsSync(output));
      }
    });
  });

  describe("ends with 2 and sends nothing", () => {
    it("where it would have to ask and there is no terminal", async () => {
      const { service } = await account();
      const { status, err } = await init(service);
      assert.deepEqual([status, service.requests.length, existsSync(output)], [2, 0, false]);
      assert.match(err, /there is no terminal\. Add --yes/u);
    });

    for (const options of [["--yes"], []]) {
      it(`where the file exists, which stays as it is: init ${options.join(" ")}`, async () => {
        const { service } = await account();
        writeFileSync(output, "mine");
        const { status, err } = await init(service, ...options);
        assert.deepEqual([status, service.requests.length], [2, 0]);
        assert.match(err, /does not overwrite a file that exists/u);
        assert.doesNotMatch(err, /--yes/u);
        assert.equal(readFileSync(output, "utf8"), "mine");
      });
    }

    it("over a file that the shell made for > before it, and says so", async () => {
      const { service } = await account();
      writeFileSync(output, "");
      const { status, err } = await init(service, "--yes");
      assert.deepEqual([status, service.requests.length], [2, 0]);
      assert.match(
        err,
        /this one is empty\. Remove it, and send no output to it by >: init writes the file/u,
      );
    });

    it("without a credential", async () => {
      const { service } = await account();
      const { GUARDRAILS_BASE_URL = "" } = environmentFor(service);
      const { status } = await runHere(["init", "--yes", "--output", output], { GUARDRAILS_BASE_URL });
      assert.deepEqual([status, service.requests.length, existsSync(output)], [2, 0, false]);
    });
  });

  it("does not overwrite a file that somebody makes meanwhile, or what a dangling link leads to", async () => {
    const { service } = await account();
    const { status } = await answering(service, async () => {
      symlinkSync(join(folder, "elsewhere"), output);
      return "";
    });
    assert.deepEqual([status, existsSync(join(folder, "elsewhere"))], [2, false]);
  });

  it("ends with 2 where the file cannot be written", async () => {
    const { service } = await account();
    output = join(folder, "missing", "guardrails.json");
    const { status, err } = await init(service, "--yes");
    assert.equal(status, 2);
    assert.match(
      err,
      /, the file that init would write, cannot be written \(its folder "[^"]+" does not exist\)\. Make/u,
    );
  });

  it("ends with 2 for an account without a key in use: a configuration of nothing is none", async () => {
    const ledger = new Ledger();
    ledger.addKey({ disabled: true });
    const { status, err } = await init(await running({ ledger }), "--yes");
    assert.deepEqual([status, existsSync(output)], [2, false]);
    assert.match(err, /finds no key in use/u);
  });

  it("ends with 3 and writes nothing when a list cannot be read, the inventory too", async () => {
    for (const list of ["/assignments/keys", "/workspaces"]) {
      const { service } = await account({
        faults: ({ path }) => (path.endsWith(list) ? { kind: "html-200" } : undefined),
      });
      const { status, out, err } = await init(service, "--yes");
      assert.deepEqual([status, out, existsSync(output)], [3, "", false]);
      assert.match(err, /^pulumi-guardrails: could not verify: /u);
    }
  });

  it("ends at once with 130 by Ctrl-C in the middle of a read, and writes nothing", async () => {
    const { service } = await account({ latency: () => never });
    const { child, ended } = startCommand(["init", "--yes", "--output", output], environmentFor(service));
    while (service.requests.length < 2) await new Promise(setImmediate);
    child.kill("SIGINT");
    assert.equal((await ended).status, 130);
    assert(!existsSync(output));
  });
});
