import assert from "node:assert/strict";
import type { EngineRun } from "../../engines";
import { firstGuardrail, gateway, otherGuardrail, rotated } from "../account";
import { declare, declaredTypes } from "../declared";
import { scenario } from "../scenario";
import { assertCouldNotVerify, assertPasses, assertViolates, textOf, violationOf } from "../verdicts";

/** The key that each rule finds something about, and what. */
const rules = {
  "required-keys-guarded": {
    key: rotated,
    finds: /UNGUARDED .* no direct assignment/,
  },
  "no-unguarded-keys": {
    key: rotated,
    finds: /UNGUARDED .* no direct assignment/,
  },
  "approved-guardrails-only": {
    key: gateway,
    finds: /WRONG-GUARDRAIL .*, which is not an approved one/,
  },
  "guardrails-enforce-something": {
    key: gateway,
    finds: /WRONG-GUARDRAIL .* has no list of allowed models/,
  },
  "declared-keys-guarded": {
    key: rotated,
    finds: /UNGUARDED .* feeds no guardrail assignment of it/,
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
  const { key, finds } = rules[rule];
  return {
    [`lets one through ${rule} by a waiver, and lists that`]: ({ waived }) => {
      assertPasses(waived);
      const listed = `hash ${key.keyHash.slice(0, 8)}\\)?: it is waived until ${nextMonth} by us because "moving"`;
      assert.match(textOf(waived), new RegExp(`${rule}: waived: .*${listed}`));
    },
    [`stops one by ${rule} once the waiver has expired`]: ({ expired }) =>
      assertViolates(expired, rule, finds, `has no effect: it expired on ${lastMonth}`),
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
      const says = rule === "required-keys-guarded" ? ".*the service answered 500" : "see required-";
      assertViolates(unreadable, rule, new RegExp(`could not verify: ${says}`));
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
    "lets a preview through, and says how many keys pass": ({ content }: Runs) => {
      assertPasses(content);
      assert.match(
        textOf(content),
        /guardrails: all \d keys in use pass, 1 exempt, 1 by this deployment \(.*\); 5 of 5 rules in force\n/,
      );
    },
    "judges declared keys without the service": ({ unreadable }: Runs) =>
      assert.equal(violationOf(unreadable, "declared-keys-guarded"), ""),
    "lists what is exempt": ({ content }: Runs) =>
      assert.match(textOf(content), /exempt: key "prod-gateway" .* is exempt by .*, because the team knows/),
    "says which waivers are not needed": ({ waived }: Runs) =>
      assert.match(textOf(waived), /required-keys-guarded: waivers\[5\] waives nothing/),
    "says which waivers are void": ({ expired }: Runs) =>
      assert.match(textOf(expired), /guardrails-settings: waivers\[0\] has no effect: it expired on/),
  },
});
