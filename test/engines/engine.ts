/**
 * What the end-to-end tests and the demo need of an engine: the same scenario runs against a real `pulumi` and
 * against the engine double, so everything here is what both can truly do.
 */

/** One preview or deployment, as an observer of the engine's process sees it. */
export interface EngineRun {
  /** 0 when the engine allows the deployment. A process ended by a signal counts as 128 plus its number. */
  readonly exitCode: number;
  /** Everything the engine wrote, complete and unfiltered. */
  readonly stdout: string;
  readonly stderr: string;
  /**
   * Asks for the stack's outputs, secrets in plain; only after a successful `deploy`. A real engine has no way to ask for
   * those of a preview, so the double gives none there either.
   */
  readonly outputs?: () => Promise<Readonly<Record<string, unknown>>>;
}

export interface RunOptions {
  /** Folder of a policy pack. */
  readonly policyPack?: string;
  /** What the file of `--policy-pack-config` holds: an object is written as JSON, a string as it is. */
  readonly policyConfig?: object | string;
  /** Variables added to the run's environment; `undefined` removes one. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** `deploy` only: no preview before it. */
  readonly skipPreview?: boolean;
  /** Interrupts the run as Ctrl-C would. The run still settles, with a non-zero exit code. */
  readonly signal?: AbortSignal;
}

/** A stack of its own over a checked-in program. Two projects may share a program folder at the same time. */
export interface Project {
  preview(options?: RunOptions): Promise<EngineRun>;
  /** `pulumi up`: with a preview first, unless `skipPreview`. What it leaves behind is the prior state of the next run. */
  deploy(options?: RunOptions): Promise<EngineRun>;
  /** A key without a namespace belongs to the project, as in `pulumi config set`. */
  setConfig(key: string, value: string, options?: { readonly secret?: boolean }): Promise<void>;
  /** The stack's stored state as text, secrets encrypted as the engine stores them. */
  stateText(): Promise<string>;
  /** Puts what `stateText` told, or `pulumi stack export`, in the place of the stack's state. */
  importState(text: string): Promise<void>;
  /** Deletes everything the project wrote. Never touches the program's folder. */
  dispose(): Promise<void>;
}

export interface RealRunOptions extends RunOptions {
  /** Further arguments of the command line, such as `--target`. */
  readonly extraArgs?: readonly string[];
}

/** What only a real `pulumi` can do. */
export interface RealProject extends Project {
  preview(options?: RealRunOptions): Promise<EngineRun>;
  deploy(options?: RealRunOptions): Promise<EngineRun>;
  refresh(options?: RealRunOptions): Promise<EngineRun>;
  destroy(options?: RealRunOptions): Promise<EngineRun>;
}

export interface ProjectOptions {
  /** A folder with a `Pulumi.yaml`. Its `main` and `runtime` count. */
  readonly programDirectory: string;
  /** Default `dev`. */
  readonly stack?: string;
}

export interface EngineDouble {
  readonly kind: "double";
  readonly version: string;
  /** For the reader of a demo or a test report: which engine this was. */
  readonly description: string;
  project(options: ProjectOptions): Promise<Project>;
}

export interface RealEngine {
  readonly kind: "pulumi";
  readonly version: string;
  readonly description: string;
  project(options: ProjectOptions): Promise<RealProject>;
}

export type Engine = EngineDouble | RealEngine;
