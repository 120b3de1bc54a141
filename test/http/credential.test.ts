import assert from "node:assert/strict";
import { inspect } from "node:util";
import { GuardrailsError } from "../../provider/errors";
import { sanitize } from "../../provider/redaction/sanitize";
import { services } from "../../provider/settings/services";
import {
  argumentSource,
  type Environment,
  resolveAddress,
  resolveSettings,
  type SettingsSources,
  stackSource,
} from "../../provider/settings/settings";

const gateway = "https://gateway.example/api/v1";
const key = (place: string): string => `sk-or-mgmt-${place}-key`;
const environment = (values: Environment): SettingsSources => ({ environment: values });

function refusal(resolve: () => unknown): string {
  try {
    resolve();
  } catch (error) {
    assert(error instanceof GuardrailsError, String(error));
    assert.equal(error.kind, "credential", error.message);
    return error.message;
  }
  return assert.fail("it was not refused");
}

/** What one place may state: an address (and which that is), and with it a key or none. */
const statements = [
  { stated: {}, baseUrl: services.openrouter.baseUrl },
  { stated: { service: "modelgates" }, baseUrl: services.modelgates.baseUrl },
  { stated: { baseUrl: gateway }, baseUrl: gateway },
].flatMap((address) => [
  { ...address, hasKey: false },
  { ...address, hasKey: true },
]);
type Statement = (typeof statements)[number];

const own = { OPENROUTER_MANAGEMENT_KEY: key("openrouter"), MODELGATES_MANAGEMENT_KEY: key("modelgates") };

/** Every combination of what the three places state, without and with the services' own variables. */
const combinations = statements.flatMap((args) =>
  statements.flatMap((stack) =>
    statements.flatMap((inEnvironment) =>
      [false, true].map((withOwn) => ({ args, stack, inEnvironment, withOwn })),
    ),
  ),
);

/** The places of a combination, and to which address each of its keys belongs. */
function arranged({ args, stack, inEnvironment, withOwn }: (typeof combinations)[number]) {
  const values = ({ stated, hasKey }: Statement, place: string): Readonly<Record<string, string>> =>
    hasKey ? { ...stated, managementKey: key(place) } : { ...stated };
  const variables = values(inEnvironment, "environment");
  const inStack = values(stack, "stack");
  const sources: SettingsSources = {
    args: argumentSource(values(args, "args")),
    stack: stackSource((name) => inStack[name]),
    environment: {
      GUARDRAILS_SERVICE: variables["service"],
      GUARDRAILS_BASE_URL: variables["baseUrl"],
      GUARDRAILS_MANAGEMENT_KEY: variables["managementKey"],
      ...(withOwn ? own : {}),
    },
  };
  const holders = Object.entries({ args, stack, environment: inEnvironment }).filter(
    ([, { hasKey }]) => hasKey,
  );
  const belongsTo = new Map(holders.map(([place, { baseUrl }]) => [key(place), baseUrl]));
  if (withOwn) {
    belongsTo.set(own.OPENROUTER_MANAGEMENT_KEY, services.openrouter.baseUrl);
    belongsTo.set(own.MODELGATES_MANAGEMENT_KEY, services.modelgates.baseUrl);
  }
  return { places: sources, belongsTo };
}

