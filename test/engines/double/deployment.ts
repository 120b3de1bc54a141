import type { InvokeResponse } from "@pulumi/pulumi/proto/provider_pb";
import type { Judged } from "./analyze-request";
import { defaultProviderGoal, type Goal, urnOf } from "./goal";
import type { PolicyPack } from "./policy-pack";
import { concealLike, type Properties, secret } from "./properties";
import type { ProviderPlugin } from "./provider-plugin";
import { isMandatory, type Report } from "./report";
import type { StackConfig } from "./request";
import { acceptingProvider, type ResourceProvider } from "./resource-provider";
import { RunFailed } from "./run-failed";
import type { ResourceState, StackState } from "./state";

const dynamicPackage = "pulumi-nodejs";

export interface DeploymentOptions {
  readonly project: string;
  readonly stack: string;
  readonly dryRun: boolean;
  readonly config: StackConfig;
  readonly prior: StackState;
  readonly report: Report;
  /** Called once, for the first dynamic resource. */
  readonly startDynamicProvider: (config: Properties) => Promise<ResourceProvider>;
  /** Called for each provider resource of a package whose plugin the project names. */
  readonly startPlugin: (
    packageName: string,
    provider: { readonly urn: string; readonly name: string },
  ) => Promise<ProviderPlugin>;
  /** The packages whose plugins are played; of all others whatever a program declares exists. */
  readonly plugins: readonly string[];
}

/** The stack as one run of the program declares it. */
export class Deployment {
  /** Judges what is registered from now on. */
  pack: PolicyPack | undefined;
  readonly #options: DeploymentOptions;
  readonly #resources = new Map<string, Judged>();
  #dynamicProvider: Promise<ResourceProvider> | undefined;
  /** By the URN of their provider resource. */
  readonly #plugins = new Map<string, ProviderPlugin>();
  #turn: Promise<unknown> = Promise.resolve();
  #finished = false;

  constructor(options: DeploymentOptions) {
    this.#options = options;
  }

