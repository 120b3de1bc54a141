import { ruleNames } from "../rules/index";

/** What a rule's configuration makes of it; one that cannot be read fails. */
export type ConfigurationState = "in-force" | "not-configured" | "unreadable";

/** A rule that the engine asks. */
export interface RuleInForce {
  readonly configuration: ConfigurationState;
  /** That it had nothing to judge in this stack, without a full stop; undefined where it had. */
  readonly inVain: string | undefined;
}

/**
 * `1 of 5 rules in force: required-keys-guarded`: who believes another one in force must not be left in that belief. Those
 * that nobody configured are not listed, or they would be what most of the line is about.
 * @param asked by name the rules that the engine asks, which leaves out those that are disabled
 */
export function describeInForce(asked: ReadonlyMap<string, RuleInForce>): string {
  const all = [...asked];
  const those = (wanted: ConfigurationState): readonly string[] =>
    all.flatMap(([name, { configuration }]) => (configuration === wanted ? [name] : []));
  const unreadable = those("unreadable");
  const inForce = those("in-force").map((name) => {
    const inVain = asked.get(name)?.inVain;
    return inVain === undefined ? name : `${name} (${inVain})`;
  });
  // Where all are, the count tells it, and only those that had nothing to judge are worth a name.
  const areAll = inForce.length === ruleNames.length;
  const named = areAll ? inForce.filter((said) => !ruleNames.includes(said)) : inForce;
  const disabled = ruleNames.filter((name) => !asked.has(name));
  const isNoneRead = unreadable.length > 0 && unreadable.length === all.length;
  return [
    isNoneRead
      ? "no rule could be judged: the configuration is not valid"
      : `${inForce.length} of ${ruleNames.length} rules in force${named.length === 0 ? "" : `${areAll ? "; " : ": "}${named.join(", ")}`}`,
    ...(unreadable.length === 0 || isNoneRead
      ? []
      : [`not judged, because their configuration is not valid: ${unreadable.join(", ")}`]),
    ...(disabled.length === 0 ? [] : [`disabled: ${disabled.join(", ")}`]),
  ].join("; ");
}
