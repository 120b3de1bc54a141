import assert from "node:assert/strict";
import { ruleNames } from "../../../policies/rules/index";
import { limitNames } from "../../../provider/settings/limits";
import { resolveAddress } from "../../../provider/settings/settings";
import { hashRequired, row } from "../builders";
import { type Beside, configurationOf, refusalOf } from "./configuration-of";

const requiredKeys = [{ hash: row(1).keyHash }];

/** The shared settings of `required-keys-guarded` by its own entry and `guardrails-settings`. */
function sharedOf(own: Readonly<Record<string, unknown>>, settings: Beside["settings"] = {}) {
  return configurationOf({ requiredKeys, ...own }, { settings }).shared;
}

function addressOf(...given: Parameters<typeof sharedOf>) {
  return resolveAddress({ args: sharedOf(...given).connection, environment: {} });
}

describe("guardrails-settings", () => {
  it("may be left out, and then everything has its default", () => {
    const { connection, ...shared } = sharedOf({}, undefined);
    assert.deepEqual(shared, {
      evidence: "live",
      enforceAt: "end",
      planned: true,
      keyTypes: ["openrouter:index/apiKey:ApiKey"],
      assignmentTypes: [
        {
          type: "openrouter:index/guardrailKeyAssignment:GuardrailKeyAssignment",
          keyProperty: "keyHash",
          guardrailProperty: "guardrailId",
          createdProperty: "id",
        },
      ],
      statedTypes: [],
    });
    assert.equal(connection.managementKey, undefined);
    assert.deepEqual(
      resolveAddress({ args: connection, environment: { GUARDRAILS_SERVICE: "modelgates" } }),
      {
        service: "modelgates",
        baseUrl: "https://modelgates.ai/api/v1",
      },
    );
  });

  const overridable: Readonly<Record<string, readonly [shared: unknown, own: unknown]>> = {
    evidence: ["stack", "live"],
    enforceAt: ["start", "end"],
    planned: [false, true],
    keyTypes: [["a:b:C"], ["d:e:F"]],
  };
  for (const [name, [given, own]] of Object.entries(overridable)) {
    it(`gives ${name} to every rule, and a rule's own entry wins`, () => {
      const settingOf = (shared: ReturnType<typeof sharedOf>) => shared[name as keyof typeof shared];
      assert.deepEqual(settingOf(sharedOf({}, { [name]: given })), given);
      assert.deepEqual(settingOf(sharedOf({ [name]: own }, { [name]: given })), own);
      assert.deepEqual(settingOf(sharedOf({ [name]: given }, { [name]: own })), given);
    });
  }

  it("gives every rule the same settings", () => {
    const needed: Readonly<Record<string, unknown>> = { "required-keys-guarded": { requiredKeys } };
    for (const rule of ruleNames) {
      const { shared } = configurationOf(needed[rule] ?? {}, { rule, settings: { evidence: "stack" } });
      assert.equal(shared.evidence, "stack", rule);
    }
  });

  it("gives limits one by one", () => {
    const given = Object.fromEntries(limitNames.map((name, index) => [name, index + 1]));
    const { limits } = sharedOf({ readTimeout: 99 }, given).connection;
    assert.deepEqual(limits, { ...given, readTimeout: 99 });
  });

  it("gives service and address together: an entry that states one of them states where to read", () => {
    const shared = { service: "modelgates", baseUrl: "https://gateway.example/api/v1" };
    const openrouter = { service: "openrouter", baseUrl: "https://openrouter.ai/api/v1" };
    const other = { service: "openrouter", baseUrl: "https://other.example/api/v1" };
    assert.deepEqual(addressOf({}, shared), shared);
    assert.deepEqual(addressOf({ service: "openrouter" }, shared), openrouter);
    assert.deepEqual(addressOf({ baseUrl: other.baseUrl }, shared), other);
    assert.deepEqual(addressOf({ readTimeout: 3 }, shared), shared);
  });

  it("gives everything else also to an entry that states where to read", () => {
    const settings = {
      service: "modelgates",
      readTimeout: 7,
      evidence: "stack",
      planned: false,
      keyTypes: ["a:b:C"],
      assignmentTypes: [
        { type: "d:e:F", keyProperty: "keys", guardrailProperty: "to", createdProperty: "at" },
      ],
    };
    const { connection, ...shared } = sharedOf({ baseUrl: "https://other.example/api/v1" }, settings);
    const { evidence, planned, keyTypes, assignmentTypes } = settings;
    const statedTypes = ["keyTypes", "assignmentTypes"];
    assert.deepEqual(shared, { evidence, enforceAt: "end", planned, keyTypes, assignmentTypes, statedTypes });
    assert.deepEqual([connection.service, connection.limits?.readTimeout], [undefined, 7]);
  });

  it("names a wrong address by the entry that states it", () => {
    assert.throws(() => addressOf({}, { service: "other" }), /guardrails-settings\.service is not a known/u);
  });

  it("names assignment types alone or with their properties", () => {
    const officialType = "openrouter:index/guardrailKeyAssignment:GuardrailKeyAssignment";
    const usual = { keyProperty: "keyHash", guardrailProperty: "guardrailId" };
    const assignmentTypes = [
      "a:b:C",
      { type: "d:e:F" },
      { type: "g:h:I", keyProperty: "keys", guardrailProperty: "to", createdProperty: "at" },
      { type: officialType, keyProperty: "keyHash" },
    ];
    assert.deepEqual(sharedOf({}, { assignmentTypes }).assignmentTypes, [
      { type: "a:b:C", ...usual, createdProperty: undefined },
      { type: "d:e:F", ...usual, createdProperty: undefined },
      { type: "g:h:I", keyProperty: "keys", guardrailProperty: "to", createdProperty: "at" },
      { type: officialType, ...usual, createdProperty: "id" },
    ]);
  });

  it("adds its required keys to a rule's own and the stack's", () => {
    const settings = { requiredKeys: [{ hash: row(2).keyHash }] };
    const stackRequiredKeys = JSON.stringify([{ hash: row(3).keyHash }]);
    const places = [
      "required-keys-guarded.requiredKeys[0]",
      "guardrails-settings.requiredKeys[0]",
      "the stack configuration guardrails:requiredKeys[0]",
    ];
    const all = places.map((place, n) => ({ ...hashRequired(row(n + 1).keyHash), place }));
    assert.deepEqual(configurationOf({ requiredKeys }, { settings, stackRequiredKeys }).requiredKeys, all);
    assert.deepEqual(configurationOf({}, { settings }).requiredKeys, all.slice(1, 2));
  });

  it("counts planned assignments unless rules judge at the start", () => {
    assert.equal(sharedOf({ enforceAt: "start" }).planned, false);
    assert.equal(sharedOf({}, { enforceAt: "start" }).planned, false);
    assert.equal(sharedOf({ enforceAt: "end" }, { enforceAt: "start" }).planned, true);
    assert.equal(sharedOf({ enforceAt: "start" }, { planned: false }).planned, false);
  });
});