  /** What is there now. Until the program has finished, that includes what it may still come to. */
  state(): StackState {
    const current = [...this.#resources].map(([urn, { state }]) => [urn, state] as const);
    return new Map(this.#finished ? current : [...this.#options.prior, ...current]);
  }

  /**
   * One resource at a time, in the order of arrival, as the engine takes its steps. The first failure is the answer to
   * all that come after it.
   */
  register(goal: Goal): Promise<ResourceState> {
    const turn = this.#turn.then(() => this.#registerNow(goal));
    this.#turn = turn;
    return turn;
  }

  /** What a function of a plugin answers, by the provider of this URN or by the package's default one. */
  async invoke(token: string, args: Properties, providerUrn: string): Promise<InvokeResponse> {
    const turn = this.#turn.then(() => providerUrn || this.#defaultProvider(token));
    this.#turn = turn;
    const plugin = this.#plugins.get(await turn);
    if (plugin === undefined) throw new RunFailed(`the engine double has no plugin for ${token}`);
    return plugin.invoke(token, args);
  }

  /** Outputs that a stack or another component declares for itself, once it is complete. */
  registerOutputs(urn: string, outputs: Properties): void {
    const resource = this.#resources.get(urn);
    if (!resource) throw new RunFailed(`no resource is registered as ${urn}`);
    this.#resources.set(urn, { ...resource, state: { ...resource.state, outputs } });
  }

  /** After the program's last registration: what it left out is deleted, then the stack policies judge what it has come to. */
  async finish(): Promise<void> {
    if (!this.#options.dryRun) await this.#deleteUnregistered();
    this.#finished = true;
    if (!this.pack) return;
    // The engine shows them in no order; so nothing may count on the order of their registration.
    const resources = [...this.#resources.values()].reverse();
    const root = resources.find(({ state }) => state.type === "pulumi:pulumi:Stack")?.state.urn ?? "";
    for (const diagnostic of await this.pack.analyzeStack(resources)) {
      const urn = this.#resources.has(diagnostic.getUrn()) ? diagnostic.getUrn() : root;
      this.#options.report.violation(diagnostic, urn);
    }
  }

  async #deleteUnregistered(): Promise<void> {
    // What depends on others goes before them.
    for (const [urn, { id, type, name, outputs, provider: reference }] of [
      ...this.#options.prior,
    ].reverse()) {
      if (this.#resources.has(urn) || id === "") continue;
      const isProvider = type.startsWith("pulumi:providers:");
      const provider = isProvider ? acceptingProvider : await this.#providerOf({ type, name }, reference);
      await provider.delete(id, outputs);
      this.#options.report.line(`    ${type} ${name} delete`);
    }
  }

  async #registerNow(goal: Goal): Promise<ResourceState> {
    const { dryRun, report } = this.#options;
    const urn = urnOf(goal, this.#options.stack, this.#options.project);
    if (this.#resources.has(urn)) throw new RunFailed(`Duplicate resource URN '${urn}'`);
    const isProvider = goal.type.startsWith("pulumi:providers:");
    const providerUrn =
      goal.provider || (goal.custom && !isProvider ? await this.#defaultProvider(goal.type) : "");
    const provider = await this.#providerOf(goal, isProvider ? urn : providerUrn);

    const old = this.#options.prior.get(urn);
    const { inputs, failures } = await provider.check(old?.inputs ?? {}, goal.properties);
    const unmade: ResourceState = {
      urn,
      type: goal.type,
      name: goal.name,
      id: "",
      parent: goal.parent,
      provider: providerUrn,
      inputs,
      outputs: inputs,
      dependencies: goal.dependencies,
      propertyDependencies: goal.propertyDependencies,
    };
    const judged: Judged = { state: unmade, goal, provider: this.#resources.get(providerUrn)?.state };
    // The engine asks the resource policies even about inputs that `check` has just refused.
    const mandatory = await this.#analyze(judged);
    if (failures.length > 0) {
      const resource = `${goal.type} resource '${goal.name}' has a problem`;
      throw new RunFailed(...failures.map((reason) => `${resource}: ${reason}`));
    }
    // A preview goes on after a violation, to find the others; a deployment ends there.
    if (mandatory && !dryRun) throw new RunFailed();

    const made = await change(provider, goal, old, inputs, dryRun);
    const outputs = concealLike(made.outputs, {}, ...goal.additionalSecretOutputs);
    const state = { ...unmade, id: made.id, outputs };
    this.#resources.set(urn, { ...judged, state });
    report.line(`    ${state.type} ${state.name} ${made.action}`);
    return state;
  }

  async #analyze(judged: Judged): Promise<boolean> {
    const diagnostics = (await this.pack?.analyze(judged)) ?? [];
    for (const diagnostic of diagnostics) this.#options.report.violation(diagnostic, judged.state.urn);
    return diagnostics.some(isMandatory);
  }

  async #providerOf(goal: Pick<Goal, "type" | "name">, providerUrn: string): Promise<ResourceProvider> {
    const ofProvider = /^pulumi:providers:(.+)$/u.exec(goal.type)?.[1];
    if (ofProvider !== undefined && this.#options.plugins.includes(ofProvider)) {
      const plugin = await this.#options.startPlugin(ofProvider, { urn: providerUrn, name: goal.name });
      this.#plugins.set(providerUrn, plugin);
      return plugin.ofItself;
    }
    const plugin = this.#plugins.get(providerUrn);
    if (plugin !== undefined) return plugin.ofResources;
    if (!goal.type.startsWith(`${dynamicPackage}:`)) return acceptingProvider;
    this.#dynamicProvider ??= this.#options.startDynamicProvider(configOf(this.#options.config));
    return this.#dynamicProvider;
  }

  /** The URN of a package's default provider, which its first resource brings into being. */
  async #defaultProvider(token: string): Promise<string> {
    const packageName = token.split(":")[0] ?? "";
    const config = this.#configFor(packageName);
    const provider = defaultProviderGoal(packageName, config);
    const urn = urnOf(provider, this.#options.stack, this.#options.project);
    if (!this.#resources.has(urn)) await this.#registerNow(provider);
    return urn;
  }

  /** A dynamic provider is given the whole configuration, a plugin what is in its package's namespace. */
  #configFor(packageName: string): Properties {
    const config = configOf(this.#options.config);
    if (packageName === dynamicPackage) return config;
    if (!this.#options.plugins.includes(packageName)) return {};
    const own = Object.entries(config).filter(([key]) => key.startsWith(`${packageName}:`));
    return Object.fromEntries(own.map(([key, value]) => [key.slice(packageName.length + 1), value]));
  }
}

/** What becomes of the resource. At preview nothing is created or updated, and its inputs are all that is known. */
async function change(
  provider: ResourceProvider,
  goal: Goal,
  old: ResourceState | undefined,
  inputs: Properties,
  dryRun: boolean,
): Promise<{ action: "create" | "update" | "same"; id: string; outputs: Properties }> {
  if (!old) {
    const asks = goal.custom && (!dryRun || provider.supportsPreview);
    const made = asks ? await provider.create(inputs, dryRun) : { id: "", outputs: inputs };
    return { action: "create", ...made };
  }
  // A component has nothing to compare: what it once registered stands until it registers its outputs again.
  const changed = goal.custom && (await provider.diff(old.id, old.outputs, old.inputs, inputs));
  if (!changed) return { action: "same", id: old.id, outputs: old.outputs };
  const asks = !dryRun || provider.supportsPreview;
  const outputs = asks ? await provider.update(old.id, old.outputs, inputs, dryRun) : inputs;
  return { action: "update", id: old.id, outputs };
}

function configOf(config: StackConfig): Properties {
  return Object.fromEntries(
    Object.entries(config).map(([key, entry]) => [key, entry.secret ? secret(entry.value) : entry.value]),
  );
}
