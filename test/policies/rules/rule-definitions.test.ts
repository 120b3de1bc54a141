import assert from "node:assert/strict";
import Ajv from "ajv";
import { overridable } from "../../../policies/configuration/shared-settings";
import { prepareRule } from "../../../policies/judge";
import { createGuardrailsPolicies } from "../../../policies/pack/policies";
import { ruleNames, rules } from "../../../policies/rules/index";
import { GuardrailsError } from "../../../provider/errors";
import { absentGuardrail, guardrail, noon, row } from "../builders";

const about: Readonly<Record<string, "account" | "stack">> = {
  "required-keys-guarded": "account",
  "no-unguarded-keys": "account",
  "approved-guardrails-only": "account",
  "guardrails-enforce-something": "account",
  "declared-keys-guarded": "stack",
};

describe("what each rule says of itself", () => {
  for (const rule of rules) {
    it(`${rule.name} has a title, a description and a severity that Pulumi knows`, () => {
      assert.match(rule.title, /^[A-Z].*\w$/u);
      assert.match(rule.description, /^[A-Z].*\w\.$/u);
      assert(["low", "medium", "high", "critical"].includes(rule.severity));
    });

    it(`${rule.name} says what it judges, and what to do about its violations`, () => {
      assert.equal(rule.target, about[rule.name]);
      assert.match(rule.remediation, /^(?:Assign|Declare|Give) [^.]* named in the message.*\.$/u);
    });
  }

  it("has a letter that no other rule has, by which reports name it", () => {
    const letters = rules.map(({ letter }) => letter);
    assert.match(letters.join(""), /^[A-Z]+$/u);
    assert.deepEqual([...new Set(letters)], letters);
    assert.equal(letters.join("").length, rules.length);
  });

  it("says what puts it in force, in the words that pulumi-guardrails rules shows", () => {
    assert.deepEqual(Object.fromEntries(rules.map(({ name, inForce }) => [name, inForce])), {
      "required-keys-guarded":
        'always; it fails while "requiredKeys" names no key, in guardrails-settings, in its own entry or in the stack configuration',
      "no-unguarded-keys": 'with "exempt" in its own entry; [] exempts no key',
      "approved-guardrails-only": 'with "approved" in its own entry, the UUIDs of guardrails',
      "guardrails-enforce-something":
        'with "require" in its own entry; [] accepts any limit, list, policy or filter',
      "declared-keys-guarded":
        "always under a Pulumi engine, where the stack declares a key; pulumi-guardrails check sees no stack",
    });
  });

  const whereUnread = {
    account:
      /\. Where the message says could not verify, fix what it names: nothing is known about the keys\.$/u,
    stack: /\. Where the message says could not be verified, run it again without --target\.$/u,
  };
  for (const { name, remediation, target: about } of rules) {
    it(`${name} says also what to do where the ${about} could not be read`, () => {
      assert.match(remediation, whereUnread[about]);
    });
  }
});

/** Values of a property: some that its rule takes, and some that are none. */
interface Values {
  readonly taken: readonly unknown[];
  readonly refused: readonly unknown[];
}

const key = { hash: row(1).keyHash };
const named = { name: "prod-gateway" };
const lists = [[key], [key, named, { pattern: "prod-*" }]];
const noLists = [null, true, 7, "prod-*", key, ["prod-*"], [7], [null], [key, "prod-*"], [[key]]];
const keys: Values = { taken: lists, refused: noLists };

/** What each rule is configured with, beside the property that is tried, and its own properties. */
const own: Readonly<
  Record<string, { readonly beside: object; readonly properties: Readonly<Record<string, Values>> }>
> = {
  "required-keys-guarded": { beside: { requiredKeys: [key] }, properties: { requiredKeys: keys } },
  "no-unguarded-keys": { beside: {}, properties: { exempt: { ...keys, taken: [[], ...lists] } } },
  "approved-guardrails-only": {
    beside: { approved: [guardrail] },
    properties: {
      approved: {
        taken: [[guardrail], [guardrail, absentGuardrail]],
        refused: [null, guardrail, { 0: guardrail }, [], [7], [null], [guardrail, [guardrail]]],
      },
      keys: { ...keys, refused: [[], ...noLists] },
    },
  },
  "guardrails-enforce-something": {
    beside: { require: [], requiredKeys: [key] },
    properties: {
      require: {
        taken: [[], ["limitUsd"], ["zeroDataRetention", { limitUsd: { max: 5, intervals: ["daily"] } }]],
        refused: [
          null,
          "limitUsd",
          {},
          [7],
          [null],
          ["limitUSD"],
          ["limitUsd", ""],
          [["limitUsd"]],
          [{ limitUsd: 5 }],
        ],
      },
      requiredKeys: keys,
    },
  },
  "declared-keys-guarded": { beside: {}, properties: {} },
};

/** Settings that every rule's own entry may state too. */
const shared: Readonly<Record<string, Values>> = {
  evidence: { taken: ["live", "stack"], refused: [null, "cached", true, ["live"]] },
  enforceAt: { taken: ["start", "end"], refused: [null, "begin", 1, {}] },
  planned: { taken: [true, false], refused: [null, "true", 1] },
  keyTypes: { taken: [["a:b:C"]], refused: [null, "a:b:C", [], [7], [{ type: "a:b:C" }]] },
  assignmentTypes: {
    taken: [["a:b:C"], ["a:b:C", { type: "d:e:F", keyProperty: "keys" }]],
    refused: [null, "a:b:C", [], [7], [["a:b:C"]], { type: "a:b:C" }],
  },
};

describe("the schema that the engine checks a rule's configuration by", () => {
  const policies = createGuardrailsPolicies();

  /** Tells whether the schema of the rule's policy, and the rule itself, take a configuration. */
  function verdictsOf(name: string) {
    const properties = policies.find((one) => one.name === name)?.configSchema?.properties;
    const rule = rules.find((one) => one.name === name);
    assert(properties !== undefined && rule !== undefined);
    const validate = new Ajv({ strict: false }).compile({ type: "object", properties });
    return (configuration: object) => {
      const bySchema = validate(configuration);
      try {
        prepareRule(rule, { own: configuration, settings: {} }, noon);
        return { bySchema, byRule: true };
      } catch (error) {
        assert(error instanceof GuardrailsError && error.kind === "configuration");
        return { bySchema, byRule: false };
      }
    };
  }

  it("is tried for every property of every rule", () => {
    assert.deepEqual(Object.keys(own), ruleNames);
    for (const { name } of rules) {
      const schema = policies.find((one) => one.name === name)?.configSchema?.properties ?? {};
      const ofRule = Object.keys(schema).filter((property) => !Object.hasOwn(overridable, property));
      assert.deepEqual(Object.keys(own[name]?.properties ?? {}), ofRule, name);
    }
  });

  for (const [name, { beside, properties }] of Object.entries(own)) {
    for (const [property, { taken, refused }] of Object.entries({ ...properties, ...shared })) {
      it(`takes and refuses the same values of ${property} as ${name} does`, () => {
        const verdicts = verdictsOf(name);
        for (const value of taken) {
          const found = verdicts({ ...beside, [property]: value });
          assert.deepEqual(found, { bySchema: true, byRule: true }, JSON.stringify(value));
        }
        for (const value of refused) {
          const found = verdicts({ ...beside, [property]: value });
          assert.deepEqual(found, { bySchema: false, byRule: false }, JSON.stringify(value));
        }
      });
    }
  }
});
