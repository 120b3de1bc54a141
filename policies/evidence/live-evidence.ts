import type { AccountReader, Accounts } from "../../provider/account";
import type { ReadAllOptions } from "../../provider/assignments/key-assignments-reading";
import type { KeyAssignmentsSnapshot } from "../../provider/assignments/snapshot";
import type { NamedGuardrail } from "../../provider/inventory/contract";
import { type NotOffered, noInventory, offered } from "../../provider/inventory/missing-endpoint";
import { listOf, readWholeAccount } from "../../provider/inventory/whole-account";
import { type Settings, sameSettings } from "../../provider/settings/settings";
import { docsFolder } from "../references";
import { type Evidence, evidenceOf } from "./evidence";
import type { AccountEvidence, Guardrails, WholeAccountEvidence } from "./evidence-source";

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

/** The account as it is now. Each list is read when it is first asked for, and once, save where both do not fit together. */
export class LiveEvidence implements NamedAccountEvidence {
  readonly #account: AccountReaders;
  readonly #options: LiveOptions;
  #list: Promise<KeyAssignmentsSnapshot> | undefined;
  #whole: Promise<WholeAccountEvidence> | undefined;

  constructor(account: AccountReaders, options: LiveOptions = {}) {
    this.#account = account;
    this.#options = options;
  }

  async assignments(): Promise<Evidence<KeyAssignmentsSnapshot>> {
    if (this.#whole !== undefined) return (await this.#whole).assignments;
    this.#list ??= this.#account.readAll(this.#options);
    const list = this.#list;
    return evidenceOf(() => list);
  }

  wholeAccount(): Promise<WholeAccountEvidence> {
    this.#whole ??= this.#readWholeAccount();
    return this.#whole;
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

  async #readWholeAccount(): Promise<WholeAccountEvidence> {
    const whole = await readWholeAccount(this.#account, { ...this.#options, first: this.#list });
    const inventory = async () => listOf(whole.inventory);
    const assignments = await evidenceOf(async () => listOf(whole.assignments));
    const service = assignments.kind === "read" ? assignments.value.service : undefined;
    return {
      assignments,
      inventory: await evidenceOf(() => offered(inventory(), withoutInventory, service)),
    };
  }
}

/** Rules can do without an inventory, and only they: the reader's own words do not speak of requirements. */
const withoutInventory: NotOffered = {
  ...noInventory,
  advice:
    'ModelGates has none: require keys by their hash, or a name with "assignedNameSuffices": true ' +
    `(${docsFolder}/rules/required-keys-guarded.md).`,
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
