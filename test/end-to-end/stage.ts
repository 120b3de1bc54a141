import { randomUUID } from "node:crypto";
import { resolve } from "node:path";
import { type LocalService, startLocalService } from "../../local-service/index";
import type { Engine, EngineRun, Project, RealProject, RealRunOptions } from "../engines";
import { root } from "../repository";
import { account, rotated } from "./account";

export const fixtures = resolve(root, "test/fixtures/end-to-end");

/** Programs of test/fixtures/end-to-end. */
export type Fixture =
  | "unrelated"
  | "exports"
  | "forms"
  | "lists"
  | "declares"
  | "official-types"
  | "plugin"
  | "plugin-own-name";

/** Recognisable, and unlike a service's keys: only care for this very text keeps it out of an output, no pattern. */
export const plantedKeys = {
  environment: "planted-in-the-environment-3f9b27c1d8",
  stack: "planted-in-the-stack-configuration-a04e61",
} as const;

/** The pack's configuration, as the user writes it, and the surroundings of a run. */
export interface Judging extends RealRunOptions {
  readonly requiredKeys?: readonly object[];
  readonly evidence?: "live" | "stack";
  /** Limits of the pack's own reading. */
  readonly limits?: object;
}

/**
 * Where one scenario plays: its own services and projects, and a record of everything that was printed and stored.
 * Two management keys are planted: one in the environment, one as a secret in every stack's configuration.
 */
export class Stage {
  /** What each run printed, standard output and standard error. */
  readonly printed: string[] = [];
  /** The stacks' states after each run that may have written one. */
  readonly states: string[] = [];
  /** Every process of a run inherits a variable with this value. */
  readonly mark = randomUUID();
  /** The folder of the pack. */
  readonly policyPack = resolve(root, "policies");
  readonly #cleanups: (() => Promise<void>)[] = [];

  private constructor(
    readonly engine: Engine,
    /** The service that the environment names. */
    readonly service: LocalService,
    /** Another one, which takes the stack's key and has a guardrail for every key. */
    readonly friendlier: LocalService,
  ) {}

  static async open(engine: Engine): Promise<Stage> {
    const guarded = account();
    guarded.assign(rotated);
    const service = await startLocalService({ ledger: account(), managementKey: plantedKeys.environment });
    const friendlier = await startLocalService({ ledger: guarded, managementKey: plantedKeys.stack });
    const stage = new Stage(engine, service, friendlier);
    stage.atEnd(() => service.close());
    stage.atEnd(() => friendlier.close());
    return stage;
  }

  /** Does this when the scenario is over, the latest first. */
  atEnd(cleanup: () => Promise<void>): void {
    this.#cleanups.unshift(cleanup);
  }

  async close(): Promise<void> {
    for (const cleanup of this.#cleanups) await cleanup();
  }

  /** A new stack of a fixture program. */
  async project(fixture: Fixture, config: Readonly<Record<string, string>> = {}): Promise<Project> {
    const project = await this.engine.project({ programDirectory: resolve(fixtures, fixture) });
    await this.#furnish(project, config);
    return this.#recorded(project);
  }

  /** A new stack of the program in any folder, for what only a real engine can do. */
  async realProject(programDirectory: string): Promise<RealProject> {
    if (this.engine.kind !== "pulumi") throw new Error("this scenario needs a real engine");
    const project = await this.engine.project({ programDirectory });
    await this.#furnish(project, {});
    return {
      ...this.#recorded(project),
      refresh: (options) => this.#record(project, project.refresh(options)),
      destroy: (options) => this.#record(project, project.destroy(options)),
    };
  }

  /** A run that the policy pack judges. Without `policyConfig`, one made of the other settings. */
  judging({ requiredKeys, evidence, limits, ...run }: Judging): RealRunOptions {
    const settings = { requiredKeys, evidence, ...limits };
    return this.unjudged({
      policyPack: this.policyPack,
      policyConfig: { "required-keys-guarded": settings },
      ...run,
    });
  }

  /** A run without the policy pack. */
  unjudged(run: RealRunOptions = {}): RealRunOptions {
    const env = {
      GUARDRAILS_BASE_URL: this.service.baseUrl,
      GUARDRAILS_MANAGEMENT_KEY: plantedKeys.environment,
      STAGE_MARK: this.mark,
      ...run.env,
    };
    return { ...run, env };
  }

  async #furnish(project: Project, config: Readonly<Record<string, string>>): Promise<void> {
    this.atEnd(() => project.dispose());
    await project.setConfig("guardrails:managementKey", plantedKeys.stack, { secret: true });
    for (const [key, value] of Object.entries(config)) await project.setConfig(key, value);
  }

  #recorded(project: Project): Project {
    return {
      ...project,
      preview: (options) => this.#print(project.preview(options)),
      deploy: (options) => this.#record(project, project.deploy(options)),
    };
  }

  async #print(running: Promise<EngineRun>): Promise<EngineRun> {
    const run = await running;
    this.printed.push(run.stdout, run.stderr);
    return run;
  }

  async #record(project: Project, running: Promise<EngineRun>): Promise<EngineRun> {
    const run = await this.#print(running);
    this.states.push(await project.stateText());
    return run;
  }
}
