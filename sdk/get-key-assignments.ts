import type * as pulumi from "@pulumi/pulumi";
import type { Abortable } from "../provider/assignments/key-assignments-reading";
import { type KeyAssignmentsQuery, parseQuery, queryNames } from "../provider/assignments/query";
import type { KeyAssignmentsSnapshot } from "../provider/assignments/snapshot";
import type { KeyAssignmentsClientOptions } from "../provider/client";
import { type OutputArgs, reads, readWith, whenKnown } from "./data-source";

/**
 * Which assignments, from where. Everything may be left out: then it is the whole list of the account that the stack
 * configuration (`guardrails:…`) or the environment (`GUARDRAILS_…`) names.
 */
export interface GetKeyAssignmentsArgs extends KeyAssignmentsQuery, KeyAssignmentsClientOptions {}

/**
 * Reads which guardrail is assigned to which API key: the whole list, proven complete, at preview and at deployment.
 *
 * A key without a guardrail is not in it: whether every key of a name has one, `getKeys` tells.
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
  return readWith({ name: "getKeyAssignments", queryNames }, args, async (settings) => {
    const { guardrailId, keyHashes, keyNames, offset, limit } = args;
    const scope = parseQuery({ guardrailId, keyHashes, keyNames, offset, limit });
    return reads.read(settings(), scope, options.signal);
  });
}

/**
 * `getKeyAssignments` for arguments that other resources give. The result is known at preview if the arguments are, and
 * is secret only if one of them other than `managementKey` is: the list itself holds no secret.
 */
export function getKeyAssignmentsOutput(
  args: OutputArgs<GetKeyAssignmentsArgs> = {},
): pulumi.Output<KeyAssignmentsSnapshot> {
  return whenKnown(args, (known: GetKeyAssignmentsArgs) => getKeyAssignments(known));
}
