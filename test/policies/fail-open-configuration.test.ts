import assert from "node:assert/strict";
import { settingsForm, settingsName } from "../../policies/configuration/shared-settings";
import { engineProperties } from "../../policies/pack/engine-schema";
import { ruleNames, rules } from "../../policies/rules/index";
import { serviceNames } from "../../provider/settings/services";
import { packNames, policyNamespaces, stackNames } from "../../provider/settings/stack-names";
import { useServices } from "../http/reading-of";
import { nilGuardrail, row } from "./builders";
import {
  assertCouldNotVerify,
  completeRun,
  configured,
  everyRule,
  everyRuleName,
  type RuleName,
  readingRules,
} from "./fail-open-run";
import { type PolicyResult, type PolicyRun, runPolicies } from "./policy-run";

const hash = row(1).keyHash;
const key = { hash };
const { guardrailId } = row(1);

/** What is wrong is a setting: nobody is led past the rules as if the service were down. */
function assertRefused(run: PolicyRun, rules: readonly RuleName[]): Promise<PolicyResult> {
  return assertCouldNotVerify(run, rules);
}

function nested(depth: number): unknown {
  let list: readonly unknown[] = [];
  for (let at = 1; at < depth; at++) list = [list];
  return list;
}

/** What is wrong in the entry of any rule, whatever else it says. */
const wrongAnywhere: Readonly<Record<string, (right: object) => unknown>> = {
  "is null": () => null,
  "is a list": (right) => [right],
  "is a text": () => "mandatory",
  "misspells a name": (right) => ({ ...right, evidense: "live" }),
  "wants unknown evidence": (right) => ({ ...right, evidence: "cached" }),
  "wants to be enforced at no time": (right) => ({ ...right, enforceAt: "never" }),
  "plans by a word": (right) => ({ ...right, planned: "no" }),
  "plans at the start": (right) => ({ ...right, enforceAt: "start", planned: true }),
  "knows no key types": (right) => ({ ...right, keyTypes: [] }),
  "knows no assignment types": (right) => ({ ...right, assignmentTypes: [{}] }),
  "has a space behind a key type": (right) => ({ ...right, keyTypes: ["openrouter:index/apiKey:ApiKey "] }),
  "has an assignment type that is none": (right) => ({ ...right, assignmentTypes: ["x"] }),
  "leaves its address to nobody": (right) => ({ ...right, baseUrl: null }),
  "leaves its service to nobody": (right) => ({ ...right, service: null }),
  "nests deeper than any parser goes": (right) => ({ ...right, exempt: nested(6000) }),
  "brings waivers of its own": (right) => ({ ...right, waivers: [] }),
  "brings a credential": (right) => ({ ...right, managementKey: "sk-or-mgmt-local-service" }),
};

/** Whose fault it is that an entry cannot be had nobody knows. */
const unreadable: Readonly<Record<string, () => never>> = {
  "cannot be had": () => {
    throw new Error("policy configuration is not valid");
  },
  "cannot be had, and what is thrown is no error": () => {
    throw undefined;
  },
};

/** What is wrong where a rule reads the account. */
const wrongForReading: Readonly<Record<string, (right: object) => unknown>> = {
  "names an unknown service": (right) => ({ ...right, service: "open-router" }),
  "names an empty address": (right) => ({ ...right, baseUrl: "" }),
  "names a plain http address": (right) => ({ ...right, baseUrl: "http://gateway.example/api/v1" }),
  "names an address the credential does not belong to": (right) => ({
    ...right,
    baseUrl: "https://gateway.example/v1",
  }),
  "sets a limit of nothing": (right) => ({ ...right, readTimeout: 0 }),
  "sets a limit that is no number": (right) => ({ ...right, maxRows: "many" }),
};

/** A limit that only what is read shows to be too low. */
const tooLow: Readonly<Record<string, (right: object) => unknown>> = {
  "caps the rows below the list": (right) => ({ ...right, maxRows: 2 }),
  "caps a page below its bytes": (right) => ({ ...right, maxPageBytes: 10 }),
};

