import * as pulumi from "@pulumi/pulumi";
import { type KeyAssignmentsQuery, parseQuery, queryNames } from "../provider/assignments/query";
import type { Abortable } from "../provider/assignments/reading";
import type { KeyAssignmentsSnapshot } from "../provider/assignments/snapshot";
import type { KeyAssignmentsClientOptions } from "../provider/client";
import { GuardrailsError } from "../provider/errors";
import { limitNames } from "../provider/settings/limits";
import { argumentSource, resolveSettings, stackSource } from "../provider/settings/settings";
import { SharedReads } from "../provider/shared-reads";
import { asRunError } from "./run-error";
import { refuseWrongStackConfiguration, stackConfiguration } from "./stack-configuration";

/**
 * Which assignments, from where. Everything may be left out: then it is the whole list of the account that the stack
 * configuration (`guardrails:…`) or the environment (`GUARDRAILS_…`) names.
 */
export interface GetKeyAssignmentsArgs extends KeyAssignmentsQuery, KeyAssignmentsClientOptions {}

/** The same, where each may be the output of a resource. */
export type GetKeyAssignmentsOutputArgs = {
  [Name in keyof GetKeyAssignmentsArgs]?: pulumi.Input<GetKeyAssignmentsArgs[Name]>;
};

const argumentNames: readonly string[] = [
  "service",
  "baseUrl",
  "managementKey",
  ...limitNames,
  ...queryNames,
];

/** One program, one read per configuration: every call sees the same list. */
const reads = new SharedReads(true);

/**
 * Reads which guardrail is assigned to which API key: the whole list, proven complete, at preview and at deployment.
 *
 * Calls with the same service, address, key and limits share one read, filters being applied to its result; a call for a
 * single page, or with a `signal` of its own, reads by itself.
 *
 * @example
 * const { assignments } = await getKeyAssignments({ keyNames: ["prod-gateway"] });
 * @throws pulumi.RunError that says what to fix, when the list cannot be had or cannot be proven complete
 */
export async function getKeyAssignments(
  args: GetKeyAssignmentsArgs = {},
  options: Abortable = {},
): Promise<KeyAssignmentsSnapshot> {
  try {
    refuseUnknownArguments(args);
    refuseWrongStackConfiguration();
    const { guardrailId, keyHashes, keyNames, offset, limit } = args;
    const scope = parseQuery({ guardrailId, keyHashes, keyNames, offset, limit });
    const settings = resolveSettings({
      args: argumentSource({ ...args }),
      stack: stackSource(stackConfiguration),
      environment: process.env,
    });
    return await reads.read(settings, scope, options.signal);
  } catch (error) {
    throw asRunError(error);
  }
}

/**
 * `getKeyAssignments` for arguments that other resources give. The result is known at preview if the arguments are, and
 * is secret only if one of them other than `managementKey` is: the list itself holds no secret.
 */
export function getKeyAssignmentsOutput(
  args: GetKeyAssignmentsOutputArgs = {},
): pulumi.Output<KeyAssignmentsSnapshot> {
  const { managementKey, ...rest } = args;
  const key = pulumi.unsecret(pulumi.output(managementKey));
  return pulumi.all([pulumi.output(rest), key]).apply(([known, knownKey]) =>
    getKeyAssignments({
      ...(known as GetKeyAssignmentsArgs),
      managementKey: knownKey as string | undefined,
    }),
  );
}

function refuseUnknownArguments(args: object): void {
  if (Object.keys(args).every((name) => argumentNames.includes(name))) return;
  throw new GuardrailsError("configuration", {
    what: "getKeyAssignments was given an argument it does not know",
    advice: `It knows ${argumentNames.join(", ")}.`,
  });
}
