import { type Evidence, evidenceOf } from "../policies/evidence/evidence";
import { type Guardrails, unreadableAccount } from "../policies/evidence/evidence-source";
import { LiveAccounts, type LiveOptions } from "../policies/evidence/live-evidence";
import { type KnownFacts, RecordedAccounts } from "../policies/evidence/recorded-account";
import type { Report } from "../policies/findings/report";
import { type JudgeInput, judge } from "../policies/judge";
import type { PreparedRule } from "../policies/rules/rule";
import type { Accounts } from "../provider/account";
import { type Environment, resolveSettings, type Settings } from "../provider/settings/settings";
import type { CommandContext } from "./command-context";
import { type ReadFor, readConfigurationFile } from "./configuration-file";
import { type ConnectionOptions, withOptions } from "./connection-options";

/** What a file is judged with, beside what stands in it. */
export type JudgingOptions = ConnectionOptions & Pick<ReadFor, "own">;

/** A rule, and the account that it is judged by; one that has nothing to judge reads none. */
export interface AskedRule {
  readonly rule: PreparedRule;
  readonly settings: Settings | undefined;
}

/**
 * The rules that a configuration file puts in force, and what people should know about the file.
 * @throws GuardrailsError of kind `configuration` or `credential`: settings that cannot work are wrong usage, told apart from
 * a service that could not be read
 */
export async function rulesInForce(
  file: string,
  { own = [], ...options }: JudgingOptions,
  context: Pick<CommandContext, "environment" | "input" | "invocation">,
  now: number,
): Promise<{ readonly asked: readonly AskedRule[]; readonly notes: readonly string[] }> {
  const { rules, notes } = await readConfigurationFile(file, now, context, { own });
  const asked = rules
    .map((rule) => connectedBy(rule, options))
    .map((rule) => ({ rule, settings: settingsFor(rule, context.environment) }));
  return { asked, notes };
}

/** The rule, to be judged by the account that the file and the command line together name. */
export function connectedBy(rule: PreparedRule, options: ConnectionOptions): PreparedRule {
  const { shared } = rule;
  return { ...rule, shared: { ...shared, connection: withOptions(shared.connection, options) } };
}

/** Where a rule's configuration and the environment of this process say that the account is. */
function settingsFor({ shared, configured }: PreparedRule, environment: Environment): Settings | undefined {
  if (configured.kind === "not-applicable") return undefined;
  return resolveSettings({ args: shared.connection, environment });
}

/** Rules judged by accounts as they are now: the one door of `check` and `explain`, which therefore say the same. */
export class LiveJudging {
  readonly #live: LiveAccounts;
  readonly #recorded: RecordedAccounts;
  readonly #inputs = new Map<object, JudgeInput>();
  readonly #now: number;

  /** @param now milliseconds since 1970: keys and waivers expire */
  constructor(accounts: Accounts, options: LiveOptions, now: number) {
    this.#live = new LiveAccounts(accounts, options);
    this.#recorded = new RecordedAccounts(this.#live);
    this.#now = now;
  }

  /** What rules judge by: one and the same for all that read the same account, which is joined once for them. */
  judgeAll(asked: readonly AskedRule[]): Promise<readonly Report[]> {
    // All accounts are open before one is read: of their limits the lowest counts from the first request on.
    const ready = asked.map(({ rule, settings }) => ({
      rule,
      input: this.#inputFor(
        settings === undefined ? unreadableAccount(notRead) : this.#recorded.for(settings),
      ),
    }));
    return Promise.all(ready.map(({ rule, input }) => judgeOrUnverified(rule, input)));
  }

  /** The same account for people: what is read of it only to be shown is not among what `facts` knows. */
  shown(settings: Settings): JudgeInput {
    return this.#inputFor(this.#live.for(settings));
  }

  /** The guardrails of these ids, for people. */
  guardrails(settings: Settings, ids: readonly string[]): Promise<Evidence<Guardrails>> {
    return this.#live.for(settings).guardrails(ids);
  }

  /**
   * What the rules read, with the names of guardrails.
   * @param assignable lower-case ids of guardrails that a fix may assign
   */
  facts(assignable: ReadonlySet<string>): Promise<KnownFacts> {
    return this.#recorded.facts(assignable);
  }

  #inputFor(account: JudgeInput["account"]): JudgeInput {
    const input = this.#inputs.get(account) ?? { account, now: this.#now };
    this.#inputs.set(account, input);
    return input;
  }
}

const notRead = { kind: "none", why: "could not verify: it was not read." } as const;

/** A rule that fails to judge is a doubt of its own: what the others found is reported all the same. */
export async function judgeOrUnverified(rule: PreparedRule, by: JudgeInput): Promise<Report> {
  const judged = await evidenceOf(() => judge(rule, by));
  if (judged.kind === "read") return judged.value;
  const { name } = rule.rule;
  const nothing = { subject: "keys" as const, source: undefined, findings: [], notes: [] };
  return { rule: name, kind: "judged", ...nothing, problems: [judged] };
}
