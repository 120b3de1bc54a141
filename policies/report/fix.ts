import { groupBy } from "../../provider/group-by";
import { services } from "../../provider/settings/services";
import type { AccountFacts } from "../account/account-facts";
import { enforcedBy } from "../rules/enforcement";
import { type GuardrailChange, guardrailChanges } from "./guardrail-changes";
import type { KeyEntry } from "./key-entries";
import { type KeyIdentity, passes, type Report } from "./report";

const mostKeysToFix = 50;

/** Which guardrail a fix assigns: one that the rules require, one that passes every rule in force, or one to fill in. */
export type FixGuardrail =
  | { readonly kind: "required" | "passing"; readonly id: string; readonly name?: string | undefined }
  /** `unproven`: the guardrail that most other keys have, which nobody knows to enforce anything. */
  | { readonly kind: "open"; readonly unproven?: NamedId | undefined };

interface NamedId {
  readonly id: string;
  readonly name?: string | undefined;
}

/** Keys that one command gives a guardrail. */
export interface Fix {
  readonly guardrail: FixGuardrail;
  readonly keys: readonly KeyIdentity[];
  /** For bash, line by line; of hashes, UUIDs and the account's address only. */
  readonly command: readonly string[];
}

/** What repairs keys: commands that assign a guardrail, and guardrails whose own settings have to change. */
export interface FixPlan {
  readonly fixes: readonly Fix[];
  readonly changes: readonly GuardrailChange[];
}

/**
 * What repairs the keys that fail for want of the right guardrail. There is a command for those that an assignment helps,
 * and where those are too many to copy, for the ones among them without any guardrail, or none. This tool only reads: the
 * commands are for people to run.
 * @param reports those of every rule in force; undefined where not all are known: then no guardrail is known to pass them
 * @param most above so many keys a command is no longer something to copy
 */
export function planFixes(
  entries: readonly KeyEntry[],
  reports: readonly Report[] | undefined,
  { among = entries, most = mostKeysToFix }: { among?: readonly KeyEntry[]; most?: number } = {},
): FixPlan {
  const accepts: Accepts = reports === undefined ? () => false : acceptanceOf(reports);
  const chosen = among
    .filter(isFixable)
    .map((entry) => ({ entry, guardrail: guardrailFor(entry, entries, accepts) }));
  const helped = chosen.filter(({ entry, guardrail }) => isHelped(entry, guardrail));
  const unguarded = helped.filter(({ entry }) => entry.state === "unguarded");
  const assigned = [helped, unguarded].find(({ length }) => length <= most) ?? [];
  const fixes = fixesFor(
    assigned.map(({ entry: { key, account }, guardrail }) => ({ key, account, guardrail })),
  );
  return { fixes, changes: guardrailChanges(entries, chosen, assigned) };
}

/** Where a command assigns a guardrail. */
type CommandAccount = Pick<AccountFacts, "service" | "baseUrl" | "credentialVariable">;

/** A key, and the guardrail that it is to be assigned. */
export interface Assignable {
  readonly key: KeyIdentity;
  readonly account: CommandAccount;
  readonly guardrail: FixGuardrail;
}

/** One command for all keys of an account that are given the same guardrail. */
export function fixesFor(chosen: readonly Assignable[]): readonly Fix[] {
  const groups = groupBy(
    chosen,
    ({ account, guardrail }) => `${account.baseUrl} ${guardrail.kind === "open" ? "" : guardrail.id}`,
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { guardrail, account } = first;
    const keys = group.map(({ key }) => key);
    const hashes = keys.flatMap(({ hash }) => hash ?? []);
    return [{ guardrail, keys, command: commandFor(account, guardrail, hashes) }];
  });
}

/** Whether an assignment helps: not where the key has that guardrail already, or where no better one is known. */
function isHelped(entry: KeyEntry, guardrail: FixGuardrail): boolean {
  const failing = entry.verdicts.filter(({ finding }) => !passes(finding));
  if (guardrail.kind === "open") return failing.some(({ finding }) => finding.lacking === undefined);
  return (
    !entry.guardrailIds.includes(guardrail.id) ||
    failing.every(({ finding }) => finding.lacking === undefined)
  );
}

export type FixableEntry = KeyEntry & { readonly account: AccountFacts };

/** A key that fails, and the guardrail that it would be assigned. */
export interface ChosenFix {
  readonly entry: FixableEntry;
  readonly guardrail: FixGuardrail;
}

function isFixable(entry: KeyEntry): entry is FixableEntry {
  const { state, key, account, listed, assignment } = entry;
  // The service answers 404 to an assignment of a key that the whole inventory does not show.
  if (account?.inventory !== undefined && listed === undefined && assignment === undefined) return false;
  if (state !== "unguarded" && state !== "wrong-guardrail") return false;
  return account !== undefined && fitsCommand(key.hash, account);
}

