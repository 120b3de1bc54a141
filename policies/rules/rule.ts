import type { PolicyConfigSchema } from "@pulumi/policy";
import type { z } from "zod";
import type { KeyAssignmentsSnapshot } from "../../provider/assignments/snapshot";
import type { KeyInventory } from "../../provider/inventory/inventory";
import type { RuleConfiguration } from "../configuration/rule-configuration";
import type { Evidence } from "../evidence/evidence";
import type { Guardrails } from "../evidence/evidence-source";
import type { StackResources } from "../evidence/stack-resources";
import type { Judgement } from "../report/report";

/** Everything a rule may judge by. What it did not ask to read is `none`. */
export interface Facts {
  readonly assignments: Evidence<KeyAssignmentsSnapshot>;
  readonly inventory: Evidence<KeyInventory>;
  /** What the stack declares; nothing outside of an engine. */
  readonly declared: StackResources;
  /** What of it this deployment is about to make and counts; nothing once it is made, or where that is switched off. */
  readonly planned: StackResources;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** A list of the account that a rule needs. */
export type Needed = "assignments" | "inventory";

/** A rule with its configuration: pure, data in, data out. */
export interface ConfiguredRule {
  readonly needs: readonly Needed[];
  /** What it finds, or what it must read to find it; or why there is nothing to judge in this stack, without a full stop. */
  judge(facts: Facts): Judgement | NeedsGuardrails | string;
}

/** A judgement that takes the content of guardrails: of which ones shows once the lists are read. */
export interface NeedsGuardrails {
  readonly guardrailIds: readonly string[];
  judge(guardrails: Evidence<Guardrails>): Judgement;
}

/** What a rule is and how it is configured. */
export interface RuleDefinition<Shape extends z.ZodRawShape> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly severity: "low" | "medium" | "high" | "critical";
  /** What it judges: the account as the service shows it, or what the stack declares. */
  readonly target: "account" | "stack";
  /** What to do about its violations, whole sentences. */
  readonly remediation: string;
  /** Its own properties, beside those every rule has. */
  readonly shape: Shape;
  /** The same as Pulumi's schema, which the engine checks and Pulumi Cloud shows; ours is stricter. */
  readonly properties: NonNullable<PolicyConfigSchema["properties"]>;
  /**
   * The rule with its configuration; or why that leaves it nothing to judge, without a full stop.
   * @throws GuardrailsError of kind `configuration`
   */
  configure(configuration: RuleConfiguration<z.infer<z.ZodObject<Shape>>>): ConfiguredRule | string;
}

/** Any rule. */
export type Rule = Omit<RuleDefinition<z.ZodRawShape>, "configure"> & {
  configure(configuration: RuleConfiguration<unknown>): ConfiguredRule | string;
};

/** Forgets the form of a rule's own properties: its configuration is parsed by that very form before it comes in. */
export function defineRule<Shape extends z.ZodRawShape>(definition: RuleDefinition<Shape>): Rule {
  type Own = z.infer<z.ZodObject<Shape>>;
  return {
    ...definition,
    configure: (configuration) => definition.configure(configuration as RuleConfiguration<Own>),
  };
}
