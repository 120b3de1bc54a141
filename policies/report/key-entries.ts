import type { KeyAssignment } from "../../provider/assignments/contract";
import type { ApiKey, KeyDetails } from "../../provider/inventory/contract";
import type { AccountFacts } from "../account/account-facts";
import { identityOf } from "./identity";
import { type Finding, isWorse, type KeyIdentity, type KeyState, type Report } from "./report";

type Judged = Extract<Report, { readonly kind: "judged" }>;

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
 * The findings of all rules as one entry a key, in no order of their own. Where a rule could read no list, what it could not
 * verify are requirements as they were written, not keys: nothing is said of them but why.
 */
export function keyEntriesOf(
  reports: readonly Report[],
  accounts: readonly AccountFacts[],
): readonly KeyEntry[] {
  const judged = reports.filter((report) => report.kind === "judged");
  const gathered = new Map<string, Gathered>();
  for (const report of judged) {
    const account = accountOf(report, accounts);
    const address = accounts.length > 1 ? (account?.baseUrl ?? "") : "";
    for (const [index, finding] of report.findings.entries()) {
      if (finding.state === "unverified" && isUnread(report)) continue;
      const place = `${address} ${identityOf(finding.key) ?? `${report.rule} ${index}`}`;
      const verdict = { rule: report.rule, finding };
      const known = gathered.get(place);
      if (known === undefined) gathered.set(place, { key: finding.key, verdicts: [verdict], account });
      else gathered.set(place, gather(known, verdict, account));
    }
  }
  const lookUp = lookUpIn(accounts);
  return [...gathered.values()].map(({ key, verdicts, account }): KeyEntry => {
    const findings = verdicts.map(({ finding }) => finding);
    const ids = findings.flatMap(({ guardrailIds }) => guardrailIds.map((id) => id.toLowerCase()));
    return {
      state: findings.map(({ state }) => state).reduce((one, other) => (isWorse(one, other) ? one : other)),
      key,
      verdicts,
      guardrailIds: [...new Set(ids)],
      account,
      ...lookUp(key, account),
    };
  });
}

/** Whether an entry is a key of the account; else it is a requirement that means none, or nobody knows which. */
export function isKey({ key, state }: Pick<KeyEntry, "key" | "state">): boolean {
  return state !== "missing" && (key.hash !== undefined || state !== "unverified");
}

type Gathered = Pick<KeyEntry, "key" | "verdicts" | "account">;

function gather(known: Gathered, verdict: RuleVerdict, account: AccountFacts | undefined): Gathered {
  const { hash, name, label, description } = known.key;
  const { key } = verdict.finding;
  return {
    key: {
      hash: hash ?? key.hash,
      name: name ?? key.name,
      label: label ?? key.label,
      description: description ?? key.description,
    },
    verdicts: withVerdict(known.verdicts, verdict),
    account: known.account ?? account,
  };
}

function withVerdict(verdicts: readonly RuleVerdict[], verdict: RuleVerdict): readonly RuleVerdict[] {
  const at = verdicts.findIndex(({ rule }) => rule === verdict.rule);
  const before = verdicts[at];
  if (before === undefined) return [...verdicts, verdict];
  return isWorse(verdict.finding.state, before.finding.state) ? verdicts.with(at, verdict) : verdicts;
}

/** Whether it could read no list; a rule about what the stack declares reads none, and lacks none. */
export function isUnread({ source, problems }: Judged): boolean {
  return source === undefined && problems.length > 0;
}

function accountOf({ source }: Judged, accounts: readonly AccountFacts[]): AccountFacts | undefined {
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
