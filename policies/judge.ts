import { services } from "../provider/settings/services";
import { Account } from "./account/account";
import type { GivenConfiguration } from "./configuration/rule-configuration";
import { type ClockDoubt, clockDoubt } from "./evidence/clock-doubt";
import type { Evidence } from "./evidence/evidence";
import type { AccountEvidence } from "./evidence/evidence-source";
import type { NearType } from "./evidence/misspelt-types";
import { noResources, type StackResources } from "./evidence/stack-resources";
import { type Report, type Source, waiverOf } from "./findings/report";
import { describeNearType } from "./report/describe-types";
import { doubtExpiry, doubtWaivers } from "./report/doubt";
import { applyWaivers } from "./report/waive";
import { ruleNames } from "./rules/index";
import type { ConfiguredRule, Judged, Needed, NeedsGuardrails, PreparedRule, Rule } from "./rules/rule";

/**
 * Checks a rule's configuration.
 * @param now milliseconds since 1970: waivers expire
 * @throws GuardrailsError of kind `configuration`
 */
export function prepareRule(rule: Rule, given: GivenConfiguration, now: number): PreparedRule {
  return rule.prepare(given, ruleNames, now);
}

/** What rules judge by, beside their configuration. Those given the same object share one account, joined once. */
export interface JudgeInput {
  readonly account: AccountEvidence;
  /** What the stack declares, and what of it this deployment is about to make; left out where there is no stack. */
  readonly declared?: StackResources;
  readonly planned?: StackResources;
  readonly now: number;
}

/** Reads what a prepared rule needs, judges by it and applies the waivers. */
export async function judge(prepared: PreparedRule, input: JudgeInput): Promise<Report> {
  const { configured, waivers } = prepared;
  const rule = prepared.rule.name;
  if (configured.kind === "not-applicable") return { rule, ...configured };
  const account = await accountFor(configured, input);
  const first = configured.judge({ account, declared: input.declared ?? noResources });
  const near = nearTypesFor(prepared, input).map((type) => ({ why: describeNearType(type) }));
  if (first.kind === "not-applicable") {
    if (near.length === 0) return { rule, ...first };
    return {
      kind: "judged",
      rule,
      source: undefined,
      subject: "keys",
      findings: [],
      problems: near,
      notes: [],
    };
  }
  const judged = first.kind === "needs-guardrails" ? await judgeByGuardrails(first, input.account) : first;
  const source = account.assignments.kind === "read" ? sourceOf(account.assignments.value) : undefined;
  const waived = applyWaivers(rule, doubtExpiry(judged), waivers);
  const isWaived = waived.findings.some((finding) => waiverOf(finding) !== undefined);
  const found = isWaived ? doubtWaivers(waived, await doubtOfClock(account, input)) : waived;
  return { rule, source, ...found, problems: [...near, ...found.problems] };
}

/**
 * The account as the lists show it that the rule needs. A required hash without an assignment may be that of no key any more:
 * that fails either way, and the inventory is read then to tell which, where the service has one.
 */
async function accountFor({ needs, required = [] }: ConfiguredRule, input: JudgeInput): Promise<Account> {
  const account = await accountOf(input, needs);
  const { assignments } = account;
  if (needs.includes("inventory") || assignments.kind === "none") return account;
  const isInDoubt =
    services[assignments.value.service].listsAllKeys &&
    required.some((key) => key.by === "hash" && account.isUnassigned(key.hash));
  if (!isInDoubt) return account;
  const whole = await accountOf(input, ["assignments", "inventory"]);
  return whole.assignments.kind === "read" ? whole : account;
}

/** What may be misspelt of the resource types that this rule judges by. */
function nearTypesFor({ rule }: PreparedRule, { declared, planned }: JudgeInput): readonly NearType[] {
  return (rule.target === "stack" ? declared : planned)?.nearTypes ?? [];
}

/** The clock is compared by what was read for the rule; one that reads nothing reads the list for that. */
async function doubtOfClock({ inventory }: Account, input: JudgeInput): Promise<ClockDoubt | undefined> {
  const list = await input.account.assignments();
  if (list.kind === "none") return { kind: "unread" };
  return (
    clockDoubt(list.value.clock) ??
    (inventory.kind === "read" ? clockDoubt(inventory.value.clock) : undefined)
  );
}

const notNeeded: Evidence<never> = { kind: "none", why: "could not verify: it was not read." };
const accounts = new WeakMap<JudgeInput, Map<Extent, Promise<Account>>>();

/** Which lists an account is joined from: no inventory without assignments. */
type Extent = "neither" | "assignments" | "both";

function extentOf(needs: readonly Needed[]): Extent {
  if (needs.includes("inventory")) return "both";
  return needs.includes("assignments") ? "assignments" : "neither";
}

/** The account as these lists show it. All accounts of one input share what is joined from the same list. */
export function accountOf(input: JudgeInput, needs: readonly Needed[]): Promise<Account> {
  const known = accounts.get(input) ?? new Map<Extent, Promise<Account>>();
  accounts.set(input, known);
  const extent = extentOf(needs);
  const account = known.get(extent) ?? join(input, extent, known.get("both") ?? known.get("assignments"));
  known.set(extent, account);
  return account;
}

/** @param other an account of the same input, which may be of the same list */
async function join(
  input: JudgeInput,
  extent: Extent,
  other: Promise<Account> | undefined,
): Promise<Account> {
  const { planned = noResources, now } = input;
  const facts = { assignments: notNeeded, inventory: notNeeded, planned, now };
  if (extent === "neither") return new Account(facts);
  if (extent === "assignments") {
    return new Account({ ...facts, assignments: await input.account.assignments() }, await other);
  }
  const whole = await input.account.wholeAccount();
  return new Account({ ...facts, ...whole }, await other);
}

function sourceOf({ service, baseUrl, readAt }: Source): Source {
  return { service, baseUrl, readAt };
}

async function judgeByGuardrails(
  { guardrailIds, judge }: NeedsGuardrails,
  account: AccountEvidence,
): Promise<Judged> {
  if (guardrailIds.length === 0) return judge({ kind: "read", value: new Map() });
  return judge(await account.guardrails(guardrailIds));
}