/** What is wrong in a rule's own properties. */
const wrongOfItsOwn: Readonly<Record<RuleName, Readonly<Record<string, unknown>>>> = {
  "required-keys-guarded": {
    "misspells requiredKeys": { requiredkeys: [key] },
    "has null for its keys": { requiredKeys: null },
    "misspells a hash": { requiredKeys: [key, { hsah: hash }] },
    "misspells a guardrail": { requiredKeys: [{ hash, guardrial: guardrailId }] },
    "requires the nil UUID as a guardrail": { requiredKeys: [{ hash, guardrail: nilGuardrail }] },
    "allows no guardrail at all": { requiredKeys: [{ hash, guardrail: [] }] },
    "requires a raw key": { requiredKeys: [{ hash: `sk-or-v1-${hash}` }] },
    "requires an empty name": { requiredKeys: [{ name: "" }] },
    "requires an empty pattern": { requiredKeys: [{ pattern: "" }] },
    "requires a name and a pattern at once": { requiredKeys: [{ name: "prod-gateway", pattern: "*" }] },
    "says of a pattern that assigned names suffice": {
      requiredKeys: [{ pattern: "*", assignedNameSuffices: true }],
    },
  },
  "no-unguarded-keys": {
    "misspells exempt": { exempts: [] },
    "has null for its exemptions": { exempt: null },
    "exempts what nobody can read": { exempt: [{ key: "*" }] },
    "exempts by two at once": { exempt: [{ hash, pattern: "*" }] },
    "exempts without saying what": { exempt: [{}] },
  },
  "approved-guardrails-only": {
    "approves nothing": { approved: [] },
    "approves the nil UUID": { approved: [guardrailId, nilGuardrail] },
    "approves by name": { approved: ["Production"] },
    "misspells approved": { aproved: [guardrailId] },
    "judges no keys": { approved: [guardrailId], keys: [] },
    "judges keys by no approval": { keys: [key] },
  },
  "guardrails-enforce-something": {
    "requires what nobody knows": { require: ["limitEur"] },
    "requires one thing that is no list": { require: "limitUsd" },
    "misspells require": { requires: ["limitUsd"] },
    "names keys and nothing required": { requiredKeys: [key] },
    "has null for what it requires": { require: null },
  },
  "declared-keys-guarded": {
    "has a property of another rule": { requiredKeys: [key] },
  },
};

describe("the pack fails closed when the entry", () => {
  const running = useServices();

  for (const name of everyRuleName) {
    for (const [title, spoil] of Object.entries(wrongAnywhere)) {
      it(`of ${name} ${title}`, async () => {
        const run = completeRun(await running(), configured(name, spoil(everyRule[name])));
        await assertRefused(run, [name]);
      });
    }
    for (const [title, get] of Object.entries(unreadable)) {
      it(`of ${name} ${title}`, async () => {
        await assertCouldNotVerify(completeRun(await running(), configured(name, get)), [name]);
      });
    }
    for (const [title, own] of Object.entries(wrongOfItsOwn[name])) {
      it(`of ${name} ${title}`, async () => {
        await assertRefused(completeRun(await running(), configured(name, own)), [name]);
      });
    }
  }

  for (const name of readingRules) {
    for (const [title, spoil] of Object.entries(wrongForReading)) {
      it(`of ${name} ${title}`, async () => {
        const run = completeRun(await running(), configured(name, spoil(everyRule[name])));
        await assertRefused(run, [name]);
      });
    }
    for (const [title, spoil] of Object.entries(tooLow)) {
      it(`of ${name} ${title}`, async () => {
        const run = completeRun(await running(), configured(name, spoil(everyRule[name])));
        await assertCouldNotVerify(run, [name]);
      });
    }
  }

  it("of any rule wants the program's evidence at the start", async () => {
    for (const name of everyRuleName) {
      const own = { ...everyRule[name], enforceAt: "start", evidence: "stack" };
      await assertRefused(completeRun(await running(), configured(name, own)), [name]);
    }
  });
});

