import { ruleNames } from "../rules/index";

/** What a rule's configuration makes of it; one that cannot be read fails. */
export type ConfigurationState = "in-force" | "not-configured" | "unreadable";

/** A rule that the engine asks. */
export interface RuleInForce {
  readonly configuration: ConfigurationState;
  /** Why it had nothing to judge in this stack, without a full stop. */
  readonly saidNothing: string | undefined;
}

/**
 * `4 of 5 rules in force; not configured: approved-guardrails-only`: one that somebody believes in force must not be silent.
 * @param asked by name the rules that the engine asks, which leaves out those that are disabled
 */
export function describeInForce(asked: ReadonlyMap<string, RuleInForce>): string {
  const all = [...asked];
  const those = (wanted: ConfigurationState): readonly string[] =>
    all.flatMap(([name, { configuration }]) => (configuration === wanted ? [name] : []));
  const idle = those("not-configured");
  const unreadable = those("unreadable");
  const inVain = all.flatMap(([name, { configuration, saidNothing }]) =>
    configuration === "in-force" && saidNothing !== undefined
      ? [`${name} judged nothing: ${saidNothing}`]
      : [],
  );
  const disabled = ruleNames.filter((name) => !asked.has(name));
  const isNoneRead = unreadable.length > 0 && unreadable.length === all.length;
  return [
    isNoneRead
      ? "no rule could be judged: the configuration is not valid"
      : `${those("in-force").length} of ${ruleNames.length} rules in force`,
    ...(unreadable.length === 0 || isNoneRead
      ? []
      : [`not judged, because their configuration is not valid: ${unreadable.join(", ")}`]),
    ...inVain,
    ...(idle.length === 0 ? [] : [`not configured: ${idle.join(", ")}`]),
    ...(disabled.length === 0 ? [] : [`disabled: ${disabled.join(", ")}`]),
  ].join("; ");
}