describe("settings that contradict each other are refused", () => {
  const start = { enforceAt: "start" };
  const contradictions: Readonly<
    Record<string, readonly [setting: Readonly<Record<string, unknown>>, said: RegExp]>
  > = {
    "planned assignments at the start": [
      { planned: true },
      /planned assignments are not known yet.*Leave "planned" out/u,
    ],
    "stack evidence at the start": [
      { evidence: "stack" },
      /no KeyAssignments resource yet.*Use "evidence": "live"/u,
    ],
  };
  for (const [title, [setting, said]] of Object.entries(contradictions)) {
    const sources: Readonly<Record<string, readonly [own: object, settings: object]>> = {
      "in a rule's own entry": [{ ...start, ...setting }, {}],
      "in the shared settings": [{}, { ...start, ...setting }],
      "between the two": [start, setting],
      "between the two, the other way round": [setting, start],
    };
    for (const [place, [own, settings]] of Object.entries(sources)) {
      it(`${title}, ${place}`, () => {
        const message = refusalOf({ requiredKeys, ...own }, { settings });
        assert.match(
          message,
          /^could not verify: the configuration of required-keys-guarded contradicts itself: /u,
        );
        assert.match(message, said);
      });
    }
  }
});

describe("guardrails-settings, given wrongly, is refused by its place", () => {
  const cases: readonly (readonly [title: string, settings: unknown, message: RegExp])[] = [
    ["a list", [], /it /u],
    ["a text", "live", /it /u],
    ["a misspelt name", { evidense: "live" }, /it has the unknown setting evidense/u],
    ["a rule's own setting", { exempt: [] }, /it has the unknown setting exempt/u],
    ["a credential", { managementKey: "secret" }, /it has the unknown setting managementKey/u],
    ["unknown evidence", { evidence: "cached" }, /evidence must be live or stack/u],
    ["an unknown moment", { enforceAt: "begin" }, /enforceAt must be start or end/u],
    ["null for a moment", { enforceAt: null }, /enforceAt must be start or end/u],
    ["a text for planned", { planned: "yes" }, /planned must be true or false/u],
    ["no key type", { keyTypes: [] }, /keyTypes must be a list of resource types that is not empty/u],
    ["one key type that is no list", { keyTypes: "a:b:C" }, /keyTypes must be a list of resource types/u],
    ["an empty key type", { keyTypes: [""] }, /keyTypes\[0\] must not be empty/u],
    ["a number for a key type", { keyTypes: [1] }, /keyTypes\[0\] must be a resource type/u],
    [
      "a key type with a space at its end",
      { keyTypes: ["a:b:C "] },
      /keyTypes\[0\] must be a resource type/u,
    ],
    ["a key type with an invisible letter", { keyTypes: ["a:b:C\u200b"] }, /package:module:Type/u],
    ["a key type that is no type", { keyTypes: ["x"] }, /package:module:Type, without spaces/u],
    ["a key type without its module", { keyTypes: ["a:C"] }, /package:module:Type/u],
    ["a key type with an empty part", { keyTypes: ["a::C"] }, /package:module:Type/u],
    ["a key type with a part too many", { keyTypes: ["a:b:c:D"] }, /package:module:Type/u],
    ["an assignment type that is no type", { assignmentTypes: ["x"] }, /package:module:Type/u],
    [
      "an assignment type with a space, in an object",
      { assignmentTypes: [{ type: " a:b:C" }] },
      /package:module:Type/u,
    ],
    ["no assignment type", { assignmentTypes: [] }, /assignmentTypes must be a list of resource types/u],
    [
      "an empty assignment type",
      { assignmentTypes: [""] },
      /assignmentTypes\[0\] must be a resource type \(.*\), or/u,
    ],
    [
      "an assignment type without its type",
      { assignmentTypes: [{ keyProperty: "keys" }] },
      /assignmentTypes\[0\]\.type must be a resource type/u,
    ],
    [
      "an assignment type with a misspelt property",
      { assignmentTypes: ["a:b:C", { type: "a:b:C", keyproperty: "keys" }] },
      /assignmentTypes\[1\] has the unknown setting keyproperty/u,
    ],
    ["required keys that are no list", { requiredKeys: {} }, /requiredKeys must be a list of keys/u],
    ["a required key that is none", { requiredKeys: [{}] }, /requiredKeys\[0\] must have exactly one of/u],
  ];
  for (const [title, settings, message] of cases) {
    it(`${title}, for every rule`, () => {
      const words = ruleNames.map((rule) =>
        refusalOf(rule === "required-keys-guarded" ? { requiredKeys } : {}, { rule, settings }),
      );
      assert.equal(new Set(words).size, 1);
      assert.match(
        words[0] ?? "",
        /^could not verify: the configuration of guardrails-settings is not valid: /u,
      );
      assert.match(words[0] ?? "", message);
    });
  }
});
