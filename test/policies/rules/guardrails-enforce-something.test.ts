import assert from "node:assert/strict";
import { reportPasses } from "../../../policies/findings/report";
import { describeFailure } from "../../../policies/report/violation";
import { enforcedBy } from "../../../policies/rules/enforced-by-guardrail";
import type { Guardrail } from "../../../provider/inventory/contract";
import {
  absentGuardrail,
  apiKey,
  blocking,
  guardrail,
  guardrailsOf,
  guardrailWith,
  inventoryOf,
  listOf,
  noEvidence,
  otherGuardrail,
  row,
} from "../builders";
import { type Given, judgedIn, judgeRule } from "../judging";
import { assignmentResource, keyResource, unknownValue } from "../stack-resource";
import { plannedBy } from "./declared";

const name = "guardrails-enforce-something";
const requiredKeys = [{ hash: row(1).keyHash }];
const assignments = listOf([row(1)]);
const unset = guardrailWith();
const limited = guardrailWith({ limitUsd: 5 });
/** Lists that name nothing for certain. */
const blank: readonly (readonly string[])[] = [
  [],
  [""],
  [" ", "\u200b"],
  ["\u3164"],
  ["*"],
  ["none"],
  ["a*"],
  [" ALL "],
  ["x\n"],
];
/** As allow-lists also those in which one entry may allow all. */
const mayAllowAll = [
  "*",
  "",
  "*/*:free",
  "a*",
  "*a",
  "[a-z]*",
  "[a-z]+",
  "%",
  ".+",
  "a?",
  "all",
  "Any",
  " every",
  "none",
  "null",
  "default",
  ..."everything anything auto no nothing nil undefined empty".split(" "),
  ..."model models provider providers vendor vendors".split(" "),
  "ａｌｌ",
  "all.",
  "any-",
  "-any",
  "all models",
  "all/all",
  "Every_Provider",
  "auto",
];
const pointless = [...blank, ...mayAllowAll.flatMap((one) => [[one], [one, "openai"], ["openai", one]])];
const routers = [
  "openrouter/auto",
  "OpenRouter/auto:free",
  " openrouter/x",
  "~openrouter/auto",
  "modelgates/auto",
  "./openrouter/auto",
  "//openrouter/auto",
  "ｏｐｅｎｒｏｕｔｅｒ/auto",
];
const noRetention = { anthropic: true, openai: true, google: true, xai: true, other: true };

async function judged(require: readonly unknown[], given: Given, required: unknown = requiredKeys) {
  return judgedIn(await judgeRule(name, { require, requiredKeys: required }, { assignments, ...given }));
}

async function findingFor(require: readonly unknown[], one: Guardrail) {
  const [finding, ...others] = (await judged(require, { guardrails: guardrailsOf(one) })).findings;
  assert(finding !== undefined && others.length === 0);
  return finding;
}

const blockedBy = (pattern: string) => ({ contentFilters: [{ pattern, action: "block" }] });

