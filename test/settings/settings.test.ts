import assert from "node:assert/strict";
import { type ErrorKind, GuardrailsError } from "../../provider/errors";
import { defaultLimits, limitNames } from "../../provider/settings/limits";
import { services } from "../../provider/settings/services";
import {
  argumentSource,
  type Environment,
  resolveAddress,
  resolveSettings,
  type SettingsSource,
  type SettingsSources,
  stackSource,
} from "../../provider/settings/settings";

const gateway = "https://gateway.example/api/v1";
const key = (place: string): string => `sk-or-mgmt-${place}-key`;

const stack = (values: Readonly<Record<string, string>>): SettingsSource =>
  stackSource((name) => values[name]);
const environment = (values: Environment): SettingsSources => ({ environment: values });

function refusal(resolve: () => unknown, kind: ErrorKind): string {
  try {
    resolve();
  } catch (error) {
    assert(error instanceof GuardrailsError, String(error));
    assert.equal(error.kind, kind, error.message);
    return error.message;
  }
  return assert.fail("it was not refused");
}

describe("the variable that a management key stands in", () => {
  const variableOf = (sources: SettingsSources) => resolveSettings(sources).credential.variable;

  it("is that of the environment, or of a service's own address, by which a printed command reads the key", () => {
    const ours = { GUARDRAILS_SERVICE: "openrouter", GUARDRAILS_MANAGEMENT_KEY: key("environment") };
    assert.equal(variableOf(environment(ours)), "GUARDRAILS_MANAGEMENT_KEY");
    const services = { OPENROUTER_MANAGEMENT_KEY: key("service") };
    assert.equal(variableOf(environment(services)), "OPENROUTER_MANAGEMENT_KEY");
  });

  it("is none where the key is an argument or in the stack configuration", () => {
    const args = argumentSource({ baseUrl: gateway, managementKey: key("args") });
    assert.equal(variableOf({ args, environment: {} }), undefined);
    const inStack = stack({ baseUrl: gateway, managementKey: key("stack") });
    assert.equal(variableOf({ stack: inStack, environment: {} }), undefined);
  });
});

