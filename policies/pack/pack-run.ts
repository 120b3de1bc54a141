import type { PolicyResource, ResourceValidationArgs } from "@pulumi/policy";
import * as pulumi from "@pulumi/pulumi";
import type { Accounts } from "../../provider/account";
import type { KeyAssignmentsSnapshot } from "../../provider/assignments/snapshot";
import type { Clock } from "../../provider/clock";
import { GuardrailsError } from "../../provider/errors";
import {
  type Environment,
  resolveJudged,
  resolveSettings,
  type Settings,
  type SettingsSource,
  stackSource,
} from "../../provider/settings/settings";
import { type EnforceAt, type SharedSettings, settingsName } from "../configuration/shared-settings";
import { type AccountFacts, nothingReadOf } from "../evidence/account-facts";
import { EarlyEvidence } from "../evidence/early-evidence";
import { type Evidence, evidenceOf, noEvidence } from "../evidence/evidence";
import { type AccountEvidence, unreadableAccount } from "../evidence/evidence-source";
import { LiveAccounts, LiveEvidence } from "../evidence/live-evidence";
import type { AbsentType } from "../evidence/misspelt-types";
import { type KnownFacts, knownFacts, RecordedAccount } from "../evidence/recorded-account";
import { evidenceTypes, StackEvidence } from "../evidence/stack-evidence";
import { type CreationState, noResources, stackResourcesIn } from "../evidence/stack-resources";
import type { JudgeInput } from "../judge";
import type { PreparedRule } from "../rules/rule";
import { describeUnjudgedAddress } from "./unjudged-address";

/** What the pack touches of the world. */
export interface PackContext {
  readonly environment: Environment;
  readonly clock: Clock;
  /** Shows a line to whoever runs the engine. */
  readonly notify: (line: string) => void;
}

/** What the policies of one pack share while one deployment runs. */
export class PackRun {
  readonly context: PackContext;
  readonly #stackEvidence: StackEvidence;
  /** Names of the inputs of each resource that this run registers, by URN. */
  readonly #inputs = new Map<string, ReadonlySet<string>>();
  readonly #accounts: Accounts;
  /** What was read at the start is old at the end; both are read through the same clients. */
  readonly #live: Readonly<Record<EnforceAt, LiveAccounts>>;
  /** What is read at the end of a preview, by what would be read then. */
  readonly #early = new Map<LiveEvidence, EarlyEvidence>();
  readonly #recorded: Readonly<Record<EnforceAt, Map<LiveEvidence, RecordedAccount>>>;
  /** Where the list that the program read belongs to. */
  readonly #stackAddresses: AccountFacts[] = [];
  readonly #judgedBy = new Map<string, JudgeInput>();
  /** Configured types of which the stack has none, each once. */
  readonly #absentTypes = new Map<string, AbsentType>();
  /** By what the configuration states of them. */
  readonly #resolved = new Map<string, Evidence<Settings>>();
  #settings: (() => unknown) | undefined;

  /** @param accounts through whose clients it reads */
  constructor(context: PackContext, accounts: Accounts) {
    this.context = context;
    this.#stackEvidence = new StackEvidence(context.clock.now());
    this.#accounts = accounts;
    this.#live = { start: new LiveAccounts(accounts), end: new LiveAccounts(accounts) };
    this.#recorded = { start: new Map(), end: new Map() };
  }

  /** From `guardrails-settings`, the first policy asked of each resource. */
  takeSettings(getConfig: () => unknown): void {
    this.#settings = getConfig;
  }