describe("the credential", () => {
  it("goes only to the address its own place states, in every combination", () => {
    const ends = combinations.map((combination) => {
      const { places, belongsTo } = arranged(combination);
      const { baseUrl } = resolveAddress(places);
      const usable = [...belongsTo].filter(
        ([secret, address]) => address === baseUrl && (!combination.args.hasKey || secret === key("args")),
      );
      if (usable.length === 0) {
        const message = refusal(() => resolveSettings(places));
        for (const secret of belongsTo.keys()) assert(!message.includes(secret));
        return "refused";
      }
      const used = resolveSettings(places).credential.authorization();
      // The strongest place that holds a usable key: they are named in that order.
      assert.equal(used, `Bearer ${usable[0]?.[0]}`);
      return "sent";
    });
    assert.equal(ends.length, 432);
    for (const end of ["sent", "refused"]) assert(ends.filter((other) => other === end).length > 100);
  });

  it("of a service is not sent to another address of that service", () => {
    const sources = { args: argumentSource({ service: "modelgates", baseUrl: gateway }), environment: own };
    refusal(() => resolveSettings(sources));
  });

  it("that is missing is asked for by name", () => {
    const message = refusal(() => resolveSettings(environment({})));
    assert.match(
      message,
      /no management key for OpenRouter \(https:\/\/openrouter\.ai\/api\/v1\)\. Set OPENROUTER_MANAGEMENT_KEY/u,
    );
  });

  it("that is missing is asked for with the address, where that is no service's own", () => {
    const message = refusal(() =>
      resolveSettings({ args: argumentSource({ baseUrl: gateway }), environment: {} }),
    );
    assert.match(
      message,
      /Set GUARDRAILS_MANAGEMENT_KEY, with GUARDRAILS_BASE_URL=https:\/\/gateway\.example\/api\/v1, to a management key/u,
    );
  });

  it("that is missing is asked for without the address, where the environment states that already", () => {
    const message = refusal(() => resolveSettings(environment({ GUARDRAILS_BASE_URL: gateway })));
    assert.match(
      message,
      /Set GUARDRAILS_MANAGEMENT_KEY to a management key of that account; GUARDRAILS_BASE_URL is set already\.$/u,
    );
  });

  it("that is missing beside another address of the environment is no reason to go in circles", () => {
    const sources = {
      args: argumentSource({ baseUrl: gateway }),
      environment: {
        GUARDRAILS_BASE_URL: "https://other.example",
        GUARDRAILS_MANAGEMENT_KEY: key("mine"),
      },
    };
    const message = refusal(() => resolveSettings(sources));
    assert.match(
      message,
      /Run it with GUARDRAILS_BASE_URL=https:\/\/gateway\.example\S* and the GUARDRAILS_MANAGEMENT_KEY of that account\. The environment holds one such address and key, now those of https:\/\/other\.example: if one configuration file names both addresses, write a file for each\./u,
    );
  });

  it("that is missing is told apart from one that is set for another service", () => {
    const message = refusal(() =>
      resolveSettings(
        environment({ GUARDRAILS_SERVICE: "openrouter", MODELGATES_MANAGEMENT_KEY: "sk-other" }),
      ),
    );
    assert.match(
      message,
      /The management key of MODELGATES_MANAGEMENT_KEY does not belong to .*: it goes to https:\/\/modelgates\.ai/u,
    );
  });

  it("that is missing leads to the service whose key alone is set, where nothing states a service", () => {
    const message = refusal(() => resolveSettings(environment({ MODELGATES_MANAGEMENT_KEY: "sk-other" })));
    assert.match(
      message,
      /no management key for OpenRouter \(\S+\)\. Set GUARDRAILS_SERVICE=modelgates \(or --service modelgates, or the setting "service"\) to read ModelGates with the key of MODELGATES_MANAGEMENT_KEY; else set OPENROUTER_MANAGEMENT_KEY\.$/u,
    );
  });

  it("that belongs elsewhere is named by its place", () => {
    const sources = {
      args: argumentSource({ baseUrl: gateway }),
      environment: { GUARDRAILS_MANAGEMENT_KEY: key("mine") },
    };
    const message = refusal(() => resolveSettings(sources));
    assert.match(
      message,
      /environment variable GUARDRAILS_MANAGEMENT_KEY does not belong to https:\/\/gateway\.example/u,
    );
  });

  for (const variable of ["GUARDRAILS_MANAGEMENT_KEY", "OPENROUTER_MANAGEMENT_KEY"]) {
    for (const empty of ["", "  "]) {
      it(`is refused where ${variable} is ${JSON.stringify(empty)}`, () => {
        const message = refusal(() => resolveSettings(environment({ [variable]: empty })));
        assert.match(message, new RegExp(`${variable} is set but empty`, "u"));
      });
    }
  }

  it("that is set but empty is refused even where another place gives one", () => {
    const sources = {
      args: argumentSource({ managementKey: key("args") }),
      environment: { GUARDRAILS_MANAGEMENT_KEY: "" },
    };
    refusal(() => resolveSettings(sources));
  });

  it("is trimmed", () => {
    const { credential } = resolveSettings(
      environment({ GUARDRAILS_MANAGEMENT_KEY: `\t ${key("mine")}\r\n` }),
    );
    assert.equal(credential.authorization(), `Bearer ${key("mine")}`);
  });

  for (const inside of [" ", "\n", "\r\nx-evil: 1", "\u0000", "\u007f", "é", "\u202e"]) {
    it(`is refused, and not shown, with ${JSON.stringify(inside)} inside`, () => {
      const secret = `sk-or-${inside}mgmt-hunter2`;
      const message = refusal(() => resolveSettings(environment({ GUARDRAILS_MANAGEMENT_KEY: secret })));
      assert.match(message, /contains spaces, control or non-ASCII characters/u);
      assert(!message.includes("hunter2"));
    });
  }

  for (const pasted of ['"KEY"', "'KEY'", "`KEY`", '"KEY', "KEY'"]) {
    it(`is refused before anything is sent, and not shown, when it was pasted as ${pasted}`, () => {
      const secret = pasted.replace("KEY", "sk-or-mgmt-hunter2");
      const message = refusal(() => resolveSettings(environment({ GUARDRAILS_MANAGEMENT_KEY: secret })));
      assert.match(
        message,
        /GUARDRAILS_MANAGEMENT_KEY begins or ends with a quotation mark\. Set it to the key alone/u,
      );
      assert(!message.includes("hunter2"));
    });
  }

  for (const said of ["Bearer", "bearer", "Authorization: Bearer"]) {
    it(`is refused, and not shown, with the word ${said} before it`, () => {
      const pasted = `${said} sk-or-mgmt-hunter2`;
      const message = refusal(() => resolveSettings(environment({ GUARDRAILS_MANAGEMENT_KEY: pasted })));
      assert.match(message, /GUARDRAILS_MANAGEMENT_KEY begins with "Bearer"\. Set it to the key alone: /u);
      assert(!message.includes("hunter2"));
    });
  }

  const open = "{";
  for (const reference of [
    `$${open}{ secrets.MANAGEMENT_KEY }}`,
    "$(MANAGEMENT_KEY)",
    `$${open}MANAGEMENT_KEY}`,
    "$MANAGEMENT_KEY",
    "%MANAGEMENT_KEY%",
  ]) {
    it(`is refused before anything is sent where it is still ${reference}, and so is any other setting`, () => {
      const message = refusal(() => resolveSettings(environment({ GUARDRAILS_MANAGEMENT_KEY: reference })));
      assert.match(
        message,
        /GUARDRAILS_MANAGEMENT_KEY holds a reference to a variable, .* in the place of its value\. Correct how/u,
      );
      assert(!message.includes("MANAGEMENT_KEY}") && !message.includes(reference), message);
      const advice = "Set OPENROUTER_MANAGEMENT_KEY.";
      assert.equal(sanitize(advice), advice, "a variable's name is no secret");
      for (const name of ["GUARDRAILS_BASE_URL", "GUARDRAILS_SERVICE"]) {
        assert.throws(
          () => resolveSettings(environment({ [name]: reference })),
          new RegExp(`${name} holds a reference to a variable`, "u"),
        );
      }
    });
  }

  it("is asked for by name where only an ordinary key of that service is set, which is neither used nor shown", () => {
    const ordinary = { OPENROUTER_API_KEY: "sk-or-v1-hunter2" };
    const message = refusal(() => resolveSettings(environment(ordinary)));
    assert.match(
      message,
      /OPENROUTER_API_KEY is set, but it holds an ordinary API key, .*\. Set OPENROUTER_MANAGEMENT_KEY to/u,
    );
    assert(!message.includes("hunter2"));
    const elsewhere = { ...ordinary, GUARDRAILS_SERVICE: "modelgates" };
    assert.doesNotMatch(
      refusal(() => resolveSettings(environment(elsewhere))),
      /OPENROUTER_API_KEY/u,
    );
  });

  it("is refused, and not shown, where it is so short that names may hold it", () => {
    for (const short of ["prodk", "prod-gatewa", "  prod-gatewa\n"]) {
      const message = refusal(() => resolveSettings(environment({ GUARDRAILS_MANAGEMENT_KEY: short })));
      assert.match(
        message,
        /GUARDRAILS_MANAGEMENT_KEY has fewer than 12 characters, too few to be told from ordinary words/u,
      );
      assert(!message.includes("prod"), message);
    }
    resolveSettings(environment({ GUARDRAILS_MANAGEMENT_KEY: "twelve-signs" }));
  });

  it("cannot be shown by accident", () => {
    const settings = resolveSettings(environment({ GUARDRAILS_MANAGEMENT_KEY: key("mine") }));
    const shown = [
      String(settings.credential),
      JSON.stringify(settings),
      inspect(settings, { showHidden: true, depth: 9 }),
    ];
    for (const text of shown) assert(!text.includes(key("mine")), text);
  });
});