/** Each name that `require` knows, what meets it, and what comes near and does not. */
const enforcements: readonly (readonly [
  name: string,
  meets: readonly Partial<Guardrail>[],
  not: readonly Partial<Guardrail>[],
])[] = [
  [
    "limitUsd",
    [
      { limitUsd: 0.01 },
      { limitUsd: 0 },
      { limitUsd: 999_999_999 },
      ...["daily", "weekly", "monthly"].map((resetInterval) => ({ limitUsd: 5, resetInterval })),
    ],
    [
      { limitUsd: null, resetInterval: "daily" },
      { limitUsd: -1 },
      { limitUsd: -0.01 },
      { limitUsd: 1_000_000_000 },
      { limitUsd: Number.MAX_VALUE },
      { limitUsd: 5, resetInterval: "" },
      { limitUsd: 5, resetInterval: "hourly" },
      { includeByokInBudgets: true },
    ],
  ],
  [
    "allowedProviders",
    [{ allowedProviders: ["openai"] }, { allowedProviders: ["Amazon Bedrock", "all-hands", "openrouter"] }],
    [...pointless.map((allowedProviders) => ({ allowedProviders })), { ignoredProviders: ["x"] }],
  ],
  [
    "ignoredProviders",
    [{ ignoredProviders: ["x"] }, { ignoredProviders: ["", "x"] }, { ignoredProviders: ["all", "日本"] }],
    [...blank.map((ignoredProviders) => ({ ignoredProviders })), { allowedProviders: ["x"] }],
  ],
  [
    "allowedModels",
    [
      { allowedModels: ["openai/gpt"] },
      { allowedModels: ["~x-ai/grok_4.1:free@v", "mirror/openrouter/auto"] },
    ],
    [
      ...[...pointless, ...routers.map((one) => [one]), ["openai/gpt", "openrouter/auto"]].map(
        (allowedModels) => ({ allowedModels }),
      ),
      { ignoredModels: ["x"] },
    ],
  ],
  [
    "ignoredModels",
    [{ ignoredModels: ["x"] }, { ignoredModels: ["openrouter/auto"] }],
    [...blank.map((ignoredModels) => ({ ignoredModels })), { allowedModels: ["x"] }],
  ],
  [
    "allowedDataRegions",
    [{ allowedDataRegions: ["europe"] }, { allowedDataRegions: ["us", "europe"] }],
    [
      ...pointless.map((allowedDataRegions) => ({ allowedDataRegions })),
      { allowedDataRegions: ["global"] },
      { allowedDataRegions: ["europe", "global"] },
      { allowedDataRegions: ["moon"] },
    ],
  ],
  [
    "zeroDataRetention",
    [{ zeroDataRetention: noRetention }],
    [
      ...Object.keys(noRetention).flatMap((vendor) => [
        { zeroDataRetention: { ...noRetention, [vendor]: null } },
        { zeroDataRetention: { ...noRetention, [vendor]: false } },
      ]),
    ],
  ],
  [
    "noFreeModelPublication",
    [{ enableFreeModelPublication: false }],
    [{ enableFreeModelPublication: true }, { enableFreeModelTraining: false }],
  ],
  [
    "noFreeModelTraining",
    [{ enableFreeModelTraining: false }],
    [{ enableFreeModelTraining: true }, { enablePaidModelTraining: false }],
  ],
  [
    "noPaidModelTraining",
    [{ enablePaidModelTraining: false }],
    [{ enablePaidModelTraining: true }, { enableFreeModelPublication: false }],
  ],
  [
    "contentFilters",
    [
      { contentFilters: blocking },
      {
        contentFilters: [
          { pattern: "x", action: "flag" },
          { pattern: "x", action: "redact" },
        ],
      },
      ...["[^ -~]", "(?i)secret", "(?imsx)a", "\\d{16}", "-"].map(blockedBy),
      { contentFilterBuiltins: [{ slug: "email", action: "block" }] },
      ...["email", "credit-card", "regex-prompt-injection"].map((slug) => ({
        contentFilterBuiltins: [{ slug, action: "redact" }],
      })),
    ],
    [
      { limitUsd: 1 },
      { contentFilterBuiltins: [{ slug: "email", action: "flag" }] },
      { contentFilters: [{ pattern: "x", action: "flag" }] },
      {
        contentFilters: [
          { pattern: "x", action: "BLOCK" },
          { pattern: "x", action: "" },
        ],
      },
      ...["", " ", "\u200b", "\u3164\u2800", "\n", "[", "(?i)[", "(?y)a"].map(blockedBy),
      ...["", "none", "off", "disabled", "Email", "email ", "iban"].map((slug) => ({
        contentFilterBuiltins: [{ slug, action: "block" }],
      })),
    ],
  ],
];

/** What people are told, none of it in the configuration's words. */
const lacks: Readonly<Record<string, string>> = {
  limitUsd: "has no spending limit",
  allowedProviders: "has no list of allowed providers",
  ignoredProviders: "has no list of ignored providers",
  allowedModels: "has no list of allowed models",
  ignoredModels: "has no list of ignored models",
  allowedDataRegions: "is not confined to a data region",
  zeroDataRetention: "has no zero data retention for every vendor's models",
  noFreeModelPublication: "does not forbid free endpoints that publish prompts",
  noFreeModelTraining: "does not forbid free endpoints that train on requests",
  noPaidModelTraining: "does not forbid paid endpoints that train on requests",
  contentFilters: "has no content filter that blocks or redacts",
};

