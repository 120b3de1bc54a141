import type { AccountReader, Accounts } from "../../provider/account";
import type { ReadAllOptions } from "../../provider/assignments/reading";
import type { KeyAssignmentsSnapshot } from "../../provider/assignments/snapshot";
import { GuardrailsError } from "../../provider/errors";
import type { NamedGuardrail } from "../../provider/inventory/contract";
import type { KeyInventory } from "../../provider/inventory/inventory";
import { type Settings, sameSettings } from "../../provider/settings/settings";
import { type Evidence, evidenceOf } from "./evidence";
import type { AccountEvidence, Guardrails } from "./evidence-source";

export type LiveOptions = Pick<ReadAllOptions, "signal" | "onProgress">;

/** What of an account is read; a `KeyAssignmentsClient` reads it all. */
export type AccountReaders = Pick<
  AccountReader,
  "readAll" | "readInventory" | "readGuardrails" | "readGuardrailNames"
>;

/** The account as it is now. Each list is read when it is first asked for, and once. */
export class LiveEvidence implements AccountEvidence {
  readonly #account: AccountReaders;
  readonly #options: LiveOptions;
  #assignments: Promise<Evidence<KeyAssignmentsSnapshot>> | undefined;
  #inventory: Promise<Evidence<KeyInventory>> | undefined;

  constructor(account: AccountReaders, options: LiveOptions = {}) {
    this.#account = account;
    this.#options = options;
  }

  assignments(): Promise<Evidence<KeyAssignmentsSnapshot>> {
    this.#assignments ??= evidenceOf(() => this.#account.readAll(this.#options));
    return this.#assignments;
  }

  inventory(): Promise<Evidence<KeyInventory>> {
    this.#inventory ??= this.#readInventory();
    return this.#inventory;
  }

  guardrails(ids: readonly string[]): Promise<Evidence<Guardrails>> {
    const { signal } = this.#options;
    return evidenceOf(() => this.#account.readGuardrails(ids, { signal }));
  }

  /** What guardrails are called, for people: rules judge by ids. */
  guardrailNames(
    ids: ReadonlySet<string>,
    workspaceIds: readonly string[],
  ): Promise<Evidence<ReadonlyMap<string, NamedGuardrail>>> {
    const { signal } = this.#options;
    if (ids.size === 0) return Promise.resolve({ kind: "read", value: new Map() });
    return evidenceOf(() => this.#account.readGuardrailNames(ids, workspaceIds, { signal }));
  }

  /** An inventory that leaves out a key known to have an assignment is not whole; a key may be new, so it is read twice. */
  async #readInventory(): Promise<Evidence<KeyInventory>> {
    const { signal } = this.#options;
    const read = () => evidenceOf(() => this.#account.readInventory({ signal }));
    const [first, assignments] = await Promise.all([read(), this.assignments()]);
    if (first.kind === "none" || assignments.kind === "none") return first;
    if (unlisted(assignments.value, first.value) === 0) return first;
    const second = await read();
    if (second.kind === "none") return second;
    const missing = unlisted(assignments.value, second.value);
    return missing === 0 ? second : evidenceOf(() => Promise.reject(notWhole(second.value, missing)));
  }
}

/** The lists of one run, each read once for all who read with equal settings. */
export class LiveAccounts {
  readonly #accounts: Accounts;
  readonly #options: LiveOptions;
  readonly #read: { readonly settings: Settings; readonly evidence: LiveEvidence }[] = [];

  /** @param accounts through whose clients they are read; another run may share them */
  constructor(accounts: Accounts, options: LiveOptions = {}) {
    this.#accounts = accounts;
    this.#options = options;
  }

  for(settings: Settings): LiveEvidence {
    const known = this.#read.find((one) => sameSettings(one.settings, settings));
    if (known !== undefined) return known.evidence;
    const evidence = new LiveEvidence(this.#accounts.open(settings), this.#options);
    this.#read.push({ settings, evidence });
    return evidence;
  }
}

function unlisted({ assignments }: KeyAssignmentsSnapshot, { keys }: KeyInventory): number {
  const listed = new Set(keys.map(({ hash }) => hash));
  return assignments.filter(({ keyHash }) => !listed.has(keyHash.toLowerCase())).length;
}

function notWhole({ baseUrl }: KeyInventory, missing: number): GuardrailsError {
  return new GuardrailsError("unsettled", {
    what: `could not verify: the inventory of all keys is not whole: ${missing} keys have an assignment and are not in it`,
    advice: "Check that the management key sees every workspace; or require keys by their hash.",
    address: `${baseUrl}/keys`,
  });
}
