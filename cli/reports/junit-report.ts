import { isException, passes } from "../../policies/findings/report";
import { describeKey } from "../../policies/report/describe";
import { type CheckReport, type JudgedRule, judgedRules, verdictsOf } from "./check-report";
import type { CheckedKey, KeyVerdict } from "./checked-key";
import { type Markup, markup, nothing } from "./markup";
import type { WriteReport } from "./report-writer";

/**
 * JUnit's XML as the Jenkins schema has it: a suite for each rule, a case for each key. `<failure>` is a key without its
 * guardrail, `<error>` one that could not be verified, `<skipped>` a waived or exempt one.
 */
export const writeJunit: WriteReport = (report) => {
  const suites = judgedRules(report).map((rule) => suiteOf(rule, report));
  const { tests, failures, errors } = totalOf(suites);
  return markup`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="pulumi-guardrails check" tests="${tests}" failures="${failures}" errors="${errors}">
${suites.map((suite) => writeSuite(suite, report))}</testsuites>
`.text;
};

interface Case {
  readonly name: string;
  readonly result: keyof typeof elements | "success";
  /** What to say of it, unless it passes. */
  readonly message: string;
  readonly type: string;
}

interface Suite {
  readonly rule: JudgedRule;
  readonly cases: readonly Case[];
  /** What its cases do not say. */
  readonly said: readonly string[];
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  readonly skipped: number;
}

function suiteOf(rule: JudgedRule, report: CheckReport): Suite {
  const keys = verdictsOf(report.keys.all, rule.rule).map(caseOf);
  const isTold = keys.some(({ result }) => result === "failure" || result === "error");
  // A rule may have found no key because of what could not be read. Where keys tell of it, they alone count, as in SARIF.
  const doubts = isTold
    ? []
    : rule.problems.map(
        (message): Case => ({ name: "evidence", result: "error", message, type: "unverified" }),
      );
  const cases = withOwnNames([...doubts, ...keys]);
  const count = (result: Case["result"]): number => cases.filter((one) => one.result === result).length;
  return {
    rule,
    cases,
    said: [...(isTold ? rule.problems : []), ...rule.notes],
    tests: cases.length,
    failures: count("failure"),
    errors: count("error"),
    skipped: count("skipped"),
  };
}

function caseOf(verdict: KeyVerdict & { readonly key: CheckedKey }): Case {
  const { state, key, reason, remedy } = verdict;
  const said = {
    name: `key ${describeKey(key.key)}`,
    message: `${reason}.${remedy === undefined ? "" : ` ${remedy}`}`,
    type: state,
  };
  if (isException({ state })) return { ...said, result: "skipped" };
  if (state === "unverified") return { ...said, result: "error" };
  return { ...said, result: passes(verdict) ? "success" : "failure" };
}

/** Programs that read the file take two cases of one name for the same one. */
function withOwnNames(cases: readonly Case[]): readonly Case[] {
  const counts = new Map<string, number>();
  return cases.map((one) => {
    const number = (counts.get(one.name) ?? 0) + 1;
    counts.set(one.name, number);
    return number === 1 ? one : { ...one, name: `${one.name} (${number})` };
  });
}

function totalOf(suites: readonly Suite[]): Pick<Suite, "tests" | "failures" | "errors"> {
  const sum = (name: "tests" | "failures" | "errors"): number =>
    suites.reduce((total, suite) => total + suite[name], 0);
  return { tests: sum("tests"), failures: sum("failures"), errors: sum("errors") };
}

function writeSuite(
  { rule, cases, said, ...counts }: Suite,
  { checkedAt, configuration, tool }: CheckReport,
): Markup {
  const properties = [
    ["configuration", configuration],
    ["tool", `${tool.name} ${tool.version}`],
    ...(rule.source === undefined
      ? []
      : [
          ["service", rule.source.service],
          ["baseUrl", rule.source.baseUrl],
        ]),
  ];
  return markup`  <testsuite name="${rule.rule}" tests="${counts.tests}" failures="${counts.failures}" errors="${counts.errors}" skipped="${counts.skipped}" timestamp="${checkedAt}">
    <properties>
${properties.map(([name = "", value = ""]) => markup`      <property name="${name}" value="${value}"/>\n`)}    </properties>
${cases.map((one) => writeCase(one, rule.rule))}${systemOut(said)}  </testsuite>
`;
}

function writeCase({ name, result, ...said }: Case, rule: string): Markup {
  if (result === "success") return markup`    <testcase classname="${rule}" name="${name}"/>\n`;
  return markup`    <testcase classname="${rule}" name="${name}">
      ${elements[result](said)}
    </testcase>
`;
}

const elements = {
  failure: ({ type, message }) => markup`<failure type="${type}" message="${message}"/>`,
  error: ({ type, message }) => markup`<error type="${type}" message="${message}"/>`,
  skipped: ({ message }) => markup`<skipped>${message}</skipped>`,
} as const satisfies Readonly<Record<string, (said: Pick<Case, "type" | "message">) => Markup>>;

function systemOut(notes: readonly string[]): Markup {
  return notes.length === 0 ? nothing : markup`    <system-out>${notes.join("\n")}</system-out>\n`;
}