describe("what guardrails-enforce-something may require", () => {
  for (const [required, meets, not] of enforcements) {
    it(`${required} is met by a guardrail that sets it, which then enforces something`, async () => {
      for (const changes of meets) {
        assert.equal((await findingFor([required], guardrailWith(changes))).state, "guarded");
        assert.equal((await findingFor([], guardrailWith(changes))).state, "guarded");
      }
    });

    it(`${required} is not met by one that leaves it out or sets something near it`, async () => {
      for (const changes of [{}, ...not]) {
        const finding = await findingFor([required], guardrailWith(changes));
        assert.equal(finding.state, "wrong-guardrail");
        assert.equal(finding.reason, `has guardrail "Production" (${guardrail}), which ${lacks[required]}`);
        assert.match(finding.advice, /^Change that guardrail, /u);
      }
    });
  }

  it("is all of what is named: the message says what is missing", async () => {
    const some = guardrailWith({ limitUsd: 5, contentFilters: blocking });
    assert.equal((await findingFor(["limitUsd", "contentFilters"], some)).state, "guarded");
    const finding = await findingFor(["limitUsd", "allowedModels", "contentFilters", "ignoredModels"], some);
    assert.match(finding.reason, /which has no list of allowed models and no list of ignored models$/u);
  });

  it("is something, where nothing is named: nothing at all is not enough", async () => {
    const finding = await findingFor([], unset);
    assert.equal(finding.state, "wrong-guardrail");
    assert.match(finding.reason, /which enforces nothing$/u);
    const empty = { allowedProviders: [], ignoredProviders: [], allowedModels: [], ignoredModels: [] };
    const permissive = {
      enableFreeModelPublication: true,
      enableFreeModelTraining: true,
      enablePaidModelTraining: true,
      zeroDataRetention: { anthropic: false, openai: false, google: false, xai: false, other: false },
    };
    const nothing = guardrailWith({ ...empty, ...permissive, resetInterval: "monthly" });
    assert.match((await findingFor([], nothing)).reason, /which enforces nothing$/u);
  });

  it("is met by zero data retention for the models of one vendor, where nothing is named", async () => {
    for (const vendor of Object.keys(noRetention)) {
      const zeroDataRetention = { ...unset.zeroDataRetention, [vendor]: true };
      assert.equal((await findingFor([], guardrailWith({ zeroDataRetention }))).state, "guarded");
    }
  });

  it("is listed by its names; zero data retention for the models of some vendors apart, and never twice", () => {
    const listed = (changes: Partial<Guardrail>) => enforcedBy(guardrailWith(changes));
    assert.deepEqual(listed({}), []);
    assert.deepEqual(listed({ limitUsd: 5, contentFilters: blocking }), ["limitUsd", "contentFilters"]);
    assert.deepEqual(listed({ zeroDataRetention: noRetention }), ["zeroDataRetention"]);
    const zeroDataRetention = { ...noRetention, openai: null };
    assert.deepEqual(listed({ limitUsd: 5, zeroDataRetention }), [
      "limitUsd",
      "zeroDataRetention for some models",
    ]);
  });

  describe("of a limit", () => {
    const bounded = (limitUsd: object) => [{ limitUsd }];
    const monthly = guardrailWith({ limitUsd: 500, resetInterval: "monthly", includeByokInBudgets: true });

    for (const [title, bounds, meets, not, missing] of [
      [
        "a highest amount",
        { max: 500 },
        [{ limitUsd: 500 }, { limitUsd: 0, includeByokInBudgets: false }],
        [{ limitUsd: 500.01 }],
        "of at most 500 USD",
      ],
      [
        "the interval at which it resets",
        { intervals: ["daily", "monthly"] },
        [{ resetInterval: "monthly" }, { resetInterval: "daily" }],
        [{ resetInterval: "weekly" }, { resetInterval: null }],
        "that resets daily or monthly",
      ],
      [
        "that it counts a customer's own provider keys",
        { includeByok: true },
        [{}],
        [{ includeByokInBudgets: false }, { includeByokInBudgets: null }],
        "that counts what is spent with own provider keys",
      ],
    ] as const) {
      it(`may be ${title}`, async () => {
        for (const changes of meets) {
          assert.equal((await findingFor(bounded(bounds), { ...monthly, ...changes })).state, "guarded");
        }
        for (const changes of not) {
          const finding = await findingFor(bounded(bounds), { ...monthly, ...changes });
          assert.equal(finding.state, "wrong-guardrail");
          assert.match(finding.reason, new RegExp(`which has no limit ${missing}$`, "u"));
        }
        for (const limitUsd of [null, -1]) {
          const finding = await findingFor(bounded(bounds), { ...monthly, limitUsd });
          assert.match(finding.reason, /which has no spending limit$/u);
        }
      });
    }

    it("is all of what is named, beside other names, and the message says each that is missing", async () => {
      const require = ["contentFilters", ...bounded({ max: 1, intervals: ["daily"], includeByok: true })];
      const finding = await findingFor(require, guardrailWith({ limitUsd: 2 }));
      assert.match(
        finding.reason,
        /which has no content filter that .*, no limit of at most 1 USD, no limit that resets daily and no limit that counts/u,
      );
    });
  });

  for (const [title, own, problem] of [
    [
      "a limit without a bound",
      { require: [{ limitUsd: {} }] },
      /require\[0\]\.limitUsd must have max, intervals or includeByok/u,
    ],
    [
      "a bound below zero",
      { require: [{ limitUsd: { max: -1 } }] },
      /limitUsd\.max must be an amount of US dollars\./u,
    ],
    [
      "a bound that is no number",
      { require: [{ limitUsd: { max: "5" } }] },
      /require\[0\]\.limitUsd\.max must be an amount of US dollars\./u,
    ],
    [
      "an unknown bound",
      { require: [{ limitUsd: { maximum: 1 } }] },
      /limitUsd has the unknown setting maximum/u,
    ],
    [
      "an unknown interval",
      { require: [{ limitUsd: { intervals: ["hourly"] } }] },
      /require\[0\]\.limitUsd\.intervals\[0\] must be one of daily, weekly, monthly\./u,
    ],
    [
      "no interval",
      { require: [{ limitUsd: { intervals: [] } }] },
      /limitUsd\.intervals must be a list of daily, weekly, monthly that is not empty\./u,
    ],
    [
      "own keys not counted",
      { require: [{ limitUsd: { includeByok: false } }] },
      /require\[0\]\.limitUsd\.includeByok must be true; /u,
    ],
    ["a bound of something else", { require: [{ allowedModels: { max: 1 } }] }, /require\[0\] must be/u],
    [
      "an unknown name",
      { require: ["limitUSD"] },
      /require\[0\] must be one of limitUsd, allowedProviders, .* includeByok \(did you mean limitUsd\?\)/u,
    ],
    ["a name every object has", { require: ["constructor"] }, /require\[0\] must be one of/u],
    ["no list", { require: "limitUsd" }, /require must be a list; \[\] requires any one/u],
    ["null", { require: null }, /require must be a list/u],
    ["a misspelt list", { requires: [] }, /it has the unknown setting requires/u],
    [
      "keys but no list",
      { requiredKeys },
      /of guardrails-enforce-something names no enforcement\. Give it "require"/u,
    ],
    [
      "no keys",
      { require: [] },
      /of guardrails-enforce-something names no required keys\. Give it "requiredKeys", or .* guardrails-settings/u,
    ],
    ["an empty list of keys", { require: [], requiredKeys: [] }, /names no required keys/u],
  ] as const) {
    it(`is refused when it is configured with ${title}`, async () => {
      await assert.rejects(judgeRule(name, own), problem);
    });
  }
});

