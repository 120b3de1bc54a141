import assert from "node:assert/strict";
import fc from "fast-check";
import { settingsName } from "../../../policies/configuration/shared-settings";
import { ruleNames } from "../../../policies/rules/index";
import { systemClock } from "../../../provider/clock";
import { cases } from "../../cases";
import { guardrail, noon, row } from "../builders";
import { type PolicyRun, runPolicies } from "../policy-run";
import { configurationOf, refusalOf } from "./configuration-of";

const rawKey = fc
  .string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 64, maxLength: 64 })
  .map((hex) => `sk-or-v1-${hex}`);

const sources = {
  requiredKeys: [
    { hash: row(1).keyHash, guardrail, description: "gateway" },
    { name: "batch", guardrail: [guardrail, guardrail], assignedNameSuffices: true, description: "nightly" },
    { pattern: "prod-*" },
  ],
  evidence: "live",
  service: "openrouter",
  baseUrl: "https://openrouter.ai/api/v1",
  readTimeout: 5,
  keyTypes: ["acme:index:Key"],
  assignmentTypes: [
    "acme:index:Assignment",
    { type: "acme:index:Bulk", keyProperty: "keys", guardrailProperty: "to" },
  ],
};
const waiver = { hash: row(1).keyHash, rule: "required-keys-guarded", reason: "old", owner: "platform" };

/** The configuration of a pack that is right: each text and each name in it is a place to plant something. */
const right: Readonly<Record<string, unknown>> = {
  [settingsName]: {
    ...sources,
    waivers: [{ ...waiver, expires: "2026-03-10" }],
    maxWaiverDays: 30,
    enforceAt: "end",
    planned: true,
  },
  "required-keys-guarded": sources,
  "no-unguarded-keys": {
    exempt: [{ hash: row(2).keyHash, reason: "ours" }, { name: "x" }, { pattern: "x*" }],
  },
  "approved-guardrails-only": { approved: [guardrail], keys: [{ hash: row(1).keyHash }, { name: "batch" }] },
  "guardrails-enforce-something": { require: ["limitUsd"], requiredKeys: [{ name: "batch" }] },
  "declared-keys-guarded": {},
};

const justSettings = {
  ...Object.fromEntries(ruleNames.map((name) => [name, "disabled"])),
  [settingsName]: right[settingsName],
};

type Path = readonly (string | number)[];

function placesIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([name, field]) => placesIn(field, [...path, name]))];
}

/** The configuration with `planted` at this place, or, for `as: "name"`, as the name of one more property there. */
function plant(value: unknown, path: Path, planted: unknown, as: "value" | "name"): unknown {
  const [step, ...rest] = path;
  if (step === undefined) {
    if (as === "value") return planted;
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? { ...value, [String(planted)]: 1 }
      : planted;
  }
  if (Array.isArray(value)) {
    return value.map((entry, index) =>
      String(index) === String(step) ? plant(entry, rest, planted, as) : entry,
    );
  }
  const fields: Record<string, unknown> = { ...(value as Record<string, unknown>) };
  return { ...fields, [step]: plant(fields[step], rest, planted, as) };
}

const wraps: readonly ((key: string) => unknown)[] = [
  (key) => key,
  (key) => ` ${key}\n`,
  (key) => key.toUpperCase(),
  (key) => `Bearer ${key}`,
  (key) => [key],
  (key) => ({ [key]: key }),
  (key) => `https://${key}@openrouter.ai/api/v1`,
  (key) => `https://openrouter.ai/api/v1?key=${key}`,
  (key) => `${key.slice(0, 20)}\u200b${key.slice(20)}`,
];

function planting(given: unknown) {
  return fc
    .record({
      path: fc.constantFrom(...placesIn(given)),
      as: fc.constantFrom("value" as const, "name" as const),
      key: rawKey,
      wrap: fc.constantFrom(...wraps),
    })
    .map(({ path, as, key, wrap }) => {
      const planted = as === "name" ? String(wrap(key)) : wrap(key);
      return { key, given: plant(given, path, planted, as) };
    });
}

