import assert from "node:assert/strict";
import fc from "fast-check";
import { reportPasses } from "../../../policies/findings/report";
import { row } from "../builders";
import { judgedIn, judgeRule } from "../judging";
import { assignmentResource, keyResource, type StackResource, unknownValue } from "../stack-resource";
import { plannedBy } from "./declared";
import {
  configurationOf,
  evidenceOf,
  guardrailIds,
  names,
  type SmallKey,
  smallAccounts,
  smallRules,
} from "./small-account";

/*
 * A deployment that is previewed, with values not known yet, and then made: new keys, keys that get another name, and
 * assignments. What passes at preview must pass by the account that comes of it, whatever the unknown values turn out to
 * be.
 *
 * What a preview cannot see, and `up` finds at its end, is not in here: assignments that are taken out of the program;
 * requirements whose only key gets another name; names of which the assigned keys suffice, because nobody looks up what
 * the others are called; an assignment that takes a key, by a choice not known yet, from the guardrail that it has or that
 * another one gives it.
 */

/** A key resource: of a key of the account by its place, or of one that is new. */
interface PlannedKey {
  readonly of: number | "new";
  readonly name: string;
  readonly nameKnown: boolean;
}

/** Where one hash of an assignment comes from: a key of the account, or key resources by place of which one is chosen. */
type Source = { readonly hash: number } | { readonly keys: readonly number[] };

interface PlannedAssignment {
  readonly sources: readonly Source[];
  readonly isList: boolean;
  readonly guardrail: number;
  readonly guardrailKnown: boolean;
  readonly registered: boolean;
}

interface Deployment {
  readonly keys: readonly PlannedKey[];
  readonly assignments: readonly PlannedAssignment[];
  /** Which key is taken where one of several is chosen, and which assignment of a key comes last. */
  readonly chance: number;
}

const often = fc.nat(3).map((one) => one > 0);
const plannedKey: fc.Arbitrary<PlannedKey> = fc.record({
  of: fc.oneof(fc.nat(4), fc.constant("new" as const), fc.constant("new" as const)),
  name: fc.constantFrom(...names),
  nameKnown: fc.nat(9).map((one) => one > 0),
});
const oneKey = fc.nat(2).map((key): Source => ({ keys: [key] }));
const oneHash = fc.nat(4).map((hash): Source => ({ hash }));
const choice = fc.constant<Source>({ keys: [0, 1] });
const sources = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(oneKey) },
  { weight: 3, arbitrary: fc.tuple(oneHash) },
  { weight: 4, arbitrary: fc.tuple(choice) },
  { weight: 2, arbitrary: fc.array(fc.oneof(oneKey, oneHash), { maxLength: 4 }) },
  { weight: 1, arbitrary: fc.tuple(choice, oneHash) },
);
const plannedAssignment: fc.Arbitrary<PlannedAssignment> = sources.chain((some) =>
  fc.record({
    sources: fc.constant(some),
    isList: some.length === 1 ? fc.boolean() : fc.constant(true),
    guardrail: fc.oneof(fc.nat(1), fc.nat(2)),
    guardrailKnown: often,
    registered: often,
  }),
);
const deployments: fc.Arbitrary<Deployment> = fc.record({
  keys: fc.array(plannedKey, { minLength: 3, maxLength: 3 }),
  assignments: fc.array(plannedAssignment, { maxLength: 4 }),
  chance: fc.nat(),
});

const strictRules = smallRules.map((rule) =>
  "required" in rule
    ? { ...rule, required: rule.required.map((one) => ({ ...one, suffices: false })) }
    : rule,
);

/** What of the account the places of key resources are: those of keys the account has not, and doubles, are new. */
function settled(keys: readonly PlannedKey[], account: readonly SmallKey[]): readonly PlannedKey[] {
  return keys.map((key, place) => {
    const exists = account.some(({ n, is }) => n === key.of && is !== "missing");
    const isDouble = keys.slice(0, place).some(({ of }) => of === key.of);
    return exists && !isDouble ? key : { ...key, of: "new" };
  });
}

/** The row whose key a key resource is or becomes. */
function keyNumber({ of }: PlannedKey, place: number): number {
  return of === "new" ? 100 + place : of;
}

