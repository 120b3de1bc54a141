import { plainText } from "../policies/configuration/key-selector";
import { LiveAccounts } from "../policies/evidence/live-evidence";
import type { KeyIdentity, Report } from "../policies/report/report";
import { systemClock } from "../provider/clock";
import { GuardrailsError } from "../provider/errors";
import { argumentSource, resolveSettings } from "../provider/settings/settings";
import { isInUse, type KnownKey, knownKeys } from "./account-keys";
import { judgeOrUnverified, statusOf } from "./check";
import type { CommandContext } from "./command-context";
import { readConfigurationFile } from "./configuration-file";
import { describeExplained, type Explained } from "./describe-explained";
import { exitCodes } from "./exit-codes";

/** What is said of a key, and the exit status that goes with it. */
export interface Explanation {
  readonly text: string;
  readonly status: number;
}

/**
 * Tells why the keys of this hash or exact name have a guardrail or not, what would change it, and with a configuration
 * file what each of its rules says of them.
 * @param wanted a name, a hash, or the beginning of a hash: at least the 8 characters that messages show
 * @throws GuardrailsError of kind `configuration` or `credential` before anything is read: a raw key is not looked up
 */
export async function explain(
  wanted: string,
  { config, ...connection }: Readonly<Record<string, unknown>> & { readonly config?: string },
  { environment, signal, progress }: Pick<CommandContext, "environment" | "signal" | "progress">,
): Promise<Explanation> {
  refuseRawKey(wanted);
  const now = systemClock.now();
  const rules = config === undefined ? [] : (await readConfigurationFile(config, now)).rules;
  // The file says where its account is; the command refuses other places beside it.
  const sources = rules.map(({ shared }) => shared.connection);
  const [place = argumentSource(connection, "option")] = sources;
  for (const args of [place, ...sources]) resolveSettings({ args, environment });
  return progress(async (onProgress) => {
    const accounts = new LiveAccounts(environment, { signal, onProgress });
    const account = accounts.for(place);
    const [assignments, inventory] = await Promise.all([account.assignments(), account.inventory()]);
    if (assignments.kind === "none") {
      return { text: `${assignments.why}\n`, status: exitCodes.couldNotVerify };
    }
    const all = knownKeys(assignments.value, inventory.kind === "read" ? inventory.value : undefined);
    const keys = all.filter((key) => isMeant(key, wanted));
    const [guardrails, ...reports] = await Promise.all([
      account.guardrails(guardrailsOf(keys)),
      ...rules.map((rule) => judgeOrUnverified(rule, { account: accounts.for(rule.shared.connection), now })),
    ]);
    const source = assignments.value;
    const withoutInventory = inventory.kind === "none" ? inventory.why : undefined;
    const judged = reports.map((report) => aboutKeys(report, keys, wanted));
    const explained = { wanted, keys, guardrails, source, withoutInventory, reports: judged, now };
    return { text: describeExplained(explained), status: statusFor(explained) };
  });
}

function refuseRawKey(wanted: string): void {
  const checked = plainText("a key's hash or name").safeParse(wanted);
  if (checked.success) return;
  throw new GuardrailsError("configuration", {
    what: `could not verify: the argument ${checked.error.issues[0]?.message}`,
    advice: "Give the key's hash (its first 8 characters suffice) or its exact name.",
  });
}

const hashOrStart = /^[0-9a-f]{8,64}$/iu;
const wholeHash = /^[0-9a-f]{64}$/iu;

function isMeant({ hash, name }: KeyIdentity, wanted: string): boolean {
  if (name === wanted) return true;
  return hashOrStart.test(wanted) && hash?.toLowerCase().startsWith(wanted.toLowerCase()) === true;
}

function guardrailsOf(keys: readonly KnownKey[]): readonly string[] {
  const ids = keys.flatMap(({ assignment }) => (assignment === undefined ? [] : [assignment.guardrailId]));
  return [...new Set(ids.map((id) => id.toLowerCase()))];
}

/** What a rule says of these keys only. */
function aboutKeys(report: Report, keys: readonly KnownKey[], wanted: string): Report {
  if (report.outcome === "not-applicable") return report;
  const hashes = new Set(keys.map(({ hash }) => hash));
  const findings = report.findings.filter(
    ({ key }) => isMeant(key, wanted) || (key.hash !== undefined && hashes.has(key.hash.toLowerCase())),
  );
  return { ...report, findings };
}

/** As the rules say, if any of them says something; else by whether the keys in use have a guardrail. */
function statusFor({ wanted, keys, withoutInventory, reports, now }: Explained): number {
  const judged = reports.filter(
    (report) => report.outcome === "judged" && report.findings.length + report.problems.length > 0,
  );
  if (judged.length > 0) return statusOf({ reports: judged });
  const inUse = keys.filter((key) => isInUse(key, now));
  const counted = inUse.length > 0 ? inUse : keys;
  if (counted.some(({ assignment }) => assignment === undefined)) return exitCodes.violations;
  // The list of assignments decides over a hash; of a name there may be another key, which only the inventory shows.
  if (withoutInventory !== undefined && !wholeHash.test(wanted)) return exitCodes.couldNotVerify;
  return counted.length === 0 ? exitCodes.violations : exitCodes.ok;
}