describe("guardrails-enforce-something", () => {
  it("does not apply until it is configured, also when keys are required of all rules", async () => {
    const why = 'not configured: add "require": []';
    for (const settings of [{}, { requiredKeys }]) {
      assert.deepEqual(await judgeRule(name, {}, {}, settings), {
        rule: name,
        kind: "not-applicable",
        why,
      });
    }
  });

  it("judges the keys required of all rules", async () => {
    const guardrails = guardrailsOf(limited);
    const report = await judgeRule(name, { require: [] }, { assignments, guardrails }, { requiredKeys });
    assert(reportPasses(report));
  });

  it("passes a guarded key whatever guardrail is required of it elsewhere: only the content counts", async () => {
    const required = [{ hash: row(1).keyHash, guardrail: otherGuardrail }];
    assert(reportPasses(await judged(["limitUsd"], { guardrails: guardrailsOf(limited) }, required)));
  });

  it("reports a key without a guardrail as that, and asks for no guardrail", async () => {
    const report = await judged([], { assignments: listOf([]), inventory: inventoryOf([apiKey(1)]) });
    assert.deepEqual(
      report.findings.map(({ state, reason }) => [state, reason]),
      [["unguarded", "has no direct assignment of a guardrail"]],
    );
  });

  it("cannot verify a guardrail the service answers 404 for, and says which", async () => {
    const report = await judged([], { guardrails: guardrailsOf(guardrail) });
    assert(!reportPasses(report));
    const [finding] = report.findings;
    assert.equal(finding?.state, "unverified");
    assert.equal(
      finding?.reason,
      `could not be verified: the service answers 404 for its guardrail ${guardrail}`,
    );
    assert.match(finding?.advice ?? "", /^If that guardrail was deleted: Assign a guardrail to it/u);
  });

  it("cannot verify a guardrail that is not among those read", async () => {
    const report = await judged([], {
      guardrails: guardrailsOf(guardrailWith({ id: absentGuardrail, limitUsd: 1 })),
    });
    assert.equal(report.findings[0]?.state, "unverified");
    assert.match(report.findings[0]?.reason ?? "", /could not be verified: guardrail .* could not be read/u);
    assert.equal(report.findings[0]?.advice, "Fix what is named above.");
  });

  it("cannot verify anything when the guardrails cannot be read, and says why first", async () => {
    const report = await judged([], { guardrails: noEvidence });
    assert.deepEqual(
      report.findings.map(({ state }) => state),
      ["unverified"],
    );
    assert.deepEqual([report.subject, report.notes], ["required keys", []]);
    assert.match(describeFailure(report), /^could not verify: the list was not read\./u);
  });

  it("cannot verify anything without the list, and asks for no guardrail", async () => {
    const report = await judged([], { assignments: noEvidence });
    assert(!reportPasses(report));
    assert.equal(report.problems.length, 1);
  });

  it("judges every guardrail of a key with two", async () => {
    const rows = listOf([row(1), row(1, { id: "another", guardrailId: otherGuardrail })]);
    const both = guardrailsOf(limited, guardrailWith({ id: otherGuardrail }));
    const report = await judged([], { assignments: rows, guardrails: both });
    assert.match(
      report.findings[0]?.reason ?? "",
      new RegExp(`${otherGuardrail}\\), which enforces nothing`, "u"),
    );
  });

  it("finds keys by name and pattern, and reports one that no key matches", async () => {
    const given = {
      guardrails: guardrailsOf(limited),
      inventory: inventoryOf([apiKey(1, { name: "prod-a" }), apiKey(2, { name: "prod-b" })]),
    };
    const required = [{ pattern: "prod-*" }, { name: "none" }];
    const { findings } = await judged(["limitUsd"], given, required);
    assert.deepEqual(
      findings.map(({ state, key }) => [state, key.name]),
      [
        ["guarded", "prod-a"],
        ["unguarded", "prod-b"],
        ["missing", "none"],
      ],
    );
  });
});