function resourcesOf({ keys, assignments }: Deployment): StackResource[] {
  const declared = keys.map((key, place) =>
    keyResource(`key ${place}`, {
      name: key.nameKnown ? key.name : unknownValue,
      hash: key.of === "new" ? unknownValue : row(key.of).keyHash,
    }),
  );
  const made = assignments.map((one, place) => {
    const shown = one.sources.map((source) => {
      if ("hash" in source) return row(source.hash).keyHash;
      const [first = 0, ...others] = source.keys;
      const of = keys[first]?.of;
      return others.length === 0 && typeof of === "number" ? row(of).keyHash : unknownValue;
    });
    const feeding = one.sources.flatMap((source) =>
      "keys" in source ? source.keys.map((key) => `key ${key}`) : [],
    );
    const props = {
      keyHash: one.isList ? shown : shown[0],
      guardrailId: one.guardrailKnown ? guardrailIds[one.guardrail] : unknownValue,
    };
    return { ...assignmentResource(`assignment ${place}`, feeding, props), registered: one.registered };
  });
  return [...declared, ...made];
}

/** Whether a key of which one of several is chosen has a guardrail already, or gets one by another assignment. */
function mayTakeAway({ keys, assignments }: Deployment): boolean {
  const feeding = (one: PlannedAssignment) =>
    one.sources.flatMap((from) => ("keys" in from ? [from.keys] : []));
  const uses = assignments.flatMap((one) => feeding(one).flat());
  const chosen = assignments.flatMap((one) => feeding(one).filter(({ length }) => length > 1)).flat();
  return chosen.some((key) => keys[key]?.of !== "new" || uses.filter((use) => use === key).length > 1);
}

/** The account once the deployment is made. */
function after(account: readonly SmallKey[], { keys, assignments, chance }: Deployment): readonly SmallKey[] {
  const made = new Map(account.map((key) => [key.n, key]));
  for (const [place, key] of keys.entries()) {
    const n = keyNumber(key, place);
    made.set(n, { ...(made.get(n) ?? { n, is: "enabled", assigned: [] }), name: key.name });
  }
  const order = chance % 2 === 0 ? assignments : assignments.toReversed();
  for (const { sources: from, guardrail } of order.filter(({ registered }) => registered)) {
    for (const source of from) {
      const place = "keys" in source ? (source.keys[chance % source.keys.length] ?? 0) : 0;
      const key = keys[place];
      const n =
        "hash" in source || key === undefined ? ("hash" in source ? source.hash : -1) : keyNumber(key, place);
      const held = made.get(n);
      if (held !== undefined && held.is !== "missing") made.set(n, { ...held, assigned: [guardrail] });
    }
  }
  return [...made.values()];
}

describe("a preview", () => {
  it("passes only what passes once the deployment is made, whatever was not known before", async () => {
    const seen = { passed: 0, repaired: 0, stopped: 0, choices: 0 };
    await fc.assert(
      fc.asyncProperty(smallAccounts, strictRules, deployments, async (account, rule, some) => {
        const deployment = { ...some, keys: settled(some.keys, account) };
        // The service refuses to assign a key that does not exist: such a deployment ends before it is judged.
        const missing = account.filter(({ is }) => is === "missing").map(({ n }) => n);
        const refused = deployment.assignments.some(({ sources: from }) =>
          from.some((one) => "hash" in one && (missing.includes(one.hash) || one.hash >= account.length)),
        );
        fc.pre(!refused && !mayTakeAway(deployment));
        const configuration = configurationOf(rule);
        const planned = plannedBy(...resourcesOf(deployment));
        const preview = judgedIn(
          await judgeRule(rule.name, configuration, { ...evidenceOf(account), ...planned }),
        );
        if (!reportPasses(preview)) {
          seen.stopped += 1;
          return;
        }
        const made = judgedIn(
          await judgeRule(rule.name, configuration, evidenceOf(after(account, deployment))),
        );
        const findings = made.findings.filter(
          ({ reason }) => !reason.includes("no enabled key of the account matches"),
        );
        assert(
          findings.length === 0 || reportPasses({ ...made, findings }),
          JSON.stringify({ preview, made }, undefined, 1),
        );
        seen.passed += 1;
        if (preview.findings.some(({ state }) => state === "guarded-by-deployment")) seen.repaired += 1;
        if (JSON.stringify(deployment.assignments).includes("[0,1]")) seen.choices += 1;
      }),
      { numRuns: 1_500 },
    );
    assert(
      seen.passed > 50 && seen.repaired > 10 && seen.stopped > 300 && seen.choices > 2,
      JSON.stringify(seen),
    );
  });
});
