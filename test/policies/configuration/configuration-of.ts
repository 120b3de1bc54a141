import assert from "node:assert/strict";
import {
  type GivenConfiguration,
  type OwnEntry,
  parseRuleConfiguration,
  type RuleConfiguration,
} from "../../../policies/configuration/rule-configuration";
import { prepareRule } from "../../../policies/judge";
import { ruleNames, rules } from "../../../policies/rules/index";
import { GuardrailsError } from "../../../provider/errors";
import { noon } from "../builders";

/** What is configured beside the rule's own entry. */
export interface Beside extends Partial<Omit<GivenConfiguration, "own">> {
  /** Default `required-keys-guarded`. */
  readonly rule?: string;
  readonly now?: number;
}

/** The configuration a rule judges by. */
export function configurationOf(own: unknown, beside: Beside = {}): RuleConfiguration<OwnEntry> {
  const { rule: name = "required-keys-guarded", now = noon, settings = {}, stackRequiredKeys } = beside;
  const rule = rules.find((one) => one.name === name);
  assert(rule !== undefined, name);
  const given = { own, settings, stackRequiredKeys };
  // What leaves a rule nothing to judge by is refused by the rule, not by the form.
  prepareRule(rule, given, now);
  return parseRuleConfiguration(name, rule.form, given, ruleNames, now);
}

/** The words a configuration is refused with. */
export function refusalOf(own: unknown, beside?: Beside): string {
  try {
    configurationOf(own, beside);
  } catch (error) {
    assert(error instanceof GuardrailsError, String(error));
    assert.equal(error.kind, "configuration");
    assert.match(error.message, /^could not verify: the (?:configuration of|stack configuration) /u);
    return error.message;
  }
  return assert.fail("it was accepted");
}