describe("the pack, where nothing is configured,", () => {
  const running = useServices();

  for (const [title, entry, said] of [
    [
      "{}",
      {},
      /^could not verify: .* names no required keys: none was given to the pack\. Add --policy-pack/u,
    ],
    [
      "an empty list of required keys",
      { requiredKeys: [] },
      /^could not verify: .* names no required keys\. Give "requiredKeys"/u,
    ],
  ] as const) {
    it(`fails closed for want of required keys: ${title}`, async () => {
      const configuration = { "required-keys-guarded": entry };
      const { violations, notApplicable } = await runPolicies(
        completeRun(await running(), { configuration }),
      );
      assert.deepEqual(
        violations.map(({ policy }) => policy),
        ["required-keys-guarded"],
      );
      assert.match(violations[0]?.text ?? "", said);
      // These are switched on by being configured; that they are not is said, not passed over.
      assert.deepEqual(Object.keys(notApplicable).toSorted(), [
        "approved-guardrails-only",
        "guardrails-enforce-something",
        "no-unguarded-keys",
      ]);
    });
  }

  it("fails closed for want of required keys where a content is required of their guardrails", async () => {
    const configuration = { "guardrails-enforce-something": { require: [] } };
    await assertRefused(completeRun(await running(), { configuration }), [
      "guardrails-enforce-something",
      "required-keys-guarded",
    ]);
  });

  it("has each rule in force or says why not", async () => {
    const run = completeRun(await running(), { configuration: {}, resources: () => [] });
    const { violations, notApplicable } = await runPolicies(run);
    const heard = [...violations.map(({ policy }) => policy), ...Object.keys(notApplicable)];
    assert.deepEqual(heard.toSorted(), ruleNames.toSorted());
  });
});

describe("the pack fails closed when the stack's configuration", () => {
  const running = useServices();
  const requiring: readonly RuleName[] = everyRuleName;

  for (const text of ["", "null", "{}", "not json", '[{"hsah":""}]', "[{}]", `"${hash}"`]) {
    it(`requires malformed keys: ${JSON.stringify(text)}`, async () => {
      const stack = { "guardrails:requiredKeys": text };
      await assertRefused(completeRun(await running(), { stack }), requiring);
    });
  }

  for (const text of [
    `[{"hash":"${hash}","hash":"${"0".repeat(64)}"}]`,
    `[{"name":"a","guardrail":"${crypto.randomUUID()}",\n "guardrail":["${crypto.randomUUID()}"]}]`,
  ]) {
    it(`gives a name twice: ${text.slice(0, 10)}…`, async () => {
      const stack = { "guardrails:requiredKeys": text };
      const { violations } = await assertRefused(completeRun(await running(), { stack }), requiring);
      assert.match(
        violations[0]?.text ?? "",
        / gives the name (?:hash|guardrail) twice: line 1, column \d+, and line \d, column \d+/u,
      );
    });
  }

  it("nests deeper than any parser goes", async () => {
    const stack = { "guardrails:requiredKeys": "[".repeat(6000) + "]".repeat(6000) };
    const { violations } = await assertRefused(completeRun(await running(), { stack }), requiring);
    assert.match(violations[0]?.text ?? "", / is nested too deeply: line 1, column 101/u);
  });

  it("cannot take away what the pack requires, nor point it elsewhere", async () => {
    const service = await running();
    const elsewhere = await running({ rows: 0 });
    const stack = {
      "guardrails:requiredKeys": "[]",
      "guardrails:baseUrl": elsewhere.baseUrl,
      "guardrails:managementKey": elsewhere.managementKey,
    };
    service.ledger.unassign(hash);
    const { violations } = await runPolicies(completeRun(service, { stack }));
    assert.deepEqual(violations.map(({ policy }) => policy).toSorted(), [
      "guardrails-enforce-something",
      "no-unguarded-keys",
      "required-keys-guarded",
    ]);
    assert.equal(elsewhere.requests.length, 0);
  });
});

describe("the pack fails closed when the environment", () => {
  const running = useServices();
  const key = "GUARDRAILS_MANAGEMENT_KEY";
  const address = "GUARDRAILS_BASE_URL";

  for (const [title, changes] of [
    ["holds nothing", { [key]: undefined, [address]: undefined }],
    ["holds no credential", { [key]: undefined }],
    ["holds an empty credential", { [key]: "" }],
    ["holds a blank credential", { [key]: " \n" }],
    ["holds a credential with a line end in it", { [key]: "sk-or-mgmt\nlocal" }],
    ["holds an empty address", { [address]: "" }],
    ["holds an unknown service", { GUARDRAILS_SERVICE: "none" }],
    [
      "holds another service's credential only",
      { [key]: undefined, MODELGATES_MANAGEMENT_KEY: "sk-or-mgmt-of-another" },
    ],
  ] as const) {
    it(title, async () => {
      const run = completeRun(await running());
      await assertRefused({ ...run, environment: { ...run.environment, ...changes } }, readingRules);
    });
  }

  it("holds a credential the service does not accept", async () => {
    const run = completeRun(await running());
    const environment = { ...run.environment, [key]: "sk-or-mgmt-of-nobody-at-all" };
    await assertCouldNotVerify({ ...run, environment }, readingRules);
  });
});

