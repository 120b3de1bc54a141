import { ruleNames } from "../rules/index";

/**
 * `4 of 5 rules in force; not configured: approved-guardrails-only`: one that somebody believes in force must not be silent.
 * @param asked by name the rules that the engine asks, which leaves out those that are disabled
 */
export function describeInForce(asked: ReadonlyMap<string, { readonly isInForce: boolean }>): string {
  const all = [...asked];
  const inForce = all.filter(([, { isInForce }]) => isInForce);
  const idle = all.flatMap(([name, { isInForce }]) => (isInForce ? [] : [name]));
  const disabled = ruleNames.filter((name) => !asked.has(name));
  return [
    `${inForce.length} of ${ruleNames.length} rules in force`,
    ...(idle.length === 0 ? [] : [`not configured: ${idle.join(", ")}`]),
    ...(disabled.length === 0 ? [] : [`disabled: ${disabled.join(", ")}`]),
  ].join("; ");
}
