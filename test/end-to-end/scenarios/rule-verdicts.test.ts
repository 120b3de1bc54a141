import assert from "node:assert/strict";
import type { EngineRun } from "../../engines";
import { firstGuardrail, gateway, otherGuardrail, rotated } from "../account";
import { declare, declaredTypes } from "../declared";
import { scenario } from "../scenario";
import { assertCouldNotVerify, assertPasses, assertViolates, textOf, violationOf } from "../verdicts";

/** What each rule counts when all is well, and else the key that it finds something about, and what. */
const rules = {
  "required-keys-guarded": {
    counts: "required keys: 1 guarded-by-deployment, 2 guarded",
    key: rotated,
    finds: /unguarded: key .* has no direct assignment/,
  },
  "no-unguarded-keys": {
    counts: "keys: 1 waived, 1 guarded-by-deployment, 3 guarded",
    key: rotated,
    finds: /unguarded: key .* has no direct assignment/,
  },
  "approved-guardrails-only": {
    counts: "keys: 1 guarded",
    key: gateway,
    finds: /wrong-guardrail: key .*, which is not the one required/,
  },
  "guardrails-enforce-something": {
    counts: "required keys: 1 guarded",
    key: gateway,
    finds: /wrong-guardrail: key .* enforces no allowedModels/,
  },
  "declared-keys-guarded": {
    counts: "declared keys: 1 guarded",
    key: rotated,
    finds: /unguarded: key .* feeds no guardrail assignment of it/,
  },
} as const;
type RuleName = keyof typeof rules;
const ruleNames = Object.keys(rules) as RuleName[];

/** All rules in force; the last two settings decide whether the gateway's guardrail will do. */
function policyConfig(settings: object, approved: string, required: string): object {
  const keys = [{ hash: gateway.keyHash }];
  return {
    "guardrails-settings": { ...declaredTypes, ...settings },
    "required-keys-guarded": { requiredKeys: [...keys, { name: "prod-gateway" }, { pattern: "*-rotated" }] },
    "no-unguarded-keys": { exempt: [{ name: "prod-gateway", reason: "the team knows" }] },
    "approved-guardrails-only": { approved: [approved], keys },
    "guardrails-enforce-something": { require: [required], requiredKeys: keys },
  };
}

/** One for each rule's finding, and one that nothing is found for. */
function waivers(expires: string): object[] {
  const needed = ruleNames.map((rule) => ({ rule, hash: rules[rule].key.keyHash }));
  const needless = { rule: "required-keys-guarded", hash: "0".repeat(64) };
  return [...needed, needless].map((waiver) => ({ ...waiver, reason: "moving", owner: "us", expires }));
}

/** UTC, as waivers are dated. */
function dateInDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

const nextMonth = dateInDays(30);
const lastMonth = dateInDays(-30);

type Runs = Readonly<Record<"content" | "waived" | "expired" | "contradictory" | "unreadable", EngineRun>>;
type Shows = Readonly<Record<string, (runs: Runs) => void>>;

function showsOf(rule: RuleName): Shows {
  const { counts, key, finds } = rules[rule];
  return {
    [`lets a preview through ${rule}, which says how many keys it has judged`]: ({ content }) => {
      assertPasses(content);
      assert(textOf(content).includes(`${rule}: ${counts}`), textOf(content));
    },
    [`lets one through ${rule} by a waiver, and lists that`]: ({ waived }) => {
      assertPasses(waived);
      const listed = `hash ${key.keyHash.slice(0, 8)}\\) is waived until ${nextMonth} by us because "moving"`;
      assert.match(textOf(waived), new RegExp(`${rule}: .*\\n(?:.*waived: .*\\n)*.*waived: .*${listed}`));
    },
    [`stops one by ${rule} once the waiver has expired`]: ({ expired }) =>
      assertViolates(expired, rule, finds, `is void: it expired on ${lastMonth}`),
    [`calls ${rule} not verified when the configuration contradicts itself`]: ({ contradictory }) => {
      assertCouldNotVerify(contradictory);
      assertViolates(contradictory, rule, `the configuration of ${rule} contradicts itself: planned`);
    },
  };
}

function showsUnreadable(rule: RuleName): Shows {
  return {
    [`calls ${rule} not verified when the service answers 500`]: ({ unreadable }) => {
      assertCouldNotVerify(unreadable);
      assertViolates(unreadable, rule, /could not verify: .*the service answered 500/);
    },
  };
}

const ofAccount = ruleNames.filter((rule) => rule !== "declared-keys-guarded");

scenario<Runs>({
  title: "every rule in force",
  async play(stage) {
    const project = await stage.project("declares");
    const keys = { rotated: { name: rotated.keyName, hash: rotated.keyHash } };
    const preview = (settings: object, approved = firstGuardrail, required = "limitUsd") =>
      project.preview(stage.judging({ policyConfig: policyConfig(settings, approved, required) }));

    await declare(project, { keys });
    const waived = await preview({ waivers: waivers(nextMonth) }, otherGuardrail, "allowedModels");
    const expired = await preview({ waivers: waivers(lastMonth) }, otherGuardrail, "allowedModels");
    const repair = { keyHash: { hashOf: "rotated" }, guardrailId: otherGuardrail };
    await declare(project, { keys, assignments: { repair } });
    const content = await preview({});
    const contradictory = await preview({ enforceAt: "start", planned: true });
    stage.service.faults = () => ({ kind: "status", status: 500 });
    const unreadable = await preview({});
    return { content, waived, expired, contradictory, unreadable };
  },
  shows: {
    ...Object.assign({}, ...ruleNames.map(showsOf), ...ofAccount.map(showsUnreadable)),
    "judges declared keys without the service": ({ unreadable }: Runs) =>
      assert.equal(violationOf(unreadable, "declared-keys-guarded"), ""),
    "lists what is exempt": ({ content }: Runs) =>
      assert.match(textOf(content), /waived: key "prod-gateway" .* is exempt by .*, because the team knows/),
    "says which waivers are not needed": ({ waived }: Runs) =>
      assert.match(textOf(waived), /required-keys-guarded: waivers\[5\] is not needed/),
    "says which waivers are void": ({ expired }: Runs) =>
      assert.match(textOf(expired), /guardrails-settings: waivers\[0\] is void: it expired on/),
  },
});
