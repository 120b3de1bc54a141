import assert from "node:assert/strict";
import { resolveAddress } from "../../../provider/settings/settings";
import { absentGuardrail, guardrail, hashRequired, nameRequired, patternRequired, row } from "../builders";
import { configurationOf, refusalOf } from "./configuration-of";

const hash = row(1).keyHash;
const key = { hash };

describe("the rule's configuration", () => {
  it("takes a key by its hash, in lower case, and reads live", () => {
    const { requiredKeys, shared } = configurationOf({ requiredKeys: [{ hash: hash.toUpperCase() }] });
    assert.deepEqual(requiredKeys, [
      { ...hashRequired(hash), place: "required-keys-guarded.requiredKeys[0]" },
    ]);
    assert.equal(shared.evidence, "live");
  });

  it("takes a key by its name, which does not suffice unless it is said", () => {
    const given = [{ name: "prod-gateway" }, { name: "batch", assignedNameSuffices: true }];
    assert.deepEqual(configurationOf({ requiredKeys: given }).requiredKeys, [
      {
        ...nameRequired("prod-gateway", { suffices: false }),
        place: "required-keys-guarded.requiredKeys[0]",
      },
      { ...nameRequired("batch"), place: "required-keys-guarded.requiredKeys[1]" },
    ]);
  });

  it("takes keys by a pattern of their names", () => {
    const { requiredKeys } = configurationOf({ requiredKeys: [{ pattern: "prod-*", guardrail }] });
    assert.deepEqual(requiredKeys, [
      { ...patternRequired("prod-*", [guardrail]), place: "required-keys-guarded.requiredKeys[0]" },
    ]);
  });

  it("takes one guardrail or a list, in lower case", () => {
    const given = [
      { hash, guardrail: guardrail.toUpperCase() },
      { hash, guardrail: [guardrail, absentGuardrail.toUpperCase()] },
    ];
    assert.deepEqual(
      configurationOf({ requiredKeys: given }).requiredKeys.map(({ guardrails }) => guardrails),
      [[guardrail], [guardrail, absentGuardrail]],
    );
  });

  it("refuses null for service and baseUrl, as for every other setting", () => {
    for (const nulls of [{ service: null }, { baseUrl: null }, { service: "openrouter", baseUrl: null }]) {
      const given = { requiredKeys: [key], ...nulls };
      for (const parse of [() => configurationOf(given), () => configurationOf({}, { settings: given })]) {
        assert.throws(
          parse,
          /(?:service|baseUrl) must be text; where nothing is to be stated, leave it out/u,
        );
      }
    }
  });

  it("hands service, address and limits on, and never a credential", () => {
    const { connection } = configurationOf({
      requiredKeys: [key],
      service: "modelgates",
      baseUrl: "https://gateway.example/api/v1",
      readTimeout: 7,
    }).shared;
    assert.deepEqual(resolveAddress({ args: connection, environment: {} }), {
      service: "modelgates",
      baseUrl: "https://gateway.example/api/v1",
    });
    assert.equal(connection.limits?.readTimeout, 7);
    assert.equal(connection.managementKey, undefined);
  });

  it("takes masked labels, which are not secret, as names and descriptions", () => {
    for (const label of ["sk-or-v1-0e6...1c96", "sk-or-v1-0e6a12...1c96", "sk-or-v12-0e6a12…1c96"]) {
      const [one] = configurationOf({ requiredKeys: [{ name: label, description: label }] }).requiredKeys;
      assert.equal(one?.description, label);
    }
  });
});

