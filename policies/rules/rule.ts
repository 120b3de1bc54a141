import type { z } from "zod";
import type { Account } from "../account/account";
import type { RequiredKey } from "../configuration/required-key";
import {
  type GivenConfiguration,
  type OwnEntry,
  parseRuleConfiguration,
  type RuleConfiguration,
} from "../configuration/rule-configuration";
import type { SharedSettings } from "../configuration/shared-settings";
import type { WaiverEntry } from "../configuration/waiver";
import type { Evidence } from "../evidence/evidence";
import type { Guardrails } from "../evidence/evidence-source";
import type { StackResources } from "../evidence/stack-resources";
import type { Judgement, RequiredGuardrails } from "../findings/report";

/** Everything a rule may judge by. */
export interface Facts {
  /** Keys, assignments and plans, joined from the lists that the rule needs. */
  readonly account: Account;
  /** What the stack declares; nothing outside of an engine. */
  readonly declared: StackResources;
}

/** A list of the account that a rule needs. */
export type Needed = "assignments" | "inventory";

/** There is nothing to judge, by the configuration or in this stack: why, without a full stop. */
export interface NotApplicable {
  readonly kind: "not-applicable";
  readonly why: string;
}

/** A rule with its configuration: pure, data in, data out. */
export interface ConfiguredRule {
  readonly kind: "configured";
  readonly needs: readonly Needed[];
  /** Whether it judges by the content of guardrails as well. */
  readonly needsContent?: true;
  /** The keys that it judges; undefined: whichever the account shows. */
  readonly required?: readonly RequiredKey[];
  /** Why it judges no key of any account, as far as the configuration alone tells: whole sentences. */
  readonly judgesNothing?: string | undefined;
  /** Which guardrails it asks for, as far as the configuration alone tells. */
  readonly demands?: readonly StatedDemand[];
  /** What it finds, or what it must read to find it. */
  judge(facts: Facts): Judged | NeedsGuardrails | NotApplicable;
}

/** Guardrails that a setting asks for, and of which keys. */
export interface StatedDemand {
  /** `assigned`: of every key, as soon as it has any guardrail. */
  readonly of: RequiredKey | "assigned";
  readonly required: RequiredGuardrails;
}

/** What a rule found. */
export type Judged = Judgement & { readonly kind: "judged" };

/** A judgement that takes the content of guardrails: of which ones shows once the lists are read. */
export interface NeedsGuardrails {
  readonly kind: "needs-guardrails";
  readonly guardrailIds: readonly string[];
  judge(guardrails: Evidence<Guardrails>): Judged;
}

/** What people are told of a rule. */
export interface RuleDescription {
  readonly name: string;
  /** By which reports name it where there is room for no more: an upper-case letter that no other rule has. */
  readonly letter: string;
  readonly title: string;
  readonly description: string;
  readonly severity: "low" | "medium" | "high" | "critical";
  /** Whether any guardrail passes it, unless the requirement names some: else a fix must know one that it lets pass. */
  readonly takesAnyGuardrail: boolean;
  /** What it judges: the account as the service shows it, or what the stack declares. */
  readonly target: "account" | "stack";
  /** What to do about its violations, whole sentences. */
  readonly remediation: string;
  /** What puts it in force, as words that follow "in force", without a full stop. */
  readonly inForce: string;
}

/** What a rule is and how it is configured. @internal */
export interface RuleDefinition<Own extends OwnEntry> extends RuleDescription {
  /** Its own entry of the configuration, with the settings that every rule has. The engine's schema is made from it. */
  readonly form: z.ZodType<Own>;
  /**
   * The rule with its configuration; or why that leaves it nothing to judge.
   * @throws GuardrailsError of kind `configuration`
   */
  configure(configuration: RuleConfiguration<Own>): ConfiguredRule | NotApplicable;
}

/** A rule ready to judge. */
export interface PreparedRule {
  readonly rule: Rule;
  readonly shared: SharedSettings;
  readonly waivers: readonly WaiverEntry[];
  readonly configured: ConfiguredRule | NotApplicable;
}

/** Any rule. */
export interface Rule extends RuleDescription {
  /** @internal */
  readonly form: z.ZodType<OwnEntry>;
  /**
   * Checks a configuration.
   * @param rules all rules' names, which waivers may be for
   * @param now milliseconds since 1970: waivers expire
   * @throws GuardrailsError of kind `configuration`
   */
  prepare(given: GivenConfiguration, rules: readonly string[], now: number): PreparedRule;
}

/** @internal */
export function defineRule<Own extends OwnEntry>(
  definition: RuleDefinition<Own>,
): Rule & RuleDefinition<Own> {
  const rule: Rule & RuleDefinition<Own> = {
    ...definition,
    prepare: (given, rules, now) => {
      const configuration = parseRuleConfiguration(definition.name, definition.form, given, rules, now);
      const { shared, waivers } = configuration;
      return { rule, shared, waivers, configured: definition.configure(configuration) };
    },
  };
  return rule;
}