describe("guardrails-enforce-something, over what a deployment is about to assign", () => {
  const planned = (guardrailId: unknown) =>
    plannedBy(assignmentResource("a", [], { keyHash: row(1).keyHash, guardrailId }));

  it("judges the guardrail that is about to be assigned, not the one there is", async () => {
    const both = guardrailsOf(limited, guardrailWith({ id: otherGuardrail }));
    const spoilt = await judged([], { ...planned(otherGuardrail), guardrails: both });
    assert.equal(spoilt.findings[0]?.state, "wrong-guardrail");
    const rows = listOf([row(1, { guardrailId: otherGuardrail })]);
    const repaired = await judged([], { ...planned(guardrail), assignments: rows, guardrails: both });
    assert.equal(repaired.findings[0]?.state, "guarded-by-deployment");
  });

  it("cannot verify a guardrail that is not known before deployment", async () => {
    const second = assignmentResource("b", [], { keyHash: row(1).keyHash, guardrailId: unknownValue });
    const first = assignmentResource("a", [], { keyHash: row(1).keyHash, guardrailId: guardrail });
    for (const some of [plannedBy(second), plannedBy(first, second)]) {
      const report = await judged([], { ...some, guardrails: guardrailsOf(limited) });
      const [finding] = report.findings;
      assert.equal(finding?.state, "unverified");
      assert.match(finding?.reason ?? "", /its guardrail is not known before deployment/u);
      assert.match(finding?.advice ?? "", /^Deploy the guardrail first/u);
    }
  });

  it("passes a key that is about to be made with a guardrail that enforces something", async () => {
    const resources = [
      keyResource("new", { name: "prod-new" }),
      assignmentResource("a", ["new"], { guardrailId: guardrail }),
    ];
    const given = {
      ...plannedBy(...resources),
      inventory: inventoryOf([]),
      guardrails: guardrailsOf(limited),
    };
    const report = await judged([], given, [{ name: "prod-new" }]);
    assert.deepEqual(
      report.findings.map(({ state }) => state),
      ["guarded-by-deployment"],
    );
  });
});