describe("the rule's configuration, given wrongly, is refused by its place", () => {
  const cases: readonly (readonly [title: string, given: unknown, message: RegExp])[] = [
    ["nothing", undefined, /it /u],
    ["null", null, /it /u],
    ["a list", [key], /it /u],
    ["a text", "requiredKeys", /it /u],
    ["{}", {}, /names no required keys/u],
    ["an empty list", { requiredKeys: [] }, /names no required keys/u],
    ["null for requiredKeys", { requiredKeys: null }, /requiredKeys must be a list/u],
    ["one key that is no list", { requiredKeys: key }, /requiredKeys must be a list/u],
    ["a hash that is no object", { requiredKeys: [hash] }, /requiredKeys\[0\] must be an object/u],
    ["null as a key", { requiredKeys: [key, null] }, /requiredKeys\[1\] must be an object/u],
    ["a key that is a list", { requiredKeys: [[hash]] }, /requiredKeys\[0\] must be an object/u],
    [
      "a key without hash and name",
      { requiredKeys: [{ guardrail }] },
      /requiredKeys\[0\] must have exactly one/u,
    ],
    [
      "no key at all",
      { requiredKeys: [{}] },
      /requiredKeys\[0\] must have exactly one of hash, name and pattern/u,
    ],
    [
      "name and pattern",
      { requiredKeys: [{ name: "n", pattern: "n*" }] },
      /requiredKeys\[0\] must have exactly one/u,
    ],
    [
      "null beside a hash",
      { requiredKeys: [{ hash, name: null }] },
      /requiredKeys\[0\]\.name must be a key's name/u,
    ],
    ["hash and name", { requiredKeys: [{ hash, name: "n" }] }, /requiredKeys\[0\] must have exactly one/u],
    [
      "a short hash",
      { requiredKeys: [{ hash: hash.slice(1) }] },
      /requiredKeys\[0\]\.hash must be a key's hash/u,
    ],
    [
      "a hash that is a number",
      { requiredKeys: [{ hash: 1 }] },
      /requiredKeys\[0\]\.hash must be a key's hash/u,
    ],
    ["an empty name", { requiredKeys: [{ name: "" }] }, /requiredKeys\[0\]\.name must not be empty/u],
    [
      "an empty pattern",
      { requiredKeys: [{ pattern: "" }] },
      /requiredKeys\[0\]\.pattern must not be empty/u,
    ],
    [
      "a pattern of more than 128 characters",
      { requiredKeys: [{ pattern: `${"p".repeat(128)}*` }] },
      /requiredKeys\[0\]\.pattern must be at most 128 characters long/u,
    ],
    [
      "a pattern that is a list",
      { requiredKeys: [{ pattern: ["n*"] }] },
      /\.pattern must be a pattern of names/u,
    ],
    [
      "an empty description",
      { requiredKeys: [{ hash, description: "" }] },
      /\.description must not be empty/u,
    ],
    [
      "a guardrail that is no UUID",
      { requiredKeys: [{ hash, guardrail: "prod" }] },
      /\.guardrail.* must be the UUID/u,
    ],
    ["an empty guardrail", { requiredKeys: [{ hash, guardrail: "" }] }, /\.guardrail.* must be the UUID/u],
    ["no guardrail in a list", { requiredKeys: [{ hash, guardrail: [] }] }, /\.guardrail must be the UUID/u],
    [
      "null for the guardrail",
      { requiredKeys: [{ hash, guardrail: null }] },
      /\.guardrail must be the UUID/u,
    ],
    ["one bad guardrail of two", { requiredKeys: [{ hash, guardrail: [guardrail, "x"] }] }, /\.guardrail/u],
    [
      "a text for assignedNameSuffices",
      { requiredKeys: [{ name: "n", assignedNameSuffices: "yes" }] },
      /\.assignedNameSuffices must be true or false/u,
    ],
    [
      "assignedNameSuffices beside a hash",
      { requiredKeys: [{ hash, assignedNameSuffices: true }] },
      /requiredKeys\[0\]\.assignedNameSuffices is only for a name/u,
    ],
    [
      "assignedNameSuffices beside a pattern",
      { requiredKeys: [{ pattern: "n*", assignedNameSuffices: false }] },
      /requiredKeys\[0\]\.assignedNameSuffices is only for a name/u,
    ],
    [
      "waivers, which are for guardrails-settings",
      { requiredKeys: [key], waivers: [] },
      /unknown setting waivers/u,
    ],
    ["another rule's setting", { requiredKeys: [key], exempt: [] }, /unknown setting exempt/u],
    ["a misspelt requiredKeys", { requiredkeys: [key] }, /it has the unknown setting requiredkeys/u],
    ["a name besides", { requiredKeys: [key], evidences: "live" }, /has the unknown setting evidences/u],
    [
      "a misspelt guardrail",
      { requiredKeys: [{ hash, guardrails: [guardrail] }] },
      /unknown setting guardrails/u,
    ],
    [
      "a misspelt word beside a name",
      { requiredKeys: [{ name: "n", guardrial: guardrail }] },
      /setting guardrial/u,
    ],
    ["a credential", { requiredKeys: [key], managementKey: "secret" }, /unknown setting managementKey/u],
    ["unknown evidence", { requiredKeys: [key], evidence: "state" }, /evidence must be live or stack/u],
    ["null for evidence", { requiredKeys: [key], evidence: null }, /evidence must be live or stack/u],
  ];
  for (const [title, given, message] of cases) {
    it(title, () => {
      assert.match(refusalOf(given), message);
    });
  }

  it("names every problem, not the first only", () => {
    const message = refusalOf({ requiredKeys: [{ hash: "x" }, { name: "" }], evidence: "state", extra: 1 });
    for (const part of ["requiredKeys[0].hash", "requiredKeys[1].name", "evidence", "extra"]) {
      assert(message.includes(part), message);
    }
  });

  it("says which known name may have been meant, at whatever depth it stands, and where all settings are listed", () => {
    for (const [given, words] of [
      [{ requiredkeys: [key] }, "it has the unknown setting requiredkeys (did you mean requiredKeys?)"],
      [
        { requiredKeys: [{ hash, guardrial: guardrail, xyz: 1 }] },
        "requiredKeys[0] has the unknown setting guardrial (did you mean guardrail?), xyz.",
      ],
      [
        { requiredKeys: [key], assignedNameSuffices: true },
        "it has the unknown setting assignedNameSuffices (it belongs in an entry of requiredKeys).",
      ],
      [
        { requiredKeys: [{ hash, evidence: "live", guardrial: guardrail }] },
        "requiredKeys[0] has the unknown setting evidence (it belongs beside requiredKeys), guardrial (did you mean guardrail?).",
      ],
      [
        { requiredKeys: [{ hash: "x" }], extra: 1 },
        "never the key itself; it has the unknown setting extra.",
      ],
    ] as const) {
      const message = refusalOf(given);
      assert(message.includes(words), message);
      assert.match(
        message,
        /\. Fix it: \S+\/docs\/settings\.md lists the settings, and \S+\/docs\/rules has a page on each rule\.$/u,
      );
    }
  });

  it("takes a pattern of 128 characters", () => {
    const given = [{ pattern: `${"p".repeat(127)}*` }];
    assert.equal(configurationOf({ requiredKeys: given }).requiredKeys.length, 1);
  });

  it("makes an unknown setting harmless before it is shown", () => {
    assert.match(
      refusalOf({ requiredKeys: [key], "::error::\nx": 1 }),
      /unknown setting : :error: :\\u\{a\}x/u,
    );
  });
});

