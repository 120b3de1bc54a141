import {
  type GivenConfiguration,
  parseRuleConfiguration,
  type RuleConfiguration,
} from "./configuration/rule-configuration";
import type { SharedSettings } from "./configuration/shared-settings";
import type { Evidence } from "./evidence/evidence";
import type { AccountEvidence } from "./evidence/evidence-source";
import { noResources, type StackResources } from "./evidence/stack-resources";
import type { Judgement, Report, Source } from "./report/report";
import { applyWaivers } from "./report/waive";
import { ruleNames } from "./rules/index";
import type { ConfiguredRule, Needed, NeedsGuardrails, Rule } from "./rules/rule";

/** A rule ready to judge. */
export interface PreparedRule {
  readonly rule: Rule;
  readonly shared: SharedSettings;
  readonly waivers: RuleConfiguration<unknown>["waivers"];
  /** The rule with its configuration, or why that leaves it nothing to judge. */
  readonly configured: ConfiguredRule | string;
}

/**
 * Checks a rule's configuration.
 * @param now milliseconds since 1970: waivers expire
 * @throws GuardrailsError of kind `configuration`
 */
export function prepareRule(rule: Rule, given: GivenConfiguration, now: number): PreparedRule {
  const configuration = parseRuleConfiguration(rule.name, rule.shape, given, ruleNames, now);
  const { shared, waivers } = configuration;
  return { rule, shared, waivers, configured: rule.configure(configuration) };
}

/** What a rule judges by, beside its configuration. */
export interface JudgeInput {
  readonly account: AccountEvidence;
  /** What the stack declares, and what of it this deployment is about to make; left out where there is no stack. */
  readonly declared?: StackResources;
  readonly planned?: StackResources;
  readonly now: number;
}

const notNeeded: Evidence<never> = { kind: "none", why: "could not verify: it was not read." };

/** Reads what a prepared rule needs, judges by it and applies the waivers. */
export async function judge({ rule, configured, waivers }: PreparedRule, by: JudgeInput): Promise<Report> {
  if (typeof configured === "string") return { rule: rule.name, outcome: "not-applicable", why: configured };
  const { account, declared = noResources, planned = noResources, now } = by;
  const [assignments, inventory] = await Promise.all([
    wanted(configured, "assignments", () => account.assignments()),
    wanted(configured, "inventory", () => account.inventory()),
  ]);
  const found = configured.judge({ assignments, inventory, declared, planned, now });
  if (typeof found === "string") return { rule: rule.name, outcome: "not-applicable", why: found };
  const judgement = "guardrailIds" in found ? await judgeByGuardrails(found, account) : found;
  const source = assignments.kind === "read" ? sourceOf(assignments.value) : undefined;
  return { rule: rule.name, outcome: "judged", source, ...applyWaivers(rule.name, judgement, waivers) };
}

function sourceOf({ service, baseUrl, readAt }: Source): Source {
  return { service, baseUrl, readAt };
}

function wanted<Value>(
  { needs }: ConfiguredRule,
  list: Needed,
  read: () => Promise<Evidence<Value>>,
): Promise<Evidence<Value>> {
  return needs.includes(list) ? read() : Promise.resolve(notNeeded);
}

async function judgeByGuardrails(
  { guardrailIds, judge }: NeedsGuardrails,
  account: AccountEvidence,
): Promise<Judgement> {
  if (guardrailIds.length === 0) return judge({ kind: "read", value: new Map() });
  return judge(await account.guardrails(guardrailIds));
}