describe("the pack fails closed when the environment holds", () => {
  const running = useServices();

  for (const name of ["GUARDRAILS_BASEURL", "GUARDRAIL_BASE_URL", "GUARDRAILS_REQUIRED_KEYS"]) {
    it(`${name}, which nobody reads, and does not show its value`, async () => {
      const run = completeRun(await running());
      const environment = { ...run.environment, [name]: "https://hunter2.example" };
      const { violations } = await assertRefused({ ...run, environment }, readingRules);
      assert(violations.some(({ text }) => text.includes(`"${name}"`)));
      assert(!JSON.stringify(violations).includes("hunter2"), "it shows the value");
    });
  }

  it("GUARDRAILS_BASEURL, where the program's evidence is judged", async () => {
    const settings = { ...everyRule["guardrails-settings"], evidence: "stack" };
    const run = completeRun(await running(), {
      ...configured("guardrails-settings", settings),
      environment: { GUARDRAILS_BASEURL: "https://hunter2.example" },
    });
    const { violations } = await assertRefused(run, readingRules);
    assert.match(violations.map(({ text }) => text).join("\n"), /"GUARDRAILS_BASEURL"/u);
  });
});

describe("the pack fails closed when the stack's configuration has a setting that nobody reads", () => {
  const running = useServices();
  const meant = {
    requiredkeys: "requiredKeys",
    "required-keys": "requiredKeys",
    requiredKey: "requiredKeys",
    requierdKeys: "requiredKeys",
    managementkey: "managementKey",
    base_url: "baseUrl",
    readTimeOut: "readTimeout",
  };
  for (const [name, known] of Object.entries(meant)) {
    it(`${name}, and names ${known} as the one that is meant`, async () => {
      const stack = { [`guardrails:${name}`]: '[{"name":"prod-x"}]' };
      const { violations } = await assertRefused(completeRun(await running(), { stack }), everyRuleName);
      const told = violations.filter(({ text }) => text.includes(`guardrails:${known} is probably meant`));
      assert.equal(told.length, 1, "the same is said of every rule");
      assert(!JSON.stringify(violations).includes("prod-x"), "it shows the value");
    });
  }

  it("that is near to none of ours", async () => {
    const stack = { "guardrails:evidence": "stack" };
    await assertRefused(completeRun(await running(), { stack }), everyRuleName);
  });

  for (const [key, known] of Object.entries({
    "guardrail:requiredKeys": "requiredKeys",
    "Guardrails:requiredKeys": "requiredKeys",
    "guardrials:required-keys": "requiredKeys",
    "pulumi-guardrails:requiredKeys": "requiredKeys",
    "guardrails-settings:requiredKey": "requiredKeys",
    "required-keys-guarded:requiredKeys": "requiredKeys",
    "guardrail:managementKey": "managementKey",
    "guardrails_:baseURL": "baseUrl",
    "project:requiredKeys": "requiredKeys",
    "project:required-keys": "requiredKeys",
    "project:requiredKey": "requiredKeys",
    "project:requiredKeyes": "requiredKeys",
    "project:requireKeys": "requiredKeys",
    "project:reqKeys": "requiredKeys",
    "project:guardrailsRequiredKeys": "requiredKeys",
    "project:guardrails.requiredKeys": "requiredKeys",
    "gaurdrials:requiredKeys": "requiredKeys",
    "gaurdrails:baseUrl": "baseUrl",
    "guard:requiredKeys": "requiredKeys",
    "guardrails-pack:requiredKeys": "requiredKeys",
    "policy-pack:requiredKeys": "requiredKeys",
    "guardrail:reqKeys": "requiredKeys",
    "guardrail:mgmtKey": "managementKey",
    ...Object.fromEntries(
      [...serviceNames, ...ruleNames].map((space) => [`${space}:requiredKeys`, "requiredKeys"]),
    ),
    "openroutr:required_keys": "requiredKeys",
  })) {
    it(`in another namespace: ${key}, and names guardrails:${known} as the one that is meant`, async () => {
      const stack = { [key]: '[{"name":"prod-x"}]' };
      const { violations } = await assertRefused(completeRun(await running(), { stack }), everyRuleName);
      assert.match(
        violations[0]?.text ?? "",
        new RegExp(`"${key}"; guardrails:${known} is probably meant`, "u"),
      );
      assert(!JSON.stringify(violations).includes("prod-x"), "it shows the value");
    });
  }

  for (const key of [
    ...ruleNames.map((rule) => `${rule}:keys`),
    "no-unguarded-keys:exempt",
    "no-ungarded-keys:exempt",
    "guardrails-settings:waivers",
    "guardrails-setting:enforceAt",
    "openrouter:exempt",
    "guardrails-pack:approved",
    ...packNames.map((name) => `modelgates:${name}`),
  ]) {
    it(`that belongs into the pack's configuration: ${key}`, async () => {
      const stack = { [key]: '[{"name":"prod-x"}]' };
      const { violations } = await assertRefused(completeRun(await running(), { stack }), everyRuleName);
      assert.match(
        violations[0]?.text ?? "",
        new RegExp(`has no setting "${key}"\\. .*--policy-pack-config`, "u"),
      );
      assert(!JSON.stringify(violations).includes("prod-x"), "it shows the value");
    });
  }

  it("is looked for in the namespace of every policy", () => {
    assert.deepEqual([...policyNamespaces].toSorted(), [settingsName, ...ruleNames].toSorted());
  });

  it("is looked for by every name that the pack's file takes and the stack does not", () => {
    const ofPack = [settingsForm, ...rules.map(({ form }) => form)].flatMap((form) =>
      Object.keys(engineProperties(form)),
    );
    const notOfStack = new Set(ofPack.filter((name) => !stackNames.includes(name)));
    assert.deepEqual([...packNames].toSorted(), [...notOfStack].toSorted());
  });

  it("inside a value of the project's own, where --path has put it", async () => {
    for (const [key, value] of [
      ["project:guardrails", { requiredKeys: [{ name: "prod-x" }] }],
      ["project:guardrail", { "required-keys": [] }],
    ] as const) {
      const stack = { [key]: JSON.stringify(value) };
      const run = completeRun(await running(), { stack });
      const { violations } = await assertRefused(run, everyRuleName);
      assert.match(
        violations[0]?.text ?? "",
        new RegExp(`"${key}\\.requ.*"; guardrails:requiredKeys is`, "u"),
      );
    }
  });

  it("in a project that is itself called guardrails, where that is near to one of ours", async () => {
    const project = "guardrails";
    const names = ["region", "evidence", "keys", "required", "key", "url", "token", "apiKey"];
    const own = Object.fromEntries(names.map((name) => [`guardrails:${name}`, "[]"]));
    const passing = await runPolicies(completeRun(await running(), { project, stack: own }));
    assert.deepEqual(passing.violations, []);
    for (const name of [
      "requiredkeys",
      "required-keys",
      "reqKeys",
      "requiredKeysOfProd",
      "management_key",
      "mgmtKey",
      "openrouterManagementKey",
      "baseURl",
    ]) {
      const stack = { ...own, [`guardrails:${name}`]: "[]" };
      await assertRefused(completeRun(await running(), { project, stack }), everyRuleName);
    }
    const stack = { ...own, "guardrails:requiredKeys": `[{"hash":"${row(77).keyHash}"}]` };
    const { violations } = await runPolicies(completeRun(await running(), { project, stack }));
    assert.match(violations[0]?.text ?? "", /no key of the account has that hash/u);
  });

  it("and leaves what is another's alone", async () => {
    const stack = {
      "acme:requiredkeys": "[]",
      "guardrails-example:requiredKey": "[]",
      "board:requiredKeys": "[]",
      "pulumi:tags": "{}",
      "pulumi:requiredKeys": "[]",
      "aws:requiredKeys": "[]",
      "policy:requiredKeys": "[]",
      "openrouter:apiKey": "of the provider of that name",
      "openrouter:managementKey": "of the provider of that name",
      "openrouter:baseUrl": "https://openrouter.ai/api/v1",
      "project:guardrails": "true",
      "project:guardrail": '{"id":"of its own"}',
      "project:apiKeys": "[]",
      "project:requiredTags": "[]",
      "guardrail:aws-region": "eu",
      "pulumi-guardrails:owner": "platform",
      "project:baseUrl": "https://acme.example",
      "project:managementKey": "of-another-program",
      "project:required": "[]",
    };
    assert.deepEqual((await runPolicies(completeRun(await running(), { stack }))).violations, []);
  });
});
