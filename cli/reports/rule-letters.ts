import { rules } from "../../policies/rules/index";
import type { CheckReport } from "./check-report";
import { judgedRules } from "./check-report";

const usual: ReadonlyMap<string, string> = new Map(rules.map(({ name, letter }) => [name, letter]));

/** A letter for each rule, by which rows of keys name the rules they fail. */
export function ruleLetters(report: CheckReport): ReadonlyMap<string, string> {
  const letters = new Map<string, string>();
  for (const [index, { rule }] of judgedRules(report).entries()) {
    const wanted = usual.get(rule) ?? String(index + 1);
    letters.set(rule, [...letters.values()].includes(wanted) ? String(index + 1) : wanted);
  }
  return letters;
}
