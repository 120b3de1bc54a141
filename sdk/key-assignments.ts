import * as pulumi from "@pulumi/pulumi";
import type { KeyAssignment } from "../provider/assignments/contract";
import type { KeyAssignmentsQuery } from "../provider/assignments/query";
import {
  type KeyAssignmentsSnapshot,
  parseSnapshot,
  type SnapshotScope,
} from "../provider/assignments/snapshot";
import type { CheckedInputs, StackConfiguration } from "../provider/dynamic-provider";
import { GuardrailsError } from "../provider/errors";
import { argumentNames } from "../provider/key-assignments-resource";
import type { ServiceName } from "../provider/settings/services";
import { argumentSource, resolveSettings, stackSource } from "../provider/settings/settings";
import { statementName, writeStatement } from "../provider/stack-statement";
import { refuseUnknownArguments } from "../provider/unknown-arguments";
import { asRunError, isShown, runError } from "./run-error";
import { refuseWrongStackConfiguration, stackConfiguration } from "./stack-configuration";

/** Which assignments, from where. No credential: the inputs of a resource are kept in the state. */
export type KeyAssignmentsArgs = {
  [Name in keyof KeyAssignmentsQuery]?: pulumi.Input<KeyAssignmentsQuery[Name]>;
} & {
  /** `openrouter` (default) or `modelgates`. */
  service?: pulumi.Input<ServiceName | undefined>;
  /** Any other address of the same API. The key must be stated in the same place: see "Where settings come from". */
  baseUrl?: pulumi.Input<string | undefined>;
};

/*
 * This object's code is serialized into the state and run from there, also by `destroy` and `refresh` years later and
 * where the package is no longer installed. So it uses nothing of this module, and only `check`, which runs beside the
 * program, requires the package (by name: it is resolved from the program's folder).
 */
const provider = {
  configuration: undefined as StackConfiguration | undefined,

  async configure(request: { config: StackConfiguration }): Promise<void> {
    this.configuration = request.config;
  },

  async check(_olds: unknown, news: Record<string, unknown>): Promise<CheckedInputs> {
    const implementation: typeof import("../provider/dynamic-provider") = require("pulumi-guardrails/dynamic-provider");
    return implementation.checkKeyAssignments(this.configuration ?? { get: () => undefined }, news);
  },

  /** Only what is assigned counts as a change: not when, by which clock, with how many requests or which key it was read. */
  async diff(
    _id: string,
    olds: Record<string, unknown>,
    news: Record<string, unknown>,
  ): Promise<{ changes: boolean }> {
    const content = (inputs: Record<string, unknown>): string => {
      const { __provider, snapshot, ...args } = inputs;
      const { readAt, clock, requests, signature, ...rest } = JSON.parse(
        typeof snapshot === "string" ? snapshot : "{}",
      );
      return JSON.stringify([Object.entries(args).sort(), rest]);
    };
    return { changes: content(olds) !== content(news) };
  },

  async create(inputs: Record<string, unknown>): Promise<{ id: string; outs: Record<string, unknown> }> {
    return { id: "key-assignments", outs: inputs };
  },

  async update(
    _id: string,
    _olds: unknown,
    news: Record<string, unknown>,
  ): Promise<{ outs: Record<string, unknown> }> {
    return { outs: news };
  },

  async read(
    id: string,
    props: Record<string, unknown>,
  ): Promise<{ id: string; props: Record<string, unknown> }> {
    return { id, props };
  },

  async delete(): Promise<void> {},
};

/**
 * The key assignments of an account as a resource: read at every preview and deployment, kept in the state, shown as a
 * change when an assignment changes, and visible to policies as evidence.
 *
 * @example
 * const listed = new KeyAssignments("assignments");
 * export const unlisted = listed.missingRows;
 */
export class KeyAssignments extends pulumi.dynamic.Resource {
  /** The snapshot as one canonical JSON text: rows as structured properties would slow every deployment down. */
  declare readonly snapshot: pulumi.Output<string>;

  /** Sorted by key hash, then id; no duplicates. */
  readonly assignments: pulumi.Output<readonly KeyAssignment[]>;
  /** How many assignments the service counts in all, those of deleted keys and those filtered out included. */
  readonly totalCount: pulumi.Output<number>;
  /** Assignments the service counts but does not list: those of deleted keys. null for a page, which cannot tell. */
  readonly missingRows: pulumi.Output<number | null>;
  /** What part of the list this is. */
  readonly scope: pulumi.Output<SnapshotScope>;
  /** When the list was read (ISO 8601). For an unchanged resource: when it last changed. */
  readonly readAt: pulumi.Output<string>;

  /** @throws pulumi.RunError for an argument it does not know, and for a management key not set as a secret */
  constructor(name: string, args: KeyAssignmentsArgs = {}, options: pulumi.CustomResourceOptions = {}) {
    refuseWrongUse(args);
    refuseWhatIsShown(args);
    const hideDiffs = [...(options.hideDiffs ?? []), "snapshot"];
    super(
      provider,
      name,
      { ...args, snapshot: undefined, [statementName]: writeStatement(stackConfiguration) },
      { ...options, hideDiffs },
      "guardrails",
      "KeyAssignments",
    );
    const parsed = this.snapshot.apply((text: string | undefined) =>
      text === undefined ? notKnown() : pulumi.output(knownSnapshot(text)),
    );
    this.assignments = parsed.apply(({ assignments }) => assignments) as pulumi.Output<
      readonly KeyAssignment[]
    >;
    this.totalCount = parsed.apply(({ totalCount }) => totalCount);
    this.missingRows = parsed.apply(({ missingRows }) => missingRows);
    this.scope = parsed.apply(({ scope }) => scope) as pulumi.Output<SnapshotScope>;
    this.readAt = parsed.apply(({ readAt }) => readAt);
  }
}

/**
 * Where the engine gives no value (mocks of a unit test, an `up` of other targets) nothing is known: neither a list nor an
 * error. What follows from an output that is not known is not run.
 */
function notKnown(): pulumi.Output<KeyAssignmentsSnapshot> {
  return pulumi.output(pulumi.unknown).apply((): KeyAssignmentsSnapshot => {
    throw new Error("an unknown output was resolved");
  });
}

function knownSnapshot(text: string): KeyAssignmentsSnapshot {
  const snapshot = parseSnapshot(text);
  if (snapshot !== undefined) return snapshot;
  throw runError(
    "could not verify: the state of a KeyAssignments resource holds no snapshot this version reads.",
  );
}

/** What keeps a function from reading keeps the resource from it too: that is one error, not one of each. */
function refuseWhatIsShown({ service, baseUrl }: KeyAssignmentsArgs): void {
  try {
    resolveSettings({
      args: argumentSource({ service, baseUrl }),
      stack: stackSource(stackConfiguration),
      environment: process.env,
    });
  } catch (error) {
    if (error instanceof GuardrailsError && isShown(error)) throw asRunError(error);
    // Else the provider tells, which knows arguments that are outputs too.
  }
}

function refuseWrongUse(args: object): void {
  try {
    refuseWrongStackConfiguration();
    refuseUnknownArguments(args, {
      caller: "KeyAssignments",
      known: argumentNames,
      elsewhere: "The management key is never one: inputs are kept in the state.",
    });
  } catch (error) {
    throw asRunError(error);
  }
}
