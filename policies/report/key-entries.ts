import type { KeyAssignment } from "../../provider/assignments/contract";
import type { ApiKey, KeyDetails } from "../../provider/inventory/contract";
import type { AccountFacts } from "../evidence/account-facts";
import {
  type Finding,
  isWorse,
  type JudgedReport,
  type KeyIdentity,
  type KeyState,
  type Report,
  type RequiredGuardrails,
  type RequiredOnceAssigned,
} from "../findings/report";
import { identityOf } from "./identity";
import { contradictingSettings } from "./required-guardrails";

/** What one rule says of a key; of several words of one rule the worst. */
export interface RuleVerdict {
  readonly rule: string;
  readonly finding: Finding;
}

/** One key, or one requirement that stands for no key: its worst state, what each rule says, and what is known of it. */
export interface KeyEntry {
  readonly state: KeyState;
  readonly key: KeyIdentity;
  /** In the order of the rules. */
  readonly verdicts: readonly RuleVerdict[];
  /** Lower-case ids. */
  readonly guardrailIds: readonly string[];
  /** What the rules that judge it ask of its guardrail, each setting once. */
  readonly required: readonly RequiredGuardrails[];
  /** The same with what others ask once it has one. */
  readonly requiredOnceAssigned: readonly RequiredGuardrails[];
  /** Those of these settings that no guardrail can pass together. */
  readonly contradiction: readonly string[] | undefined;
  readonly account: AccountFacts | undefined;
  readonly assignment: KeyAssignment | undefined;
  readonly listed: ApiKey | undefined;
  readonly details: KeyDetails | undefined;
}

/** The finding that a key's entry is headed by: the worst, of equally bad ones that of the first rule. */
export function worstOf({ state, verdicts }: Pick<KeyEntry, "state" | "verdicts">): Finding {
  const worst = verdicts.find(({ finding }) => finding.state === state);
  if (worst === undefined) throw new Error("an entry has no finding of its own state");
  return worst.finding;
}

/**
 * The findings of all rules as one entry a key, in the order in which the rules name them. Where a rule could read no list,
 * what it could not verify are requirements as they were written, not keys: nothing is said of them but why.
 */
export function keyEntriesOf(
  reports: readonly Report[],
  accounts: readonly AccountFacts[],
): readonly KeyEntry[] {
  const lookUp = lookUpIn(accounts);
  return gather(reports, accounts).map(({ key, verdicts, required, address, account }) => ({
    state: worstStateOf(verdicts),
    key,
    verdicts,
    guardrailIds: guardrailIdsOf(verdicts),
    required,
    ...onceAssigned(key, required, address.requiredOnceAssigned),
    account,
    ...lookUp(key, account),
  }));
}

/** Whether an entry is a key of the account; else it is a requirement that means none, or nobody knows which. */
export function isKey({ key, state }: Pick<KeyEntry, "key" | "state">): boolean {
  return state !== "missing" && (key.hash !== undefined || state !== "unverified");
}

interface Gathered {
  key: KeyIdentity;
  verdicts: readonly RuleVerdict[];
  required: readonly RequiredGuardrails[];
  readonly address: AddressKeys;
  account: AccountFacts | undefined;
}

function onceAssigned(
  { hash = "" }: KeyIdentity,
  required: readonly RequiredGuardrails[],
  once: readonly RequiredOnceAssigned[],
): Pick<KeyEntry, "requiredOnceAssigned" | "contradiction"> {
  let all = required;
  for (const one of once) {
    if (!one.waivedHashes.has(hash.toLowerCase())) all = withRequired(all, one);
  }
  return { requiredOnceAssigned: all, contradiction: contradictingSettings(all) };
}

/** In the order in which the rules name them. */
function gather(reports: readonly Report[], accounts: readonly AccountFacts[]): readonly Gathered[] {
  const all: Gathered[] = [];
  const byAddress = new Map<string, AddressKeys>();
  for (const report of reports) {
    if (report.kind === "not-applicable") continue;
    const account = accountOf(report, accounts);
    const address = accounts.length > 1 ? (account?.baseUrl ?? "") : "";
    const keys = byAddress.get(address) ?? new AddressKeys(all);
    byAddress.set(address, keys);
    keys.requireOnceAssigned(report.requiredOnceAssigned);
    for (const [index, finding] of report.findings.entries()) {
      if (finding.state === "unverified" && isUnread(report)) continue;
      keys.add({ rule: report.rule, finding }, index, account);
    }
  }
  return all;
}

