import { groupBy } from "../../provider/group-by";
import { services } from "../../provider/settings/services";
import type { AccountFacts } from "../evidence/account-facts";
import {
  isFixedByAssignment,
  type KeyIdentity,
  passes,
  type Report,
  weakGuardrailOf,
} from "../findings/report";
import { type FixableEntry, type FixGuardrail, guardrailChooser } from "./choose-guardrail";
import { type Contradiction, contradictionsAmong } from "./contradictions";
import { worstFirst } from "./describe";
import { type GuardrailChange, guardrailChanges } from "./guardrail-changes";
import type { KeyEntry } from "./key-entries";

/** The most keys that a command is printed for. */
export const mostKeysToFix = 50;

/** Keys that one command gives a guardrail. */
export interface Fix {
  readonly guardrail: FixGuardrail;
  readonly keys: readonly KeyIdentity[];
  /** For bash, line by line; of hashes, UUIDs and the account's address only. */
  readonly command: readonly string[];
}

/**
 * What repairs keys: commands that assign a guardrail, guardrails whose own settings have to change, and settings of the
 * configuration of which one has to, because no guardrail can pass them together.
 */
export interface FixPlan {
  readonly fixes: readonly Fix[];
  readonly changes: readonly GuardrailChange[];
  readonly contradictions: readonly Contradiction[];
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
  const choose = guardrailChooser(entries, reports);
  const failing = worstFirst(entries.filter((entry) => !passes(entry)));
  const meant = new Set(among);
  const chosen = failing
    .filter((entry) => meant.has(entry))
    .filter(isFixable)
    .map((entry) => ({ entry, guardrail: choose(entry) }));
  const helped = chosen.filter(({ entry, guardrail }) => isHelped(entry, guardrail));
  const unguarded = helped.filter(({ entry }) => entry.state === "unguarded");
  const assigned = [helped, unguarded].find(({ length }) => length <= most) ?? [];
  const fixes = fixesFor(
    assigned.map(({ entry, guardrail }) => {
      const { key, account, verdicts } = entry;
      const mayBeGone = verdicts.some(({ finding }) => finding.remedy.kind === "assign-or-correct-hash");
      return { key, account, guardrail, mayBeGone };
    }),
  );
  return {
    fixes,
    changes: guardrailChanges(failing, chosen, assigned),
    contradictions: contradictionsAmong(among),
  };
}

/** Where a command assigns a guardrail. */
type CommandAccount = Pick<AccountFacts, "service" | "baseUrl" | "credentialVariable">;

/** A key, and the guardrail that it is to be assigned. */
interface Assignable {
  readonly key: KeyIdentity;
  readonly account: CommandAccount;
  readonly guardrail: FixGuardrail;
  /** Whether nothing shows that any key still has its hash. */
  readonly mayBeGone: boolean;
}

/** One command for all keys of an account that are given the same guardrail. */
function fixesFor(chosen: readonly Assignable[]): readonly Fix[] {
  const groups = groupBy(
    chosen,
    ({ account, guardrail }) =>
      `${account.baseUrl} ${guardrail.kind} ${guardrail.kind === "open" ? (guardrail.absent?.ids ?? []).join(" ") : guardrail.id}`,
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { guardrail, account } = first;
    const keys = group.map(({ key }) => key);
    const hashes = keys.flatMap(({ hash }) => hash ?? []);
    const comment = group.some(({ mayBeGone }) => mayBeGone) ? [whatNotFoundMeans] : [];
    return [{ guardrail, keys, command: [...comment, ...commandFor(account, guardrail, hashes)] }];
  });
}

/** In the command itself, so that it stands wherever that is copied to. */
const whatNotFoundMeans =
  "# If this answers 404, no key has such a hash any more: require the new key's hash, or its name.";

/** Whether an assignment helps: not where the key has that guardrail already, or where no better one is known. */
function isHelped(entry: KeyEntry, guardrail: FixGuardrail): boolean {
  const failing = entry.verdicts.filter(({ finding }) => isFixedByAssignment(finding));
  if (guardrail.kind === "open") return failing.some(({ finding }) => weakGuardrailOf(finding) === undefined);
  return (
    !entry.guardrailIds.includes(guardrail.id) ||
    failing.every(({ finding }) => weakGuardrailOf(finding) === undefined)
  );
}

function isFixable(entry: KeyEntry): entry is FixableEntry {
  const { key, account, listed, assignment, contradiction } = entry;
  if (contradiction !== undefined) return false;
  // The service answers 404 to an assignment of a key that the whole inventory does not show.
  if (account?.inventory !== undefined && listed === undefined && assignment === undefined) return false;
  if (!entry.verdicts.some(({ finding }) => isFixedByAssignment(finding))) return false;
  return account !== undefined && fitsCommand(key.hash, account);
}

/** Whether a command may name it: what goes into one is nothing that a shell reads anything into. */
function fitsCommand(hash: string | undefined, { baseUrl }: Pick<AccountFacts, "baseUrl">): boolean {
  return wholeHash.test(hash ?? "") && plainAddress.test(baseUrl);
}

const wholeHash = /^[0-9a-f]{64}$/u;
const plainAddress = /^https?:\/\/[\w.:/~-]+$/u;

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