describe("the address", () => {
  it("is OpenRouter's where nobody states one", () => {
    assert.deepEqual(resolveAddress(environment({})), {
      service: "openrouter",
      baseUrl: services.openrouter.baseUrl,
    });
  });

  it("comes from the arguments before the stack, and from the stack before the environment", () => {
    const sources = {
      args: argumentSource({ baseUrl: "https://args.example" }),
      stack: stack({ baseUrl: "https://stack.example" }),
      environment: { GUARDRAILS_BASE_URL: "https://environment.example" },
    };
    assert.equal(resolveAddress(sources).baseUrl, "https://args.example");
    assert.equal(resolveAddress({ ...sources, args: undefined }).baseUrl, "https://stack.example");
    assert.equal(resolveAddress(environment(sources.environment)).baseUrl, "https://environment.example");
  });

  it("is the whole of what one place states, never pieced together", () => {
    const sources = {
      stack: stack({ service: "modelgates" }),
      environment: { GUARDRAILS_BASE_URL: gateway },
    };
    assert.deepEqual(resolveAddress(sources), {
      service: "modelgates",
      baseUrl: services.modelgates.baseUrl,
    });
  });

  for (const [what, text, why] of [
    ["a user name", "https://hunter2@gateway.example", /must not contain a user name or password/u],
    ["a password", "https://user:hunter2@gateway.example", /must not contain a user name or password/u],
    ["a query", "https://gateway.example?hunter2", /must not have a query or fragment/u],
    ["an empty query", "https://hunter2.example/?", /must not have a query or fragment/u],
    ["a fragment", "https://gateway.example#hunter2", /must not have a query or fragment/u],
    ["a key in its path", "https://gateway.example/sk-or-v1-hunter2hunter2", /must not contain a key/u],
    [
      "an escaped key",
      `https://gateway.example/%73k-or-v1-${"0e6f".repeat(16)}hunter2`,
      /must not contain a key/u,
    ],
    ["a key in its host's name", "https://sk-or-v1-hunter2hunter2.example", /must not contain a key/u],
    ["http to another machine", "http://hunter2.example", /must be https/u],
    ["http to a name that begins like loopback", "http://127.0.0.1.hunter2.example", /must be https/u],
    ["another protocol", "ftp://hunter2.example", /must be https/u],
    ["no URL", "hunter2", /is not a URL/u],
    ["nothing", "", /is not a URL/u],
    ["space around it", " https://hunter2.example", /is not a URL/u],
  ] as const) {
    it(`is refused, and not shown, with ${what}`, () => {
      const message = refusal(
        () => resolveAddress(environment({ GUARDRAILS_BASE_URL: text })),
        "configuration",
      );
      assert.match(message, why);
      assert.match(message, /environment variable GUARDRAILS_BASE_URL/u);
      assert(!message.includes("hunter2"), message);
    });
  }

  it("is refused, and not shown, where it holds a management key of any place, whoever states it", () => {
    const given = { managementKey: "an-own-key-that-nothing-knows-yet" };
    const holding = (one: string) => `http://127.0.0.1:9/${one}/api`;
    const variable = "a-key-of-another-service-hunter2";
    for (const sources of [
      { stack: stack({ ...given, baseUrl: holding(given.managementKey) }), environment: {} },
      {
        args: argumentSource(given),
        environment: { GUARDRAILS_BASE_URL: holding("an%2Down-key-that-nothing-knows-yet") },
      },
      { environment: { GUARDRAILS_BASE_URL: holding(variable), MODELGATES_MANAGEMENT_KEY: variable } },
    ]) {
      for (const resolve of [resolveAddress, resolveSettings]) {
        const message = refusal(() => resolve(sources), "configuration");
        assert.match(message, /must not contain a key: addresses are shown in messages/u);
        assert.doesNotMatch(message, /nothing-knows|hunter2/u);
      }
    }
  });

  for (const [text, baseUrl] of [
    ["https://risk-or-compliance.example/v1", "https://risk-or-compliance.example/v1"],
    ["http://127.0.0.1:8080/api/v1", "http://127.0.0.1:8080/api/v1"],
    ["http://localhost:8080/", "http://localhost:8080"],
    ["http://[::1]:8080/x/", "http://[::1]:8080/x"],
    ["https://Gateway.Example/api/v1//", "https://gateway.example/api/v1"],
  ] as const) {
    it(`may be ${text}`, () => {
      assert.equal(resolveAddress({ stack: stack({ baseUrl: text }), environment: {} }).baseUrl, baseUrl);
    });
  }

  it("is refused where the service is unknown, without showing it", () => {
    const message = refusal(
      () => resolveAddress(environment({ GUARDRAILS_SERVICE: "hunter2" })),
      "configuration",
    );
    assert.match(message, /GUARDRAILS_SERVICE is not a known service\. Use openrouter or modelgates/u);
    assert(!message.includes("hunter2"));
  });

  it("is refused where the service is spelt as its maker does, which is then known to be meant", () => {
    for (const [written, meant] of [
      ["ModelGates", "modelgates"],
      ["MODELGATES", "modelgates"],
      ["Open Router", "openrouter"],
    ] as const) {
      for (const [place, message] of [
        ["a variable", () => resolveAddress(environment({ GUARDRAILS_SERVICE: written }))],
        [
          "an argument",
          () => resolveAddress({ args: argumentSource({ service: written }), environment: {} }),
        ],
      ] as const) {
        assert.match(
          refusal(message, "configuration"),
          new RegExp(`\\(did you mean ${meant}\\?\\)`, "u"),
          place,
        );
      }
    }
  });

  it("names, where a service is unknown, what states an address in the same place", () => {
    for (const [sources, named] of [
      [environment({ GUARDRAILS_SERVICE: "x" }), "environment variable GUARDRAILS_BASE_URL"],
      [{ args: argumentSource({ service: "x" }), environment: {} }, "argument baseUrl"],
      [{ stack: stack({ service: "x" }), environment: {} }, "stack configuration guardrails:baseUrl"],
    ] as const) {
      const message = refusal(() => resolveAddress(sources), "configuration");
      assert(message.endsWith(`any other host is stated by ${named}.`), message);
    }
  });

  it("is refused where an argument is no text", () => {
    const sources = { args: argumentSource({ baseUrl: 7 }), environment: {} };
    assert.match(
      refusal(() => resolveAddress(sources), "configuration"),
      /argument baseUrl is not a URL/u,
    );
  });
});

describe("the limits", () => {
  const limitsOf = (values: Readonly<Record<string, unknown>>) =>
    resolveSettings({
      args: argumentSource({ ...values, managementKey: key("args") }),
      stack: stack({ readTimeout: "60", maxRows: "10" }),
      environment: {},
    }).limits;

  it("come from the arguments, then from the stack, then from the defaults", () => {
    assert.deepEqual(limitsOf({ maxRows: 5 }), { ...defaultLimits, readTimeout: 60, maxRows: 5 });
  });

  it("may be parts of a second where they are times, and only there", () => {
    assert.equal(limitsOf({ requestTimeout: 0.5 }).requestTimeout, 0.5);
    assert.equal(limitsOf({ requestTimeout: "2.5" }).requestTimeout, 2.5);
    assert.match(
      refusal(() => limitsOf({ maxRows: 1.5 }), "configuration"),
      /argument maxRows must be a whole number/u,
    );
  });

  for (const name of limitNames) {
    it(`refuse a ${name} that is none, without showing it`, () => {
      for (const value of [
        0,
        -1,
        Number.NaN,
        Number.POSITIVE_INFINITY,
        1e12,
        "",
        "hunter2",
        "1e3",
        "-5",
        true,
        null,
      ]) {
        const message = refusal(() => limitsOf({ [name]: value }), "configuration");
        assert(message.startsWith(`argument ${name} must be a `), message);
        assert(!message.includes("hunter2"));
      }
    });
  }
});
