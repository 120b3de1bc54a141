import assert from "node:assert/strict";
import fc from "fast-check";
import { readConfigurationFile } from "../../cli/configuration-file";
import { GuardrailsError } from "../../provider/errors";
import { guardrail, noon, row } from "../policies/builders";
import { useFiles } from "./run-command";

const requiredKeys = [{ hash: row(1).keyHash }];
const required = { requiredKeys };
const levels = ["advisory", "mandatory", "remediate"] as const;

describe("the configuration file", () => {
  const write = useFiles();

  function plan(content: unknown, now = noon) {
    return readConfigurationFile(write(content), now, {
      invocation: "pulumi-guardrails",
      input: () => Promise.reject(new Error("standard input was not expected to be read")),
    });
  }

  /** The rules in force that apply. */
  async function inForce(content: unknown): Promise<string[]> {
    const { rules } = await plan(content);
    return rules.filter(({ configured }) => configured.kind === "configured").map(({ rule }) => rule.name);
  }

  async function refusal(content: unknown): Promise<string> {
    try {
      await plan(content);
    } catch (error) {
      assert(error instanceof GuardrailsError && error.kind === "configuration", String(error));
      assert(error.message.startsWith("could not verify: "), error.message);
      return error.message;
    }
    return assert.fail("it was accepted");
  }

  describe("puts rules in force", () => {
    it("as they are configured, in the order of the pack", async () => {
      const content = {
        "guardrails-enforce-something": { require: [], ...required },
        "approved-guardrails-only": { approved: [guardrail] },
        "no-unguarded-keys": { exempt: [] },
        "required-keys-guarded": required,
      };
      assert.deepEqual(await inForce(content), Object.keys(content).toReversed());
    });

    it("required-keys-guarded without being named, once guardrails-settings requires keys", async () => {
      assert.deepEqual(await inForce({ "guardrails-settings": required }), ["required-keys-guarded"]);
    });

    for (const level of levels) {
      it(`at whichever level, as a text, in an object or for all: ${level}`, async () => {
        for (const content of [
          { "required-keys-guarded": { enforcementLevel: level, ...required } },
          { "required-keys-guarded": level, "guardrails-settings": required },
          { "required-keys-guarded": { enforcementLevel: level }, "guardrails-settings": required },
          { all: level, "required-keys-guarded": required },
          {
            all: { enforcementLevel: level },
            "guardrails-settings": { enforcementLevel: level, ...required },
          },
        ]) {
          assert.deepEqual(await inForce(content), ["required-keys-guarded"]);
        }
      });
    }

    it("unless they are disabled, as a text, in an object or for all", async () => {
      const others = { "no-unguarded-keys": { exempt: [] } };
      for (const content of [
        { "required-keys-guarded": "disabled", ...others },
        { "required-keys-guarded": { enforcementLevel: "disabled" }, ...others },
        {
          all: "disabled",
          "guardrails-settings": "mandatory",
          "no-unguarded-keys": { enforcementLevel: "mandatory", exempt: [] },
        },
      ]) {
        assert.deepEqual(await inForce(content), ["no-unguarded-keys"]);
      }
    });

    it("that are not disabled themselves where all are", async () => {
      const enabled = { enforcementLevel: "advisory", ...required };
      assert.deepEqual(
        await inForce({ all: { enforcementLevel: "disabled" }, "required-keys-guarded": enabled }),
        ["required-keys-guarded"],
      );
    });

    it("with what guardrails-settings shares, and what their own entry says instead", async () => {
      const { rules } = await plan({
        "guardrails-settings": { evidence: "stack", readTimeout: 7, ...required },
        "no-unguarded-keys": { exempt: [], readTimeout: 9 },
      });
      const shared = new Map(rules.map((one) => [one.rule.name, one.shared]));
      assert.equal(shared.get("required-keys-guarded")?.connection.limits?.readTimeout, 7);
      assert.equal(shared.get("no-unguarded-keys")?.connection.limits?.readTimeout, 9);
      assert.equal(shared.get("no-unguarded-keys")?.evidence, "stack");
    });
  });

  describe("is refused for all that is wrong with it at once", () => {
    const several = {
      "guardrails-settings": { evidence: "dead", requiredKeys: [{ hash: "x" }] },
      "no-unguarded-keys": { exempt: [{ nam: "x" }] },
      "approved-guardrails-only": "manadtory",
      "guardrails-enforce-something": "mandatory",
      "required-key-guarded": {},
      maxRows: 5,
    };

    it("in a line for each fault, and what rules share once", async () => {
      const [head, ...lines] = (await refusal(several)).split("\n");
      assert.match(head ?? "", /^could not verify: \S+\.json has 5 faults:$/u);
      const expected = [
        /^- it has maxRows outside of an entry: it belongs in guardrails-settings\. Move it there\.$/u,
        /^- it names an unknown rule: required-key-guarded \(did you mean required-keys-guarded\?\)\. Correct the name; /u,
        /^- it gives approved-guardrails-only an unknown level \(did you mean mandatory\?\); /u,
        /^- the configuration of guardrails-settings is not valid: evidence must be live or stack; requiredKeys\[0\]\.hash must be /u,
        /^- the configuration of no-unguarded-keys is not valid: exempt\[0\] has the unknown setting nam /u,
        // What several are put right by is said once, below them all.
        /^Fix it: [^\n]*$/u,
      ];
      assert.equal(lines.length, expected.length, lines.join("\n"));
      for (const [index, line] of expected.entries()) assert.match(lines[index] ?? "", line);
    });

    it("of addresses and limits too, each with its entry, and what rules share once", async () => {
      const message = await refusal({
        "guardrails-settings": { baseUrl: "ftp://x", service: "opnrouter", readTimeout: -1, ...required },
        "no-unguarded-keys": { exempt: 3 },
        "approved-guardrails-only": { approved: [guardrail], baseUrl: "https://user@host.example/api/v1" },
      });
      const [head, ...lines] = message.split("\n");
      assert.match(head ?? "", /has 5 faults:$/u);
      for (const [index, line] of [
        /^- guardrails-settings\.baseUrl must be https/u,
        /^- guardrails-settings\.service is not a known service \(did you mean openrouter\?\)\. Use openrouter or modelgates; /u,
        /^- guardrails-settings\.readTimeout must be .*\. Leave it out for the default of 30\.$/u,
        /^- approved-guardrails-only\.baseUrl /u,
        /^- the configuration of no-unguarded-keys is not valid: exempt must be/u,
      ].entries()) {
        assert.match(lines[index] ?? "", line, message);
      }
    });

    it("once of each setting, also of a limit that is no number", async () => {
      const message = await refusal({
        "guardrails-settings": { ...required, readTimeout: "soon", service: 5 },
        "no-unguarded-keys": { exempt: [], maxRows: -1, maxRequests: null },
      });
      for (const setting of ["readTimeout", "service", "maxRows", "maxRequests"]) {
        assert.equal(message.split(`${setting} must be`).length, 2, message);
      }
    });

    it("with the file's name and the place, where no key is required", async () => {
      assert.match(
        await refusal({ "guardrails-settings": { requiredKeys: [] } }),
        /^could not verify: \S+\.json: the configuration of required-keys-guarded names no required keys\. Give "requiredKeys" the keys .*: \[\{ "name": "…" \}\], /u,
      );
    });

    it("and leads to an example only where that helps", async () => {
      const unhelped = [
        "{ ",
        { "required-keys-guarded": "manadtory" },
        { "guardrails-settings": required, "no-unguarded": {} },
        { "guardrails-settings": required, exempt: [] },
        { all: "disabled" },
        { "guardrails-settings": "disabled", "required-keys-guarded": required },
      ];
      for (const content of unhelped) assert.doesNotMatch(await refusal(content), /Write it like this/u);
      for (const content of ["", [], { "required-keys-guarded": "disabled" }]) {
        assert.match(await refusal(content), /Write it like this/u);
      }
    });

    it("and, where it is one only, as it is said alone", async () => {
      const { maxRows } = several;
      assert.match(
        await refusal({ maxRows, "guardrails-settings": required }),
        /^could not verify: \S+\.json has maxRows outside/u,
      );
    });
  });

  describe("is refused with the place", () => {
    const places: Readonly<Record<string, readonly [entry: unknown, said: RegExp]>> = {
      "a limit that is no number": [
        { limitUsd: { max: "50" } },
        /require\[0\]\.limitUsd\.max must be an amount of US dollars/u,
      ],
      "a limit below nothing": [
        { limitUsd: { max: -1 } },
        /require\[0\]\.limitUsd\.max must be an amount of US dollars/u,
      ],
      "an interval that there is not": [
        { limitUsd: { intervals: ["hourly"] } },
        /require\[0\]\.limitUsd\.intervals\[0\] must be one of daily, weekly, monthly/u,
      ],
      "no interval": [
        { limitUsd: { intervals: [] } },
        /require\[0\]\.limitUsd\.intervals must be a list of daily/u,
      ],
      "a switch that is off": [
        { limitUsd: { includeByok: false } },
        /require\[0\]\.limitUsd\.includeByok must be true/u,
      ],
      "a limit without bounds": [{ limitUsd: 50 }, /require\[0\]\.limitUsd must be an object with max/u],
      "a misspelt bound": [
        { limitUsd: { maximum: 50 } },
        /require\[0\]\.limitUsd has the unknown setting maximum/u,
      ],
      "something else altogether": [50, /require\[0\] must be one of limitUsd, /u],
    };
    for (const [what, [entry, said]] of Object.entries(places)) {
      it(`of ${what}`, async () => {
        const message = await refusal({
          "guardrails-settings": required,
          "guardrails-enforce-something": { require: [entry] },
        });
        assert.match(message, said);
        assert.doesNotMatch(message, /Invalid|Too small|expected/u);
      });
    }

    it("of one guardrail in a list, and of a property of a type", async () => {
      const guardrails = { requiredKeys: [{ name: "x", guardrail: [guardrail, "team"] }] };
      assert.match(
        await refusal({ "guardrails-settings": guardrails }),
        /requiredKeys\[0\]\.guardrail\[1\] must be the UUID of a guardrail, not its name\. .* list shows the names and ids of the guardrails that keys have; where the terminal is too narrow for the ids, add \| more\. Fix it: /u,
      );
      const types = { ...required, assignmentTypes: [{ type: "a:b:C", keyProperty: 5 }] };
      assert.match(
        await refusal({ "guardrails-settings": types }),
        /assignmentTypes\[0\]\.keyProperty must be a property/u,
      );
    });
  });

  describe("is refused", () => {
    const cases: Readonly<Record<string, readonly [content: unknown, said: RegExp]>> = {
      "when it is empty": [
        "",
        /^could not verify: \S+\.json is empty\. A shell empties the file that it sends output to .*\. Write it like this: \{/u,
      ],
      "when it is cut off": [
        JSON.stringify({ "required-keys-guarded": required }).slice(0, -1),
        /is not JSON: line 1, column \d+: the end comes before/u,
      ],
      "when a name is given twice": [
        '{ "required-keys-guarded": "advisory",\n  "required-keys-guarded": "mandatory" }',
        /gives the name required-keys-guarded twice: line 1, column 3, and line 2, column 3\./u,
      ],
      "when a setting is misspelt": [
        { "required-keys-guarded": { requiredkey: [] } },
        /has the unknown setting requiredkey \(did you mean requiredKeys\?\)/u,
      ],
      "when a setting is misspelt inside of a key": [
        { "required-keys-guarded": { requiredKeys: [{ name: "a", guardrial: "x" }] } },
        /requiredKeys\[0\].*guardrial \(did you mean guardrail\?\)/u,
      ],
      "when it is a list": [[required], /is not a JSON object/u],
      "when it is null": ["null", /is not a JSON object/u],
      "when a rule is null": [
        { "required-keys-guarded": null },
        /gives required-keys-guarded neither a level nor an object with settings/u,
      ],
      "when a rule is a list": [
        { "required-keys-guarded": requiredKeys },
        /gives required-keys-guarded neither a level nor an object with settings/u,
      ],
      "when a level is misspelt": [
        { "required-keys-guarded": { enforcementLevel: "Mandatory", ...required } },
        /gives required-keys-guarded an unknown enforcementLevel \(did you mean mandatory\?\); levels are advisory, /u,
      ],
      "when what is given as its level is no text": [
        { "required-keys-guarded": { enforcementLevel: 1, ...required } },
        /gives required-keys-guarded an unknown enforcementLevel; levels are advisory, mandatory, /u,
      ],
      "when a level alone is misspelt": [
        { "required-keys-guarded": "warn" },
        /gives required-keys-guarded an unknown level; levels are advisory, mandatory, remediate, disabled\./u,
      ],
      "when a level alone is nearly one": [
        { "required-keys-guarded": "Mandatry" },
        /an unknown level \(did you mean mandatory\?\); levels are /u,
      ],
      "when a setting of all rules stands beside the entries": [
        required,
        /\.json has requiredKeys outside of an entry: it belongs in guardrails-settings\./u,
      ],
      "when a rule's setting stands beside the entries": [
        { "guardrails-settings": required, exempt: [] },
        /\.json has exempt outside of an entry: it belongs in no-unguarded-keys\./u,
      ],
      "when the level of all is misspelt": [
        { all: "strict", "required-keys-guarded": required },
        /gives all an unknown level;/u,
      ],
      "when it is {}": [{}, /the configuration of required-keys-guarded names no required keys/u],
      "when there is an unknown rule": [
        { "required-keys-guarded": required, "no-unguarded-key": { exempt: [] } },
        /names an unknown rule: no-unguarded-key \(did you mean no-unguarded-keys\?\)\./u,
      ],
      "when a misspelt rule states a level, which the engine drops without a word": [
        {
          "guardrails-settings": required,
          "required-key-guarded": { enforcementLevel: "mandatory", ...required },
        },
        /names an unknown rule: required-key-guarded \(did you mean required-keys-guarded\?\)\./u,
      ],
      "when there are several": [{ one: "disabled", two: "disabled" }, /names unknown rules: one, two\./u],
      "when all say more than a level": [
        { all: { enforcementLevel: "mandatory", evidence: "live" }, "required-keys-guarded": required },
        /gives "all" more than a level: what all rules share stands in guardrails-settings/u,
      ],
      "when the settings are disabled": [
        { "guardrails-settings": "disabled", "required-keys-guarded": required },
        /disables guardrails-settings: the rules judge by its configuration/u,
      ],
      "when the settings are disabled in an object": [
        { "guardrails-settings": { enforcementLevel: "disabled", ...required } },
        /disables guardrails-settings/u,
      ],
      "when the settings are disabled with all": [
        { all: "disabled", "guardrails-settings": required, "required-keys-guarded": "mandatory" },
        /disables guardrails-settings/u,
      ],
      "when every rule is disabled": [
        { all: "disabled" },
        /disables every rule: there is nothing to check\. Enable one, or take its level out\.$/u,
      ],
      "when its only rule is disabled": [{ "required-keys-guarded": "disabled" }, /puts no rule in force/u],
      "when the only rule left is about stacks": [
        { "required-keys-guarded": "disabled", "declared-keys-guarded": "mandatory" },
        /puts no rule in force that judges an account: there is nothing to check\. Write it/u,
      ],
      "when required keys are given to nobody": [
        { "required-keys-guarded": { enforcementLevel: "disabled" }, "guardrails-settings": required },
        /disables required-keys-guarded, which judges the requiredKeys of guardrails-settings/u,
      ],
      "when the rule that judges the shared required keys is disabled": [
        {
          "required-keys-guarded": "disabled",
          "guardrails-settings": required,
          "no-unguarded-keys": { exempt: [] },
        },
        /disables required-keys-guarded, which judges the requiredKeys of guardrails-settings/u,
      ],
      "when a rule's setting is misspelt": [
        { "required-keys-guarded": required, "no-unguarded-keys": { exemt: [] } },
        /configuration of no-unguarded-keys is not valid: it has the unknown setting exemt/u,
      ],
      "when a setting of the rule about stacks is misspelt": [
        { "required-keys-guarded": required, "declared-keys-guarded": { keytypes: ["a:b:C"] } },
        /configuration of declared-keys-guarded is not valid: it has the unknown setting keytypes/u,
      ],
      "when the settings are misspelt": [
        { "required-keys-guarded": required, "guardrails-settings": { evidense: "live" } },
        /configuration of guardrails-settings is not valid: it has the unknown setting evidense/u,
      ],
      "when waivers stand in a rule's entry": [
        { "required-keys-guarded": { ...required, waivers: [] } },
        /configuration of required-keys-guarded is not valid: it has the unknown setting waivers/u,
      ],
    };
    for (const [title, [content, said]] of Object.entries(cases)) {
      it(title, async () => {
        assert.match(await refusal(content), said);
      });
    }

    const unconfigured: Readonly<Record<string, string>> = {
      "no-unguarded-keys": 'not configured: add "exempt": []',
      "approved-guardrails-only": 'not configured: add "approved" with the UUIDs of guardrails',
      "guardrails-enforce-something": 'not configured: add "require": []',
    };
    for (const [rule, why] of Object.entries(unconfigured)) {
      it(`when it names a rule without configuring it, whatever the level: ${rule}`, async () => {
        for (const named of [{}, ...levels, { enforcementLevel: "mandatory" }, { evidence: "live" }]) {
          const message = await refusal({ "required-keys-guarded": required, [rule]: named });
          assert(message.includes(`names ${rule}, which is ${why}`), message);
        }
      });
    }

    it("with a hostile rule's name made harmless", async () => {
      assert.match(await refusal({ "::error::\nx": {} }), /unknown rule: : :error: :\\u\{a\}x/u);
    });

    it("without an echo, where a raw key stands in it as whatever", async () => {
      const hex = fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 64, maxLength: 64 });
      const shapes: readonly ((key: string) => unknown)[] = [
        (key) => key,
        (key) => [key],
        (key) => ({ [key]: {} }),
        (key) => ({ all: key, "required-keys-guarded": required }),
        (key) => ({ all: { enforcementLevel: key }, "required-keys-guarded": required }),
        (key) => ({ all: { [key]: 1 }, "required-keys-guarded": required }),
        (key) => ({ "required-keys-guarded": key }),
        (key) => ({ "required-keys-guarded": { enforcementLevel: key, ...required } }),
        (key) => ({ "required-keys-guarded": { requiredKeys: [{ hash: key }] } }),
        (key) => JSON.stringify({ "required-keys-guarded": { requiredKeys: [{ hash: key }] } }).slice(0, -3),
      ];
      await fc.assert(
        fc.asyncProperty(hex, fc.constantFrom(...shapes), async (digits, shape) => {
          const said = await refusal(shape(`sk-or-v1-${digits}`));
          for (let from = 0; from + 12 <= digits.length; from += 1) {
            assert(!said.includes(digits.slice(from, from + 12)), said);
          }
        }),
        { numRuns: 200 },
      );
    });
  });

  describe("has notes", () => {
    const waiver = {
      ...requiredKeys[0],
      rule: "required-keys-guarded",
      reason: "rotation",
      owner: "platform",
    };

    it("of no kind where nothing is to be said", async () => {
      const waivers = [{ ...waiver, expires: "2026-03-08" }];
      assert.deepEqual((await plan({ "guardrails-settings": { waivers, ...required } })).notes, []);
    });

    it("of each void waiver, by the time given", async () => {
      const waivers = [{ ...waiver, expires: "2026-03-08" }, null];
      const content = { "guardrails-settings": { waivers, ...required } };
      assert.deepEqual((await plan(content, Date.UTC(2026, 2, 9))).notes, [
        "guardrails-settings: waivers[0] has no effect: it expired on 2026-03-08.",
        "guardrails-settings: waivers[1] has no effect: it must be an object.",
      ]);
    });
  });
});
