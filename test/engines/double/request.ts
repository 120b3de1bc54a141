import type { ProgramToRun } from "../pulumi-yaml";

/** One run of the double. It comes as one line on standard input, as it holds secrets in plain. */
export interface DoubleRequest {
  readonly action: "preview" | "deploy";
  readonly skipPreview: boolean;
  readonly program: ProgramToRun;
  readonly stack: string;
  /** By full key, `namespace:name`. */
  readonly config: StackConfig;
  readonly policyPack: PolicyPackRequest | undefined;
  readonly stateFile: string;
  /** 32 bytes, base64: what the state's secrets are encrypted with. */
  readonly sealingKey: string;
}

export type StackConfig = Readonly<Record<string, { readonly value: string; readonly secret: boolean }>>;

export interface PolicyPackRequest {
  readonly folder: string;
  readonly configFile: string | undefined;
}

/** Where a run prints to, and what its children find in their environment. */
export interface Surface {
  readonly print: Print;
  readonly env: Readonly<NodeJS.ProcessEnv>;
}

export type Print = (bytes: Uint8Array) => void;

/** One pass over the program, preview or update, as its children need to know it. */
export interface Pass {
  readonly request: DoubleRequest;
  readonly surface: Surface;
  readonly dryRun: boolean;
  /** Address of the services that the double plays. */
  readonly engine: string;
  /** The end of the pass kills its children. */
  readonly end: AbortSignal;
  /** One for each child that was started; settles when the child has ended. */
  readonly children: Promise<unknown>[];
}
