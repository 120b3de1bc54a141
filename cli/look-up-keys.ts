import type { Account, KnownKey } from "../policies/account/account";
import { nameMatcher } from "../policies/configuration/name-pattern";
import type { Evidence } from "../policies/evidence/evidence";
import type { Guardrails } from "../policies/evidence/evidence-source";
import {
  type Finding,
  isWorse,
  type KeyIdentity,
  type Report,
  type Source,
} from "../policies/findings/report";
import { accountOf } from "../policies/judge";
import { assignedGuardrails } from "../provider/assignments/by-key";
import { groupBy } from "../provider/group-by";
import { limitsOf } from "../provider/settings/limits";
import type { Address, Settings } from "../provider/settings/settings";
import type { LiveJudging } from "./live-judging";

/** One of the accounts that the rules read, with its keys, for people. */
export interface ShownAccount {
  readonly settings: Settings;
  /** Where and when its list was read, or why it was not. */
  readonly assignments: Evidence<Source>;
  /** Why keys without an assignment cannot be seen, as whole sentences; undefined if they can. */
  readonly withoutInventory: string | undefined;
  /** None where the list could not be read. */
  readonly all: readonly KnownKey[];
  /** Those that were asked for, and of them those in use. */
  readonly keys: readonly KnownKey[];
  readonly inUse: readonly KnownKey[];
}

/** A key that was asked for, and what the rules say of it. */
export interface ExplainedKey extends KnownKey {
  /** The worst that any rule says; undefined where none says anything of it. */
  readonly finding: Finding | undefined;
  /** Not known to be disabled or expired. */
  readonly isInUse: boolean;
}

export interface ExplainedAccount extends Pick<ShownAccount, "assignments" | "withoutInventory"> {
  readonly keys: readonly ExplainedKey[];
  readonly guardrails: Evidence<Guardrails>;
}

const hashOrStart = /^[0-9a-f]{8,64}$/iu;
const wholeHash = /^[0-9a-f]{64}$/iu;

export function isMeant({ hash, name }: KeyIdentity, wanted: string): boolean {
  if (name === wanted) return true;
  return hashOrStart.test(wanted) && hash?.toLowerCase().startsWith(wanted.toLowerCase()) === true;
}

/** Whether it is a required name or pattern that could not be verified, so that nobody knows whether a key of this name is meant. */
export function mayMean({ key, cause }: Finding, name: string): boolean {
  if (cause.kind !== "inventory-unread" && cause.kind !== "list-unread") return false;
  if (key.name === undefined) return false;
  return cause.by === "pattern" ? nameMatcher(key.name)(name) : key.name === name;
}

/** Each account once, read within the widest limits of those who read it: narrow ones may keep a rule from a list, and not people. */
export function shownAccounts(
  settings: readonly Settings[],
  wanted: string,
  judging: LiveJudging,
): Promise<readonly ShownAccount[]> {
  const byAddress = groupBy(settings, ({ service, baseUrl }) => `${service} ${baseUrl}`);
  return Promise.all(
    [...byAddress.values()].map(async (those) => {
      const widest = withWidestLimits(those);
      return shownAccount(
        widest,
        await accountOf(judging.shown(widest), ["assignments", "inventory"]),
        wanted,
      );
    }),
  );
}

function withWidestLimits([first, ...others]: readonly [Settings, ...Settings[]]): Settings {
  const all = [first, ...others];
  return { ...first, limits: limitsOf((name) => Math.max(...all.map(({ limits }) => limits[name]))) };
}

function shownAccount(settings: Settings, account: Account, wanted: string): ShownAccount {
  const { assignments, inventory } = account;
  const all = assignments.kind === "none" ? [] : account.knownKeys();
  const keys = all.filter(({ identity }) => isMeant(identity, wanted));
  return {
    settings,
    assignments,
    withoutInventory: inventory.kind === "none" ? inventory.why : undefined,
    all,
    keys,
    inUse: keys.filter((key) => account.isInUse(key)),
  };
}

/**
 * What was asked for, as the requirement that `check` would be given: so both say the same of it. The beginning of a hash
 * means the keys in use that have it, and the others where there are none.
 */
export function requirementsFor(
  { keys, inUse, withoutInventory }: ShownAccount,
  wanted: string,
): readonly object[] {
  const byHash = (some: readonly KnownKey[]) =>
    some.flatMap(({ identity: { hash, name } }) => (name === wanted ? [] : [hash]));
  const found = byHash(inUse).length > 0 ? byHash(inUse) : byHash(keys);
  const hashes = wholeHash.test(wanted) ? [wanted] : found;
  const isName = keys.some(({ identity }) => identity.name === wanted);
  // The list of assignments decides over a hash; of a name there may be another key, which only the inventory shows.
  const inDoubt = withoutInventory !== undefined && !wholeHash.test(wanted);
  const names = isName || inDoubt || hashes.length === 0 ? [wanted] : [];
  return [...hashes.map((hash) => ({ hash })), ...names.map((name) => ({ name }))];
}

/** What a rule says, and the account that it was to be judged by, whether that could be read or not. */
export interface AnsweredRule {
  readonly report: Report;
  readonly settings: Settings | undefined;
}

/** What each key is assigned to, and the worst that any of these rules says of it. */
export function lookUp(
  shown: readonly ShownAccount[],
  answered: readonly AnsweredRule[],
  judging: LiveJudging,
): Promise<readonly ExplainedAccount[]> {
  return Promise.all(
    shown.map(async ({ settings, assignments, withoutInventory, keys, inUse }) => {
      const findings = findingsOf(answered, settings);
      const ofHash = groupBy(findings, ({ key }) => key.hash?.toLowerCase());
      const explained = keys.map((key): ExplainedKey => {
        const { hash, name } = key.identity;
        const open = (ofHash.get(undefined) ?? []).filter((finding) => mayMean(finding, name));
        const finding = worstOf([...(ofHash.get(hash.toLowerCase()) ?? []), ...open]);
        return { ...key, finding, isInUse: inUse.includes(key) };
      });
      const guardrails = await judging.guardrails(settings, guardrailsOf(keys));
      return { assignments, withoutInventory, keys: explained, guardrails };
    }),
  );
}

/** What rules say of the keys of one account: another account may have keys of the same hashes and names. */
function findingsOf(answered: readonly AnsweredRule[], { service, baseUrl }: Address): readonly Finding[] {
  return answered.flatMap(({ report, settings }) =>
    report.kind === "judged" && settings?.service === service && settings.baseUrl === baseUrl
      ? report.findings
      : [],
  );
}

function worstOf(findings: readonly Finding[]): Finding | undefined {
  const [first, ...others] = findings;
  if (first === undefined) return undefined;
  return others.reduce((worst, finding) => (isWorse(finding.state, worst.state) ? finding : worst), first);
}

function guardrailsOf(keys: readonly KnownKey[]): readonly string[] {
  return [...new Set(keys.flatMap(({ assignments }) => assignedGuardrails(assignments)))];
}