/** Everything the pack could say by this configuration. It has no credential, so it reads nothing. */
async function saidBy(
  configuration: PolicyRun["configuration"],
  stackRequiredKeys?: string,
): Promise<string> {
  const stack = stackRequiredKeys === undefined ? {} : { "guardrails:requiredKeys": stackRequiredKeys };
  const result = await runPolicies({
    environment: {},
    configuration,
    stack,
    clock: { ...systemClock, now: () => noon },
  });
  const said = result.violations.map(({ text }) => text);
  assert.match(said[0] ?? "", /^could not verify: /u);
  return [...said, ...result.notices, ...Object.values(result.notApplicable)].join("\n");
}

function assertHides(said: string, key: string): void {
  const hex = key.slice("sk-or-v1-".length).toLowerCase();
  const shown = said.toLowerCase().replace(/\\u\{[0-9a-f]+\}/gu, "");
  // Any 12 characters of it would be an echo: nothing else in a message is that long a run of these characters.
  for (let from = 0; from + 12 <= hex.length; from += 1) {
    assert(!shown.includes(hex.slice(from, from + 12)), `it shows the key: ${said}`);
  }
}

describe("a raw key pasted into the configuration", () => {
  it("is never echoed, wherever it stands in the entry of whichever policy", async () => {
    const plantings = fc
      .constantFrom(...Object.keys(right))
      .chain((policy) => planting(right[policy]).map((one) => ({ ...one, policy })));
    await fc.assert(
      fc.asyncProperty(plantings, async ({ policy, given, key }) => {
        const others = policy === settingsName ? right : justSettings;
        assertHides(await saidBy({ ...others, [policy]: given }), key);
      }),
      { numRuns: cases(600) },
    );
  });

  it("is never echoed from the stack's configuration, valid JSON or not", async () => {
    await fc.assert(
      fc.asyncProperty(planting(sources.requiredKeys), fc.boolean(), async ({ given, key }, cutOff) => {
        const text = JSON.stringify(given);
        const alone = { "required-keys-guarded": sources };
        assertHides(await saidBy({ ...justSettings, ...alone }, cutOff ? text.slice(0, -1) : text), key);
      }),
      { numRuns: cases(250) },
    );
  });

  const key = `sk-or-v1-${"0e6".repeat(22)}`;
  const managementKey = "sk-or-mgmt-0123456789abcdef";
  for (const pasted of [key, managementKey]) {
    const entries = [{ hash: pasted }, { name: `my ${pasted}` }, { pattern: `${pasted}*` }];

    it(`is refused, with the advice to rotate it, in every place that takes text: ${pasted.slice(0, 11)}`, () => {
      for (const entry of [...entries, { name: "batch", description: pasted }]) {
        assert.match(refusalOf({ requiredKeys: [entry] }), /rotate that key, and give its hash/u);
        const settings = { requiredKeys: [entry] };
        assert.match(refusalOf({}, { settings }), /guardrails-settings.*rotate that key, and give its hash/u);
      }
      for (const entry of [...entries, { name: "batch", reason: pasted }]) {
        const rule = "no-unguarded-keys";
        assert.match(refusalOf({ exempt: [entry] }, { rule }), /exempt\[0\]\.\w+ holds .* rotate that key/u);
      }
      for (const entry of entries) {
        const rule = "approved-guardrails-only";
        assert.match(refusalOf({ approved: [guardrail], keys: [entry] }, { rule }), /keys\[0\]\.\w+ holds/u);
      }
      assert.match(
        refusalOf({ keyTypes: [pasted] }),
        /keyTypes\[0\] holds what looks like an API key itself/u,
      );
      refusalOf({ assignmentTypes: [pasted] });
    });

    it(`voids the waiver it stands in, with the same advice: ${pasted.slice(0, 11)}`, () => {
      for (const name of ["hash", "reason", "owner"] as const) {
        const waivers = [{ ...waiver, expires: "2026-03-10", [name]: pasted }];
        const [entry] = configurationOf(sources, { settings: { waivers } }).waivers;
        assert(entry?.kind === "invalid");
        assert.match(entry.why, new RegExp(`^its ${name} holds what looks like .* rotate that key`, "u"));
      }
    });
  }
});
