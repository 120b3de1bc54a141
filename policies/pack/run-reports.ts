import * as pulumi from "@pulumi/pulumi";
import { couldNotVerify } from "../../provider/errors";
import type { EnforceAt } from "../configuration/shared-settings";
import { type Doubt, noEvidence } from "../evidence/evidence";
import { type Report, reportPasses } from "../findings/report";
import { describePassing, subjectOf } from "../report/counts";
import { describeRead } from "../report/describe";
import { describeAbsentType } from "../report/describe-types";
import { keyEntriesOf } from "../report/key-entries";
import { assignableBy } from "../report/required-guardrails";
import { unseenKeys } from "../report/unseen-keys";
import { describeViolation, exceptionsIn, sameDoubt, wayPast } from "../report/violation";
import { ruleNames, rules } from "../rules/index";
import type { PreparedRule } from "../rules/rule";
import { type ConfigurationState, describeInForce } from "./in-force";
import type { PackRun } from "./pack-run";

/** What a rule says at one moment, or why it can say nothing. */
export type Said =
  | { readonly kind: "reported"; readonly report: Report }
  | ({ readonly kind: "failed" } & Doubt);

/** A rule as its configuration makes it, or why that cannot be read. */
export type Asked =
  | { readonly kind: "prepared"; readonly prepared: PreparedRule }
  | Extract<Said, { readonly kind: "failed" }>;

/** A rule that is not disabled. */
interface AskedRule {
  readonly prepare: () => PreparedRule;
  readonly configuration: ConfigurationState;
  /** Types that the configuration states for it: what it says that a stack has none of, where it has nothing to judge. */
  readonly statedTypes: readonly string[];
  /** The latest it said. */
  said?: Said;
  hasEnded: boolean;
}

/**
 * What the rules of one run say, so that what holds for several is said once. The engine asks rule by rule, and each has a
 * violation of its own. At the end all are judged when the first is asked: what one says depends on the others.
 */
export class RunReports {
  readonly #run: PackRun;
  /** By name, in the order of the pack. */
  readonly #asked = new Map<string, AskedRule>();
  readonly #atEnd = new Map<string, Promise<Said>>();
  /** Rules that have a violation at the start. */
  readonly #saidAtStart = new Set<string>();
  #isNoticeGiven = false;

  constructor(run: PackRun) {
    this.#run = run;
  }

  /** Takes note of a rule that is not disabled; the engine leaves out what is. */
  ask(rule: string, prepare: () => PreparedRule): Asked {
    let asked: Asked;
    let configuration: ConfigurationState = "unreadable";
    let statedTypes: readonly string[] = [];
    try {
      const prepared = prepare();
      asked = { kind: "prepared", prepared };
      configuration = prepared.configured.kind === "configured" ? "in-force" : "not-configured";
      const { rule: ruled, shared } = prepared;
      if (ruled.target === "stack" && shared.statedTypes.includes("keyTypes")) statedTypes = shared.keyTypes;
    } catch (error) {
      asked = { ...noEvidence(error), kind: "failed" };
    }
    this.#asked.set(rule, { prepare, configuration, statedTypes, hasEnded: false });
    return asked;
  }

  isAsked(rule: string): boolean {
    return this.#asked.has(rule);
  }

  isAnyAsked(): boolean {
    return this.#asked.size > 0;
  }

