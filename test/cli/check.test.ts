import assert from "node:assert/strict";
import { createServer } from "node:net";
import { join } from "node:path";
import { type Fault, type LocalService, sampleAssignment } from "../../local-service/index";
import { useServices } from "../http/reading-of";
import { absentGuardrail } from "../policies/builders";
import { environmentFor, ruled, runCommand, useFiles } from "./run-command";
import { runHere } from "./run-here";

const guarded = { hash: sampleAssignment(1).keyHash };
const absent = { hash: sampleAssignment(77).keyHash };

describe("pulumi-guardrails check", () => {
  const running = useServices();
  const write = useFiles();

  async function check(content: unknown, service?: LocalService) {
    const environment = environmentFor(service ?? (await running()));
    return runHere(["check", "--config", write(content)], environment);
  }

  /** Each exit status is once that of a real process. */
  async function checkInProcess(content: unknown, service?: LocalService) {
    const environment = environmentFor(service ?? (await running()));
    return runCommand(["check", "--config", write(content)], environment);
  }

  describe("ends with 0", () => {
    it("when every required key is guarded, and says how many, where and when", async () => {
      const requiredKeys = [guarded, { name: sampleAssignment(2).keyName, assignedNameSuffices: true }];
      const { status, out, err } = await checkInProcess(ruled({ requiredKeys }));
      assert.deepEqual([status, err], [0, ""]);
      assert.match(
        out,
        /^guarded: all 2 required keys pass\nlist of OpenRouter at http:\S+, read 20\S+Z\nrequired-keys-guarded: Only keys with an assignment are judged of the name ".*", because .*\nrequired-keys-guarded: The list of all keys was not read: .*\nrules in force: required-keys-guarded \(all 2 pass\); not configured: .*\n$/u,
      );
    });

    it("for the same file as --policy-pack-config takes, enforcement levels included", async () => {
      const rule = ruled({ enforcementLevel: "mandatory", requiredKeys: [guarded], evidence: "live" });
      assert.equal((await check({ all: "mandatory", ...rule })).status, 0);
    });

    it("by the live list, although the file says stack", async () => {
      const service = await running();
      const { status } = await check(ruled({ requiredKeys: [guarded], evidence: "stack" }), service);
      const asked = new Set(service.requests.map(({ path }) => path.replace("/api/v1/", "")));
      assert.deepEqual([status, [...asked]], [0, ["guardrails/assignments/keys", "guardrails"]]);
    });
  });

  describe("ends with 1", () => {
    const failed =
      /^not guarded: .*\nlist of .*\n(unguarded|wrong-guardrail)\t[\s\S]*\nrules in force: required-keys-guarded \((?:its only key|1 of \d) fails\); /u;
    const cases = {
      "when a required key is unguarded": { requiredKeys: [guarded, absent] },
      "when a required key has the wrong guardrail": {
        requiredKeys: [{ ...guarded, guardrail: absentGuardrail }],
      },
      "when the rule is only advisory": { enforcementLevel: "advisory", requiredKeys: [absent] },
    };
    for (const [title, rule] of Object.entries(cases)) {
      it(title, async () => {
        const service = await running();
        service.ledger.addKey(sampleAssignment(77));
        const { status, out, err } = await check(ruled(rule), service);
        assert.deepEqual([status, err], [1, ""]);
        assert.match(out, failed);
      });
    }

    it("when a required hash is that of no key any more, and prints no command that the service answers with 404", async () => {
      const requiredKeys = [guarded, { ...absent, description: sampleAssignment(2).keyName }];
      const { status, out } = await check(ruled({ requiredKeys }));
      assert.equal(status, 1);
      assert.match(out, /^not guarded: 1 required hash is that of no key\n/u);
      const { keyName, keyHash } = sampleAssignment(2);
      const meant = `is it the key "${keyName}" ${keyHash.slice(0, 8)} now?`;
      assert(out.includes(`and no key of the account has that hash (${meant})`), out);
      assert.doesNotMatch(out, /GUARDRAIL=/u);
    });

    it("when nobody can tell whether a required hash is that of a key, and says what a 404 means", async () => {
      const { status, out } = await check(
        ruled({ requiredKeys: [absent] }),
        await running({ management: false }),
      );
      assert.equal(status, 1);
      assert.match(out, /^unguarded\t.*, or is no key any more \(the list of all keys was not read\)$/mu);
      assert.match(out, /^# If this answers 404, no key has such a hash any more: .*\nGUARDRAIL=/mu);
    });

    it("when one key is unguarded and another unverified", async () => {
      const service = await running({ management: false });
      const requiredKeys = [absent, { name: sampleAssignment(1).keyName }];
      const { status, out, err } = await checkInProcess(ruled({ requiredKeys }), service);
      assert.deepEqual([status, err], [1, ""]);
      assert.match(out, /^not guarded: the only required key fails, 1 could not be verified\n/u);
      assert.match(out, /^unguarded\t[\s\S]*^unverified\t/mu);
      assert.match(out, /^Showing guardrail ids instead of names: (?!could not verify)/mu);
    });
  });

  describe("ends with 2, sends nothing and says nothing on standard output", () => {
    const cases: Readonly<Record<string, readonly [content: unknown, said: RegExp]>> = {
      "when the file is not JSON": ["requiredKeys: []", /is not JSON: line 1, column 1: /u],
      "when the file is empty": ["", /is empty\. /u],
      "when the file holds a list": [[], /is not a JSON object/u],
      "when the file holds null": ["null", /is not a JSON object/u],
      "when the file is {}": [{}, /names no required keys/u],
      "when the rule's entry is only a level": [ruled({}), /names no required keys/u],
      "when the rule is a text": [{ "required-keys-guarded": "mandatory" }, /names no required keys/u],
      "when there is an unknown rule": [
        { ...ruled({ requiredKeys: [guarded] }), "required-key-guarded": {} },
        /names an unknown rule: required-key-guarded/u,
      ],
      "when the rule is disabled": [
        ruled({ enforcementLevel: "disabled", requiredKeys: [guarded] }),
        /configures required-keys-guarded and disables it: take one of the two out/u,
      ],
      "when one rule is disabled though configured, and another in force": [
        {
          ...ruled({ requiredKeys: [guarded] }),
          "no-unguarded-keys": { enforcementLevel: "disabled", exempt: [] },
        },
        /configures no-unguarded-keys and disables it/u,
      ],
      "when the level is unknown": [ruled({ enforcementLevel: "strict", requiredKeys: [guarded] }), /./u],
      "when no key is required": [ruled({ requiredKeys: [] }), /names no required keys/u],
      "when a setting is misspelt": [ruled({ requiredKeys: [guarded], readTimout: 1 }), /readTimout/u],
      "when a limit cannot be": [ruled({ requiredKeys: [guarded], readTimeout: -1 }), /readTimeout must be/u],
      "when the address is not the credential's": [
        ruled({ requiredKeys: [guarded], baseUrl: "https://gateway.example/api/v1" }),
        /does not belong to https:\/\/gateway\.example/u,
      ],
    };
    it("by --validate too, which reads nothing, takes no key, and ends with 0 for a sound file", async () => {
      const sound = write(ruled({ requiredKeys: [guarded] }));
      const { status, out } = await runCommand(["check", "--validate", "--config", sound]);
      assert.equal(status, 0);
      assert.match(out, /^The configuration is valid; in force: required-keys-guarded\.$/mu);
      const twice = write('{"required-keys-guarded":{},"required-keys-guarded":{}}');
      assert.equal((await runCommand(["check", "--validate", "--config", twice])).status, 2);
    });

    const refusedByTheEngineToo: Readonly<Record<string, readonly [settings: unknown, said: RegExp]>> = {
      "a limit in digits that is a text": [{ readTimeout: "30" }, /readTimeout must be a number/u],
      "no limit": [{ maxRows: null }, /maxRows must be a number/u],
      "a limit that cannot be": [{ maxRequests: 0 }, /maxRequests must be a whole number above 0/u],
      "an address that cannot be": [{ baseUrl: "gateway.example" }, /baseUrl/u],
      "an unknown service": [{ service: "openruter" }, /service is not a known service/u],
    };
    for (const [title, [settings, said]] of Object.entries(refusedByTheEngineToo)) {
      it(`by --validate too, which does not call sound what the engine or the rules refuse: ${title}`, async () => {
        const file = write({ "guardrails-settings": settings, ...ruled({ requiredKeys: [guarded] }) });
        const { status, out, err } = await runHere(["check", "--validate", "--config", file], {});
        assert.deepEqual([status, out], [2, ""]);
        assert.match(err, said);
      });
    }

    for (const [title, [content, said]] of Object.entries(cases)) {
      it(title, async () => {
        const service = await running();
        const { status, out, err } = await check(content, service);
        assert.deepEqual([status, out, service.requests.length], [2, "", 0]);
        assert.match(err, /^pulumi-guardrails: (?!could not verify)/u);
        assert.match(err, said);
      });
    }

    it("when the file is missing, a directory, or not readable as a file", async () => {
      const service = await running();
      for (const [path, said] of [
        [`${write({})}.missing`, /\.json\.missing does not exist\. Name another file by --config/u],
        [join(write({}), ".."), /cannot be read \(EISDIR\)/u],
        [`${write({})}/x`, /cannot be read \(ENOTDIR\)/u],
      ] as const) {
        const { status, out, err } = await runCommand(["check", "--config", path], environmentFor(service));
        assert.deepEqual([status, out], [2, ""]);
        assert.match(err, said);
      }
    });

    it("when there is no credential, an empty one, or one that cannot be", async () => {
      const service = await running();
      const path = write(ruled({ requiredKeys: [guarded] }));
      const { GUARDRAILS_BASE_URL = "" } = environmentFor(service);
      for (const more of [
        {},
        ...["", "  ", "two words"].map((key) => ({ GUARDRAILS_MANAGEMENT_KEY: key })),
      ]) {
        const { status, out, err } = await runCommand(["check", "--config", path], {
          GUARDRAILS_BASE_URL,
          ...more,
        });
        assert.deepEqual([status, out, service.requests.length], [2, "", 0]);
        assert.match(
          err,
          /^pulumi-guardrails: (?:no management key for|environment variable GUARDRAILS_MAN)/u,
        );
      }
    });

    it("when a raw key is pasted into the file, which is not echoed, in JSON or not", async () => {
      const key = `sk-or-v1-${"0e6".repeat(21)}`;
      const entry = ruled({ requiredKeys: [{ hash: key }] });
      for (const content of [entry, JSON.stringify(entry).slice(0, -2), { [key]: {} }, key]) {
        const { status, out, err } = await check(content);
        assert.deepEqual([status, out], [2, ""]);
        assert.doesNotMatch(err, /0e60e6/u);
      }
    });
  });

  describe("ends with 3", () => {
    it("when a key is required by a name and the service has no inventory", async () => {
      const service = await running({ management: false });
      const requiredKeys = [guarded, { name: sampleAssignment(1).keyName }];
      const { status, out } = await check(ruled({ requiredKeys }), service);
      assert.equal(status, 3);
      assert.match(out, /^could not verify: 1 of 2 requirements could not be judged\n/u);
      assert.match(
        out,
        /\nunverified\tprod-checkout-1\t[\s\S]*\nrules in force: required-keys-guarded \(1 of 2 could not be verified\);/u,
      );
    });

    it("never on ModelGates for required hashes, but says in each run that other keys pass unseen", async () => {
      const service = await running({ flavour: "modelgates" });
      const environment = { ...environmentFor(service), GUARDRAILS_SERVICE: "modelgates" };
      const config = write(ruled({ requiredKeys: [guarded] }));
      const { status, out } = await runHere(["check", "--config", config], environment);
      assert.equal(status, 0);
      assert.match(
        out,
        /^required-keys-guarded: ModelGates lists no keys without an assignment: one whose hash is not required, such as the new key of a rotation, passes unseen\.$/mu,
      );
    });

    it("never for required hashes where nothing shows which service it is, but says in each run that other keys pass unseen", async () => {
      const service = await running({ flavour: "modelgates" });
      const { status, out } = await check(ruled({ requiredKeys: [guarded] }), service);
      assert.equal(status, 0);
      assert.match(
        out,
        /^required-keys-guarded: The list of all keys was not read: a key whose hash is not required, such as the new key of a rotation, passes unseen\.$/mu,
      );
    });

    it("on ModelGates, with the way out printed, and without doubting the address that it was told", async () => {
      const service = await running({ flavour: "modelgates" });
      const environment = { ...environmentFor(service), GUARDRAILS_SERVICE: "modelgates" };
      const config = write(ruled({ requiredKeys: [{ name: sampleAssignment(1).keyName }] }));
      const { status, out } = await runHere(["check", "--config", config], environment);
      assert.equal(status, 3);
      assert.match(out, /^could not verify: the only requirement could not be judged\n/u);
      assert.match(
        out,
        /^could not verify: .*ModelGates has none: require keys by their hash, or a name with "assignedNameSuffices": true \(node_modules\/pulumi-guardrails\/docs\/rules\/required-keys-guarded\.md\)\./mu,
      );
      assert.match(
        out,
        /^Showing guardrail ids instead of names: the service lists no guardrails \(404\).*ModelGates lists none\./mu,
      );
      assert.doesNotMatch(out, /something else than the API|Elsewhere/u);
    });

    it("when the key is not accepted, and says which variable it came from", async () => {
      const service = await running({ faults: () => ({ kind: "status", status: 401 }) });
      const { out } = await check(ruled({ requiredKeys: [guarded] }), service);
      assert.match(
        out,
        /\. Give a management key of this service in GUARDRAILS_MANAGEMENT_KEY; an ordinary/u,
      );
    });

    const faults: Readonly<Record<string, Fault>> = {
      "401": { kind: "status", status: 401 },
      "403 that repeats the credential": { kind: "echo-credential" },
      "500 again and again": { kind: "status", status: 500 },
      "a web page": { kind: "html-200" },
      "no answer": { kind: "no-answer" },
      "a reset": { kind: "reset-before" },
      "a total that is too low": {
        kind: "edited-page",
        edit: ({ data }) => ({ data, total_count: 1 }),
      },
    };
    for (const [title, fault] of Object.entries(faults)) {
      it(`when the service answers with ${title}`, async () => {
        const service = await running({ faults: () => fault });
        const { status, out } = await check(ruled({ requiredKeys: [guarded], readTimeout: 3 }), service);
        assert.equal(status, 3);
        assert.match(
          out,
          /^could not verify: nothing is known about any key\nservice: OpenRouter at .*\ncould not verify: .*\nrules in force: required-keys-guarded \(could not be judged\); .*\n$/u,
        );
      });
    }

    it("when nothing listens at the address", async () => {
      const server = createServer();
      await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
      const address = server.address();
      await new Promise((closed) => server.close(closed));
      assert(typeof address === "object" && address !== null);
      const environment = environmentFor({ baseUrl: `http://127.0.0.1:${address.port}/api/v1` });
      const path = write(ruled({ requiredKeys: [guarded], readTimeout: 3 }));
      const { status, out } = await runCommand(["check", "--config", path], environment);
      assert.equal(status, 3);
      assert.match(out, /the connection was refused/u);
    });
  });
});
