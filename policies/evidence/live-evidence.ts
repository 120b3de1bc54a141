import type { AccountReader, Accounts } from "../../provider/account";
import type { ReadAllOptions } from "../../provider/assignments/reading";
import type { KeyAssignmentsSnapshot } from "../../provider/assignments/snapshot";
import type { ReadTime } from "../../provider/http/read-scope";
import type { NamedGuardrail } from "../../provider/inventory/contract";
import type { KeyInventory } from "../../provider/inventory/inventory";
import { offered } from "../../provider/inventory/offered";
import { readWholeAccount } from "../../provider/inventory/whole-account";
import { type Settings, sameSettings } from "../../provider/settings/settings";
import { docsFolder } from "../report/docs-folder";
import { type Evidence, evidenceOf } from "./evidence";
import type { AccountEvidence, Guardrails } from "./evidence-source";

export type LiveOptions = Pick<ReadAllOptions, "signal" | "onProgress">;

/** What of an account is read; a `KeyAssignmentsClient` reads it all. */
export type AccountReaders = Pick<
  AccountReader,
  "readAll" | "readInventory" | "readGuardrails" | "readGuardrailNames"
>;

/** Evidence with the names of guardrails, for people: rules judge by ids. */
export interface NamedAccountEvidence extends AccountEvidence {
  guardrailNames(
    ids: ReadonlySet<string> | "all",
    workspaceIds: readonly string[],
  ): Promise<Evidence<ReadonlyMap<string, NamedGuardrail>>>;
}

/** The account as it is now. Each list is read when it is first asked for, and once. */
export class LiveEvidence implements NamedAccountEvidence {
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

  guardrailNames(
    ids: ReadonlySet<string> | "all",
    workspaceIds: readonly string[],
  ): Promise<Evidence<ReadonlyMap<string, NamedGuardrail>>> {
    const { signal } = this.#options;
    if (ids !== "all" && ids.size === 0) return Promise.resolve({ kind: "read", value: new Map() });
    return evidenceOf(() => this.#account.readGuardrailNames(ids, workspaceIds, { signal }));
  }

  async #readInventory(): Promise<Evidence<KeyInventory>> {
    const { signal } = this.#options;
    const lists = {
      inventory: (time: ReadTime) => this.#account.readInventory({ signal, time }),
      assignments: async () => {
        const evidence = await this.assignments();
        return evidence.kind === "read" ? evidence.value : undefined;
      },
    };
    return evidenceOf(async () => (await offered(readWholeAccount(lists), noInventory)).inventory);
  }
}

/** Rules can do without an inventory, and only they: the reader's own words do not speak of requirements. */
const noInventory = {
  what: "the service offers no key inventory (404)",
  advice:
    'ModelGates has none: require keys by their hash, or a name with "assignedNameSuffices": true ' +
    `(${docsFolder}/rules/required-keys-guarded.md). Elsewhere check service and baseUrl, and that no workspace was deleted just now.`,
};

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