  /** What a rule that was asked says once everything is registered. */
  async atEnd(rule: string, judge: (prepared: PreparedRule) => Promise<Report>): Promise<Said> {
    for (const [name, { prepare, said }] of this.#asked) {
      // A preview ends where it began: what a rule said at the start holds.
      const isDone = this.#atEnd.has(name) || (said !== undefined && pulumi.runtime.isDryRun());
      if (!isDone)
        this.#atEnd.set(
          name,
          saidOf(async () => judge(prepare())),
        );
    }
    for (const [name, said] of this.#atEnd) this.#keep(name, await said);
    return (await this.#atEnd.get(rule)) ?? { ...noEvidence(undefined), kind: "failed" };
  }

  /** Says it: as the rule's violation, or beside the stack. */
  async say(
    rule: string,
    said: Said,
    { at, violate }: { readonly at: EnforceAt; readonly violate: (text: string) => void },
  ): Promise<void> {
    if (at === "start") this.#keep(rule, said);
    if (said.kind === "reported" && said.report.kind === "judged") {
      for (const note of said.report.notes) this.#run.context.notify(`${rule}: ${note}`);
    }
    if (isPass(said)) {
      const lines =
        said.kind === "reported" && said.report.kind === "judged" ? exceptionsIn(said.report) : [];
      for (const line of lines) this.#run.context.notify(`${rule}: ${line}`);
      return;
    }
    const before = this.#shownBefore(rule, at);
    const text =
      said.kind === "failed" ? whyAfter(before, said) : await this.#violationOf(said.report, before, at);
    if (at === "start") this.#saidAtStart.add(rule);
    // Not every rule is known before the end.
    const isFirst = at === "end" && before.every(([name]) => this.#saidAtStart.has(name));
    if (isFirst) this.#isNoticeGiven = true;
    violate(isFirst ? `${text}\n${describeInForce(this.#rulesInForce())}` : text);
  }

  /** Takes note that a rule has said everything: after the last one, people are told which were in force. */
  end(rule: string): void {
    const asked = this.#asked.get(rule);
    if (asked !== undefined) asked.hasEnded = true;
    const all = [...this.#asked.values()];
    if (all.some(({ hasEnded }) => !hasEnded)) return;
    this.#tellAbsentTypes(all);
    // Only now is known that no other rule judged them.
    for (const [name, note] of unseenKeys(this.#reports())) this.#run.context.notify(`${name}: ${note}`);
    const unjudged = this.#run.unjudgedAddress;
    if (unjudged !== undefined) this.#run.context.notify(`guardrails: ${unjudged}`);
    if (this.#isNoticeGiven) return;
    this.#isNoticeGiven = true;
    const passing = all.every(({ said }) => said !== undefined && isPass(said)) ? `${this.#passing()}; ` : "";
    this.#run.context.notify(`guardrails: ${passing}${describeInForce(this.#rulesInForce())}`);
  }

  /** A type that somebody misspelt looks like one of which a stack has nothing: it is said, passing or not. */
  #tellAbsentTypes(asked: readonly AskedRule[]): void {
    const toldInVain = asked.flatMap((one) => (isNothing(one) ? one.statedTypes : []));
    for (const type of this.#run.absentTypes) {
      if (type.setting === "keyTypes" && toldInVain.includes(type.configured)) continue;
      this.#run.context.notify(`guardrails: ${describeAbsentType(type)}.`);
    }
  }

  #rulesInForce(): Parameters<typeof describeInForce>[0] {
    return new Map(
      ruleNames.flatMap((name) => {
        const asked = this.#asked.get(name);
        if (asked === undefined) return [];
        return [[name, { configuration: asked.configuration, inVain: inVainOf(asked) }] as const];
      }),
    );
  }

  #keep(rule: string, said: Said): void {
    const asked = this.#asked.get(rule);
    if (asked !== undefined) asked.said = said;
  }

  #reports(): readonly Report[] {
    return ruleNames.flatMap((name) => {
      const said = this.#asked.get(name)?.said;
      return said?.kind === "reported" ? [said.report] : [];
    });
  }

  /** What is shown before a rule's violation: what was said at the start, in that order, and at the end as the engine sorts. */
  #shownBefore(rule: string, at: EnforceAt): readonly (readonly [string, Said])[] {
    const failing = [...this.#asked].flatMap(([name, { said }]) =>
      name === rule || said === undefined || isPass(said) ? [] : [[name, said] as const],
    );
    const atStart = failing.filter(([name]) => this.#saidAtStart.has(name));
    if (at === "start") return atStart;
    const own = orderShown(rule);
    const atEnd = failing.filter(([name]) => !this.#saidAtStart.has(name) && orderShown(name) < own);
    return [
      ...atStart,
      ...atEnd.toSorted(([one], [other]) => (orderShown(one) < orderShown(other) ? -1 : 1)),
    ];
  }

  async #violationOf(
    report: Report,
    before: readonly (readonly [string, Said])[],
    at: EnforceAt,
  ): Promise<string> {
    if (report.kind === "not-applicable") return report.why;
    const shown = before.flatMap(([, said]) =>
      said.kind === "reported" && said.report.kind === "judged" ? [said.report] : [],
    );
    try {
      const reports = this.#reports();
      const { accounts, notes } = await this.#run.facts(at, assignableBy(reports));
      for (const note of notes) this.#run.context.notify(`guardrails: ${note}`);
      return describeViolation(report, {
        accounts,
        reports,
        areAll: at === "end",
        entries: () => keyEntriesOf(reports, accounts),
        shown,
      });
    } catch (error) {
      // It stays a violation, whatever keeps it from being told.
      return couldNotVerify(error);
    }
  }

  /** `all 230 required keys pass (OpenRouter, read 13:18:48Z)`. */
  #passing(): string {
    const reports = this.#reports();
    const entries = keyEntriesOf(reports, []);
    if (entries.length === 0) return "there is no key to judge";
    const sources = reports.flatMap((report) =>
      report.kind === "judged" && report.source !== undefined ? [describeRead(report.source)] : [],
    );
    const read = sources.length === 0 ? "" : ` (${[...new Set(sources)].join("; ")})`;
    return `${describePassing(entries, subjectOf(reports, entries))}${read}`;
  }
}

/** What keeps several rules from judging is told by the first. */
function whyAfter(before: readonly (readonly [string, Said])[], doubt: Doubt): string {
  const teller = before.find(([, said]) => said.kind === "failed" && said.why === doubt.why);
  return teller === undefined ? [doubt.why, ...wayPast([doubt])].join("\n") : sameDoubt(teller[0]);
}

const severities = ["critical", "high", "medium", "low"];

/** The engine shows violations by their severity, then by the policy's name. */
export function orderShown(rule: string): string {
  const severity = rules.find(({ name }) => name === rule)?.severity ?? "low";
  return `${severities.indexOf(severity)} ${rule}`;
}

function isNothing(asked: AskedRule): boolean {
  return whyNothing(asked) !== undefined;
}

function whyNothing({ said }: AskedRule): string | undefined {
  return said?.kind === "reported" && said.report.kind === "not-applicable" ? said.report.why : undefined;
}

/** Most stacks have none of the usual types; where somebody stated others, one of them may be misspelt. */
function inVainOf(asked: AskedRule): string | undefined {
  const why = whyNothing(asked);
  if (why === undefined) return undefined;
  return asked.statedTypes.length === 0 ? "nothing to judge" : `judged nothing: ${why}`;
}

function isPass(said: Said): boolean {
  return said.kind === "reported" && reportPasses(said.report);
}

/** Nothing leaves it but what it gives: a promise that rejects before anybody listens would end the run. */
export async function saidOf(judging: () => Promise<Report>): Promise<Said> {
  try {
    return { kind: "reported", report: await judging() };
  } catch (error) {
    return { ...noEvidence(error), kind: "failed" };
  }
}
