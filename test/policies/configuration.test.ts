import assert from "node:assert/strict";
import { parseConfiguration } from "../../policies/configuration";
import { GuardrailsError } from "../../provider/errors";
import { LOCAL_MANAGEMENT_KEY } from "../../provider/local-service/index";
import { resolveAddress, resolveSettings } from "../../provider/settings";
import { absentGuardrail, guardrail, row } from "./builders";

const hash = row(1).keyHash;
const key = { hash };

function refusal(given: unknown, stackRequiredKeys?: string): string {
  try {
    parseConfiguration(given, stackRequiredKeys);
  } catch (error) {
    assert(error instanceof GuardrailsError, String(error));
    assert.equal(error.kind, "configuration");
    assert(error.message.startsWith("could not verify: the configuration of "), error.message);
    return error.message;
  }
  return assert.fail("it was accepted");
}

describe("the rule's configuration", () => {
  it("takes a key by its hash, in lower case, and reads live", () => {
    const { requiredKeys, evidence } = parseConfiguration({ requiredKeys: [{ hash: hash.toUpperCase() }] });
    assert.deepEqual(requiredKeys, [{ by: "hash", hash, guardrails: undefined, description: undefined }]);
    assert.equal(evidence, "live");
  });

  it("takes a key by its name, which does not suffice unless it is said", () => {
    const given = [{ name: "prod-gateway" }, { name: "batch", assignedNameSuffices: true }];
    assert.deepEqual(
      parseConfiguration({ requiredKeys: given }).requiredKeys.map((one) => one.by === "name" && one),
      [
        { by: "name", name: "prod-gateway", assignedNameSuffices: false },
        { by: "name", name: "batch", assignedNameSuffices: true },
      ].map((one) => ({ ...one, guardrails: undefined, description: undefined })),
    );
  });

  it("takes one guardrail or a list, in lower case", () => {
    const given = [
      { hash, guardrail: guardrail.toUpperCase() },
      { hash, guardrail: [guardrail, absentGuardrail.toUpperCase()] },
    ];
    assert.deepEqual(
      parseConfiguration({ requiredKeys: given }).requiredKeys.map(({ guardrails }) => guardrails),
      [[guardrail], [guardrail, absentGuardrail]],
    );
  });

  it("takes null for service, baseUrl and limits as not stated", () => {
    const nulls = { service: null, baseUrl: null, readTimeout: null, maxRows: null };
    const { connection } = parseConfiguration({ requiredKeys: [key], ...nulls });
    const environment = { GUARDRAILS_SERVICE: "modelgates", GUARDRAILS_MANAGEMENT_KEY: LOCAL_MANAGEMENT_KEY };
    const settings = resolveSettings({ args: connection, environment });
    assert.equal(settings.service, "modelgates");
    assert.equal(settings.limits.readTimeout, 30);
  });

  it("hands service, address and limits on, and never a credential", () => {
    const { connection } = parseConfiguration({
      requiredKeys: [key],
      service: "modelgates",
      baseUrl: "https://gateway.example/api/v1",
      readTimeout: 7,
    });
    assert.deepEqual(resolveAddress({ args: connection, environment: {} }), {
      service: "modelgates",
      baseUrl: "https://gateway.example/api/v1",
    });
    assert.equal(connection.limits?.readTimeout, 7);
    assert.equal(connection.managementKey, undefined);
  });

  it("takes masked labels, which are not secret, as names and descriptions", () => {
    const label = "sk-or-v1-0e6...1c96";
    const [one] = parseConfiguration({ requiredKeys: [{ name: label, description: label }] }).requiredKeys;
    assert.equal(one?.description, label);
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
    ["a key that is a list", { requiredKeys: [[hash]] }, /requiredKeys\[0\] must have either/u],
    ["a key without hash and name", { requiredKeys: [{ guardrail }] }, /requiredKeys\[0\] must have either/u],
    ["hash and name", { requiredKeys: [{ hash, name: "n" }] }, /requiredKeys\[0\] must have either/u],
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
      /requiredKeys\[0\] has the unknown name assignedNameSuffices/u,
    ],
    ["a misspelt requiredKeys", { requiredkeys: [key] }, /it has the unknown name requiredkeys/u],
    ["a name besides", { requiredKeys: [key], evidences: "live" }, /has the unknown name evidences/u],
    [
      "a misspelt guardrail",
      { requiredKeys: [{ hash, guardrails: [guardrail] }] },
      /unknown name guardrails/u,
    ],
    [
      "a misspelt word beside a name",
      { requiredKeys: [{ name: "n", guardrial: guardrail }] },
      /name guardrial/u,
    ],
    ["a credential", { requiredKeys: [key], managementKey: "secret" }, /unknown name managementKey/u],
    ["unknown evidence", { requiredKeys: [key], evidence: "state" }, /evidence must be live or stack/u],
    ["null for evidence", { requiredKeys: [key], evidence: null }, /evidence must be live or stack/u],
  ];
  for (const [title, given, message] of cases) {
    it(title, () => {
      assert.match(refusal(given), message);
    });
  }

  it("names every problem, not the first only", () => {
    const message = refusal({ requiredKeys: [{ hash: "x" }, { name: "" }], evidence: "state", extra: 1 });
    for (const part of ["requiredKeys[0].hash", "requiredKeys[1].name", "evidence", "extra"]) {
      assert(message.includes(part), message);
    }
  });

  it("makes an unknown name harmless before it is shown", () => {
    assert.match(refusal({ requiredKeys: [key], "::error::\nx": 1 }), /unknown name : :error: :\\u\{a\}x/u);
  });
});

describe("the stack's guardrails:requiredKeys", () => {
  const other = row(2).keyHash;

  it("is added to the pack's keys, and changes none of them", () => {
    const own = { name: "prod-gateway", guardrail };
    const added = [{ name: "prod-gateway", assignedNameSuffices: true }, { hash: other }];
    const alone = parseConfiguration({ requiredKeys: [own] }).requiredKeys;
    const { requiredKeys } = parseConfiguration({ requiredKeys: [own] }, JSON.stringify(added));
    assert.equal(requiredKeys.length, 3);
    assert.deepEqual(requiredKeys.slice(0, 1), alone);
  });

  it("suffices where the pack names no keys", () => {
    assert.equal(parseConfiguration({}, JSON.stringify([key])).requiredKeys.length, 1);
  });

  it("may be empty where the pack names keys, and may not where it names none", () => {
    assert.equal(parseConfiguration({ requiredKeys: [key] }, "[]").requiredKeys.length, 1);
    assert.match(refusal({}, "[]"), /names no required keys/u);
  });

  it("is refused as a whole when it is malformed, although the pack's own keys are right", () => {
    const malformed = ["", " ", "null", "{}", "not json", JSON.stringify(key), `"${other}"`, "[1]", "[{}]"];
    for (const text of [...malformed, JSON.stringify([key, { hsah: other }])]) {
      assert.match(refusal({ requiredKeys: [key] }, text), /stack configuration guardrails:requiredKeys/u);
    }
  });

  it("cannot choose evidence, service or address", () => {
    const text = JSON.stringify([{ hash: other, evidence: "stack" }]);
    assert.match(refusal({ requiredKeys: [key] }, text), /unknown name evidence/u);
  });
});
