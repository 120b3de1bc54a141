import assert from "node:assert/strict";
import fc from "fast-check";
import { parseConfiguration } from "../../policies/configuration";
import { readLiveEvidence } from "../../policies/evidence";
import { describeReport } from "../../policies/finding";
import { judgeRequiredKeys } from "../../policies/rules/required-keys-guarded";
import { messageOf } from "../../provider/errors";
import { guardrail, row } from "./builders";

const rawKey = fc
  .string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 64, maxLength: 64 })
  .map((hex) => `sk-or-v1-${hex}`);

/** A configuration that is right, as JSON: each text and each name in it is a place to plant something. */
const right = {
  requiredKeys: [
    { hash: row(1).keyHash, guardrail, description: "gateway" },
    { name: "batch", guardrail: [guardrail, guardrail], assignedNameSuffices: true, description: "nightly" },
  ],
  evidence: "live",
  service: "openrouter",
  baseUrl: "https://openrouter.ai/api/v1",
  readTimeout: 5,
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

const planting = fc.record({
  path: fc.constantFrom(...placesIn(right)),
  as: fc.constantFrom("value" as const, "name" as const),
  key: rawKey,
  around: fc.constantFrom(
    (key: string) => key,
    (key: string) => ` ${key}\n`,
    (key: string) => key.toUpperCase(),
    (key: string) => `Bearer ${key}`,
    (key: string) => [key],
    (key: string) => ({ [key]: key }),
    (key: string) => `https://${key}@openrouter.ai/api/v1`,
    (key: string) => `https://openrouter.ai/api/v1?key=${key}`,
    (key: string) => `${key.slice(0, 20)}\u200b${key.slice(20)}`,
  ),
});

/** Everything the policy could say of this configuration, unless it is one that would be read with. */
async function saidOf(given: unknown, stackRequiredKeys?: string): Promise<string> {
  try {
    const { requiredKeys, connection } = parseConfiguration(given, stackRequiredKeys);
    const evidence = await readLiveEvidence(connection, {});
    return `${evidence.kind} ${describeReport(judgeRequiredKeys(requiredKeys, evidence))}`;
  } catch (error) {
    return messageOf(error);
  }
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
  it("is never echoed, wherever it stands", async () => {
    await fc.assert(
      fc.asyncProperty(planting, async ({ path, as, key, around }) => {
        const given = plant(right, path, as === "name" ? String(around(key)) : around(key), as);
        assertHides(await saidOf(given), key);
      }),
      { numRuns: 1_500 },
    );
  });

  it("is never echoed from the stack's configuration, valid JSON or not", async () => {
    await fc.assert(
      fc.asyncProperty(planting, fc.boolean(), async ({ path, as, key, around }, cutOff) => {
        const given = plant(right, path, as === "name" ? String(around(key)) : around(key), as);
        const text = JSON.stringify((given as Partial<typeof right>).requiredKeys ?? given);
        assertHides(await saidOf(right, cutOff ? text.slice(0, -1) : text), key);
      }),
      { numRuns: 500 },
    );
  });

  it("is refused, with the advice to rotate it, in every place that takes text", () => {
    const key = `sk-or-v1-${"0e6".repeat(22)}`;
    for (const entry of [{ hash: key }, { name: `my ${key}` }, { name: "batch", description: key }]) {
      assert.throws(
        () => parseConfiguration({ requiredKeys: [entry] }),
        /rotate that key, and give its hash/u,
      );
    }
  });

  it("is refused also when it is a management key", () => {
    const key = "sk-or-mgmt-0123456789abcdef";
    for (const entry of [{ hash: key }, { name: key }]) {
      assert.throws(() => parseConfiguration({ requiredKeys: [entry] }), /rotate that key/u);
    }
  });
});