/** The keys of one address. Most have a hash, by which they are found as it is. */
class AddressKeys {
  readonly #all: Gathered[];
  readonly #byHash = new Map<string, Gathered>();
  readonly #others = new Map<string, Gathered>();
  readonly requiredOnceAssigned: RequiredOnceAssigned[] = [];

  /** @param all where new ones are put */
  constructor(all: Gathered[]) {
    this.#all = all;
  }

  requireOnceAssigned(required: RequiredOnceAssigned | undefined): void {
    if (required !== undefined) this.requiredOnceAssigned.push(required);
  }

  /** @param index the finding's place in its report: two of which nothing is known are not the same */
  add(verdict: RuleVerdict, index: number, account: AccountFacts | undefined): void {
    const { key } = verdict.finding;
    if (key.hash !== undefined) this.#addAt(this.#byHash, key.hash.toLowerCase(), verdict, account);
    else this.#addAt(this.#others, identityOf(key) ?? `${verdict.rule} ${index}`, verdict, account);
  }

  #addAt(
    places: Map<string, Gathered>,
    place: string,
    verdict: RuleVerdict,
    account: AccountFacts | undefined,
  ): void {
    const { key, required } = verdict.finding;
    const known = places.get(place);
    if (known === undefined) {
      const fresh = {
        key,
        verdicts: [verdict],
        required: withRequired([], required),
        address: this,
        account,
      };
      places.set(place, fresh);
      this.#all.push(fresh);
      return;
    }
    const { hash, name, label, description } = known.key;
    known.key = {
      hash: hash ?? key.hash,
      name: name ?? key.name,
      label: label ?? key.label,
      description: description ?? key.description,
    };
    known.verdicts = withVerdict(known.verdicts, verdict);
    known.required = withRequired(known.required, required);
    known.account ??= account;
  }
}

function withVerdict(verdicts: readonly RuleVerdict[], verdict: RuleVerdict): readonly RuleVerdict[] {
  const at = verdicts.findIndex(({ rule }) => rule === verdict.rule);
  const before = verdicts[at];
  if (before === undefined) return [...verdicts, verdict];
  return isWorse(verdict.finding.state, before.finding.state) ? verdicts.with(at, verdict) : verdicts;
}

function withRequired(
  known: readonly RequiredGuardrails[],
  one: RequiredGuardrails | undefined,
): readonly RequiredGuardrails[] {
  if (one === undefined) return known;
  return known.some(({ setting }) => setting === one.setting) ? known : [...known, one];
}

function worstStateOf(verdicts: readonly RuleVerdict[]): KeyState {
  return verdicts
    .map(({ finding }) => finding.state)
    .reduce((one, other) => (isWorse(one, other) ? one : other));
}

function guardrailIdsOf(verdicts: readonly RuleVerdict[]): readonly string[] {
  const ids = new Set<string>();
  for (const { finding } of verdicts) for (const id of finding.guardrailIds) ids.add(id.toLowerCase());
  return [...ids];
}

/** Whether it could read no list; a rule about what the stack declares reads none, and lacks none. */
export function isUnread({ source, problems }: JudgedReport): boolean {
  return source === undefined && problems.length > 0;
}

function accountOf({ source }: JudgedReport, accounts: readonly AccountFacts[]): AccountFacts | undefined {
  if (source === undefined) return undefined;
  return accounts.find(({ service, baseUrl }) => service === source.service && baseUrl === source.baseUrl);
}

interface Known {
  readonly assignment: KeyAssignment | undefined;
  readonly listed: ApiKey | undefined;
  readonly details: KeyDetails | undefined;
}

const unknown: Known = { assignment: undefined, listed: undefined, details: undefined };

function lookUpIn(accounts: readonly AccountFacts[]) {
  const tables = new Map(
    accounts.map((account) => {
      const assigned = account.assignments?.assignments ?? [];
      return [
        account,
        {
          assignments: new Map(assigned.map((row) => [row.keyHash.toLowerCase(), row])),
          keys: new Map((account.inventory?.keys ?? []).map((key) => [key.hash, key])),
          details: account.inventory?.details,
        },
      ];
    }),
  );
  return ({ hash }: KeyIdentity, account: AccountFacts | undefined): Known => {
    const table = account === undefined ? undefined : tables.get(account);
    if (table === undefined || hash === undefined) return unknown;
    const id = hash.toLowerCase();
    const { assignments, keys, details } = table;
    return { assignment: assignments.get(id), listed: keys.get(id), details: details?.get(id) };
  };
}