/** Whether a command may name it: what goes into one is nothing that a shell reads anything into. */
export function fitsCommand(hash: string | undefined, { baseUrl }: Pick<AccountFacts, "baseUrl">): boolean {
  return wholeHash.test(hash ?? "") && plainAddress.test(baseUrl);
}

const wholeHash = /^[0-9a-f]{64}$/u;
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u;
const plainAddress = /^https?:\/\/[\w.:/~-]+$/u;

type Accepts = (guardrailId: string, account: AccountFacts) => boolean;

/** Rules that take any guardrail, unless the requirement names one. */
const takeAny: readonly string[] = ["required-keys-guarded", "no-unguarded-keys", "declared-keys-guarded"];

/**
 * Whether a guardrail passes every rule in force: a rule that looks at guardrails must have let a key with it pass. Where none
 * looks at them any would pass, an empty one too: then it is one that is known to enforce something.
 */
function acceptanceOf(reports: readonly Report[]): Accepts {
  const choosy = reports
    .filter((report) => report.kind === "judged")
    .filter(({ rule }) => !takeAny.includes(rule))
    .map(({ findings }) => {
      const idsOf = (pass: boolean): ReadonlySet<string> =>
        new Set(
          findings
            .filter((finding) => (pass ? finding.state === "guarded" : !passes(finding)))
            .flatMap(({ guardrailIds }) => guardrailIds),
        );
      return { passed: idsOf(true), failed: idsOf(false) };
    });
  if (choosy.length === 0) return enforces;
  return (id) => choosy.every(({ passed, failed }) => passed.has(id) && !failed.has(id));
}

function enforces(id: string, { guardrails }: AccountFacts): boolean {
  const content = guardrails.get(id)?.content;
  return content !== undefined && enforcedBy(content).length > 0;
}

function guardrailFor(
  { verdicts, account, listed }: FixableEntry,
  entries: readonly KeyEntry[],
  accepts: Accepts,
): FixGuardrail {
  const named = (kind: "required" | "passing", id: string): FixGuardrail => {
    return { kind, id, name: account.guardrails.get(id)?.name };
  };
  const lists = verdicts.flatMap(({ finding }) =>
    finding.requiredGuardrails === undefined ? [] : [finding.requiredGuardrails],
  );
  if (lists.length > 0) {
    const common = (lists[0] ?? []).filter((id) => uuid.test(id) && lists.every((list) => list.includes(id)));
    const id = common.find((one) => accepts(one, account)) ?? common[0];
    return id === undefined ? { kind: "open" } : named("required", id);
  }
  const counts = new Map<string, number>();
  for (const { state, guardrailIds, account: other } of entries) {
    if (state !== "guarded" || other !== account) continue;
    for (const id of guardrailIds) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  const isOfOtherWorkspace = (id: string): boolean => {
    const workspaceId = account.guardrails.get(id)?.workspaceId?.toLowerCase();
    return (
      workspaceId !== undefined && listed !== undefined && workspaceId !== listed.workspaceId.toLowerCase()
    );
  };
  // The best known ones first: of equally known ones always the same.
  const candidates = [...new Set([...counts.keys(), ...account.guardrails.keys()])]
    .filter((one) => uuid.test(one) && !isOfOtherWorkspace(one))
    .toSorted((one, other) => (counts.get(other) ?? 0) - (counts.get(one) ?? 0) || (one < other ? -1 : 1));
  const id = candidates.find((one) => accepts(one, account));
  if (id !== undefined) return named("passing", id);
  const [unproven] = accepts === enforces ? candidates : [];
  return unproven === undefined
    ? { kind: "open" }
    : { kind: "open", unproven: { id: unproven, name: account.guardrails.get(unproven)?.name } };
}

/** The lines that assign it, of what fits a command only. */
function commandFor(
  { service, baseUrl, credentialVariable }: CommandAccount,
  guardrail: FixGuardrail,
  hashes: readonly string[],
): readonly string[] {
  const own = services[service];
  const usual = own.baseUrl === baseUrl ? own.credentialVariable : "GUARDRAILS_MANAGEMENT_KEY";
  const variable = credentialVariable ?? usual;
  const chosen = guardrail.kind === "open" ? "" : guardrail.id;
  const id = chosen === "" ? `\${GUARDRAIL:?put the id of a guardrail in its place}` : "$GUARDRAIL";
  return [
    `GUARDRAIL=${chosen}`,
    // curl takes the key from its standard input: an argument would stand in the list of processes.
    `printf 'header = "Authorization: Bearer %s"\\n' "$${variable}" |`,
    "  curl -K - -sS --fail-with-body -X POST \\",
    `    "${baseUrl}/guardrails/${id}/assignments/keys" \\`,
    "    -H 'Content-Type: application/json' \\",
    ...`    -d '${JSON.stringify({ key_hashes: hashes })}'`.replaceAll('","', '",\n      "').split("\n"),
  ];
}