  /** The configuration of `guardrails-settings`, not yet checked. */
  settings(): unknown {
    if (this.#settings !== undefined) return this.#settings();
    throw new GuardrailsError("configuration", {
      what: `could not verify: the policy ${settingsName} is disabled, and the rules judge by its configuration`,
      advice: "Set it to mandatory, also in a pack of your own.",
    });
  }

  /** Takes note of a resource that this run registers. */
  register({ type, urn, props }: Pick<ResourceValidationArgs, "type" | "urn" | "props">): void {
    this.#inputs.set(urn, new Set(Object.keys(props)));
    this.#stackEvidence.collect(type, urn, props);
  }

  /** While the program runs there is time for what a live read at the end needs; at preview for the read itself. */
  prepareLiveRead({ shared, configured }: PreparedRule): void {
    if (shared.evidence !== "live" || configured.kind !== "configured") return;
    const settings = this.#settingsOf(shared.connection);
    if (settings.kind === "none") return;
    if (pulumi.runtime.isDryRun() && shared.enforceAt === "end") {
      this.#earlyFor(settings.value).ask(configured.needs);
      return;
    }
    const ready = this.#accounts.open(settings.value).warmUp();
    // What fails here fails again in the read, which tells.
    ready.catch(() => undefined);
  }

  #earlyFor(settings: Settings): EarlyEvidence {
    const late = this.#live.end.for(settings);
    const known = this.#early.get(late);
    if (known !== undefined) return known;
    const early = new LiveEvidence(this.#accounts.open(settings));
    const evidence = new EarlyEvidence(early, late, this.context.clock);
    this.#early.set(late, evidence);
    return evidence;
  }

  /** What a rule judges by before anything is changed: the account alone. */
  atStart({ shared }: PreparedRule): JudgeInput {
    return this.#shared("start", shared, () => ({
      account: this.#accountFor(shared, "start"),
      now: this.context.clock.now(),
    }));
  }

  /** What a rule judges by once everything is registered. */
  atEnd({ shared }: PreparedRule, resources: readonly PolicyResource[]): JudgeInput {
    return this.#shared("end", shared, () => this.#inputAtEnd(shared, resources));
  }

  /** One for all rules with the same settings: what they judge by is joined once. */
  #shared(when: EnforceAt, { connection, ...settings }: SharedSettings, make: () => JudgeInput): JudgeInput {
    const { service, baseUrl, limits } = connection;
    const key = JSON.stringify([when, service, baseUrl, limits, settings]);
    const input = this.#judgedBy.get(key) ?? make();
    this.#judgedBy.set(key, input);
    return input;
  }

  #inputAtEnd(shared: SharedSettings, resources: readonly PolicyResource[]): JudgeInput {
    const account = this.#accountFor(shared, "end");
    const now = this.context.clock.now();
    const inputsOf = (urn: string) => this.#inputs.get(urn);
    const declared = stackResourcesIn(resources, shared, inputsOf);
    for (const type of declared.absentTypes) {
      this.#absentTypes.set(JSON.stringify([type.setting, type.configured]), type);
    }
    if (pulumi.runtime.isDryRun()) {
      return { account, declared, planned: shared.planned ? declared : noResources, now };
    }
    // Once made, an assignment is in the list that is read now, and the list decides.
    if (shared.evidence === "live") return { account, declared, now };
    const standing = this.#standingAfterEvidence(resources);
    return { account, declared, planned: stackResourcesIn(resources, shared, inputsOf, standing), now };
  }

  /**
   * The program's evidence is read before the deployment changes anything, save what the reading depends on: what is declared
   * outranks it.
   */
  #standingAfterEvidence(resources: readonly PolicyResource[]): (resource: PolicyResource) => CreationState {
    const evidence = resources.filter(
      ({ type, urn }) => evidenceTypes.includes(type) && this.#inputs.has(urn),
    );
    return ({ urn }) => {
      const waits = evidence.every(({ dependencies }) => dependencies.some((one) => one.urn === urn));
      return evidence.length > 0 && waits ? "exists" : "to-be-made";
    };
  }

  /** Configured types of which the stack has none, as far as rules were judged by it. */
  get absentTypes(): readonly AbsentType[] {
    return [...this.#absentTypes.values()];
  }

  /** Whether the stack configuration names an account that no rule read, in words. */
  get unjudgedAddress(): string | undefined {
    const judged = [...this.#resolved.values()].flatMap((one) => (one.kind === "read" ? [one.value] : []));
    return describeUnjudgedAddress(stackConfiguration(), judged);
  }

  #accountFor({ connection, evidence }: SharedSettings, when: EnforceAt): AccountEvidence {
    if (evidence === "stack") return this.#stackAccount(connection);
    const settings = this.#settingsOf(connection);
    if (settings.kind === "none") return unreadableAccount(settings);
    const live = this.#live[when].for(settings.value);
    const source = (when === "end" ? this.#early.get(live) : undefined) ?? live;
    const known = this.#recorded[when].get(live) ?? new RecordedAccount(source, settings.value);
    this.#recorded[when].set(live, known);
    return known;
  }

  /**
   * What was read at that moment, with the names of guardrails, and what of those could not be read.
   * @param assignable lower-case ids of guardrails that a fix may assign
   */
  facts(when: EnforceAt, assignable: ReadonlySet<string>): Promise<KnownFacts> {
    return knownFacts([...this.#recorded[when].values()], assignable, this.#stackAddresses);
  }

  /**
   * From the pack's own configuration and environment only: nothing a stack's configuration says changes where the
   * account is read or with which key.
   */
  #settingsOf(connection: SharedSettings["connection"]): Evidence<Settings> {
    const stated = JSON.stringify([connection.service, connection.baseUrl, connection.limits]);
    const settings = this.#resolved.get(stated) ?? this.#resolve(connection);
    this.#resolved.set(stated, settings);
    return settings;
  }

  #resolve(connection: SharedSettings["connection"]): Evidence<Settings> {
    try {
      const value = resolveSettings({ args: connection, environment: this.context.environment });
      return { kind: "read", value };
    } catch (error) {
      return noEvidence(error);
    }
  }

  #stackAccount(connection: SharedSettings["connection"]): AccountEvidence {
    const { environment } = this.context;
    const stack = stackConfiguration();
    const assignments = async (): Promise<Evidence<KeyAssignmentsSnapshot>> => {
      const account = await evidenceOf(async () => resolveJudged({ args: connection, stack, environment }));
      if (account.kind === "none") return account;
      this.#stackAddresses.push(nothingReadOf(account.value));
      return this.#stackEvidence.judge(account.value, this.context.clock.now());
    };
    return {
      assignments,
      wholeAccount: async () => ({
        assignments: await assignments(),
        inventory: onlyLive("the inventory of all keys"),
      }),
      guardrails: async () => onlyLive("the content of guardrails"),
    };
  }
}

function stackConfiguration(): SettingsSource {
  return stackSource((name) => pulumi.runtime.allConfig()[`guardrails:${name}`]);
}

function onlyLive(what: string): Evidence<never> {
  const advice = 'Use "evidence": "live", or require keys by their hash.';
  const why = `could not verify: ${what} is not in a KeyAssignments resource. ${advice}`;
  return { kind: "none", why };
}
