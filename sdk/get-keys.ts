import type * as pulumi from "@pulumi/pulumi";
import type { Abortable } from "../provider/assignments/key-assignments-reading";
import type { KeyAssignmentsClientOptions } from "../provider/client";
import {
  type KeysQuery,
  type KeysSnapshot,
  keysQueryNames,
  parseKeysQuery,
} from "../provider/inventory/keys";
import { type OutputArgs, reads, readWith, whenKnown } from "./data-source";

/**
 * Which keys, from where. Everything may be left out: then it is every key of the account that the stack configuration
 * (`guardrails:…`) or the environment (`GUARDRAILS_…`) names.
 */
export interface GetKeysArgs extends KeysQuery, KeyAssignmentsClientOptions {}

/**
 * Reads every API key of every workspace, with its state and the guardrail assigned to it, if any: the whole list, proven
 * complete, at preview and at deployment. Unlike `getKeyAssignments` it shows the keys that have no guardrail. ModelGates
 * offers no such list: asked for it, this fails.
 *
 * Calls with the same service, address, key and limits share one read, filters being applied to its result; a call with a
 * `signal` of its own reads by itself.
 *
 * @example
 * const { keys } = await getKeys({ keyNames: ["prod-gateway"] });
 * const inUse = keys.filter(({ state }) => state === "active");
 * const isGuarded = inUse.length > 0 && inUse.every(({ guardrailId }) => guardrailId !== null);
 * @throws pulumi.RunError that says what to fix, when the list cannot be had or cannot be proven complete
 */
export async function getKeys(args: GetKeysArgs = {}, options: Abortable = {}): Promise<KeysSnapshot> {
  return readWith({ name: "getKeys", queryNames: keysQueryNames }, args, async (settings) => {
    const { keyHashes, keyNames } = args;
    const scope = parseKeysQuery({ keyHashes, keyNames });
    return reads.readKeys(settings(), scope, options.signal);
  });
}

/**
 * `getKeys` for arguments that other resources give. The result is known at preview if the arguments are, and is secret
 * only if one of them other than `managementKey` is: the list itself holds no secret.
 */
export function getKeysOutput(args: OutputArgs<GetKeysArgs> = {}): pulumi.Output<KeysSnapshot> {
  return whenKnown(args, (known: GetKeysArgs) => getKeys(known));
}