describe("the stack's guardrails:requiredKeys", () => {
  const other = row(2).keyHash;

  it("is added to the pack's keys, and changes none of them", () => {
    const own = { name: "prod-gateway", guardrail };
    const added = [{ name: "prod-gateway", assignedNameSuffices: true }, { hash: other }];
    const alone = configurationOf({ requiredKeys: [own] }).requiredKeys;
    const { requiredKeys } = configurationOf(
      { requiredKeys: [own] },
      { stackRequiredKeys: JSON.stringify(added) },
    );
    assert.equal(requiredKeys.length, 3);
    assert.deepEqual(requiredKeys.slice(0, 1), alone);
  });

  it("suffices where the pack names no keys", () => {
    assert.equal(configurationOf({}, { stackRequiredKeys: JSON.stringify([key]) }).requiredKeys.length, 1);
  });

  it("may be empty where the pack names keys, and may not where it names none", () => {
    assert.equal(
      configurationOf({ requiredKeys: [key] }, { stackRequiredKeys: "[]" }).requiredKeys.length,
      1,
    );
    assert.match(refusalOf({}, { stackRequiredKeys: "[]" }), /names no required keys/u);
  });

  it("is refused as a whole when it is malformed, although the pack's own keys are right", () => {
    const malformed = ["", " ", "null", "{}", "not json", JSON.stringify(key), `"${other}"`, "[1]", "[{}]"];
    for (const text of [...malformed, JSON.stringify([key, { hsah: other }])]) {
      assert.match(
        refusalOf({ requiredKeys: [key] }, { stackRequiredKeys: text }),
        /stack configuration guardrails:requiredKeys/u,
      );
    }
  });

  it("is refused for text that is not JSON by where that ends, with what to do", () => {
    assert.match(
      refusalOf({ requiredKeys: [key] }, { stackRequiredKeys: "[" }),
      /^could not verify: the stack configuration guardrails:requiredKeys is not JSON: .*\. Set it again, as a JSON list of keys\.$/u,
    );
    assert.match(
      refusalOf({ requiredKeys: [key] }, { stackRequiredKeys: "{}" }),
      /^could not verify: the stack configuration guardrails:requiredKeys is not valid: /u,
    );
  });

  it("cannot choose evidence, service or address", () => {
    const text = JSON.stringify([{ hash: other, evidence: "stack" }]);
    assert.match(
      refusalOf({ requiredKeys: [key] }, { stackRequiredKeys: text }),
      /unknown setting evidence/u,
    );
  });
});
