/*
 * What the dynamic provider of `KeyAssignments` does at preview and deployment. The provider's code itself is serialized
 * into the state of every stack that uses it and requires this module by its public name, so this entry
 * (`pulumi-guardrails/dynamic-provider`) and the form of its exports are permanent.
 */

import { parseQuery, queryNames } from "./assignments/query";
import { writeSigned } from "./assignments/signed-snapshot";
import { messageOf } from "./errors";
import { redact } from "./redaction/sanitize";
import { argumentSource, resolveSettings, stackSource } from "./settings/settings";
import { SharedReads } from "./shared-reads";
import { refuseOtherAccount, statementName } from "./stack-statement";

/** The stack configuration as the engine hands it to a dynamic provider. */
export interface StackConfiguration {
  get(key: string): string | undefined;
}

/** What `check` answers: the inputs with the list in them, or why there is none. */
export interface CheckedInputs {
  readonly inputs?: Record<string, unknown>;
  readonly failures?: { readonly property: string; readonly reason: string }[];
}

/** How the engine writes "not known before deployment" in a dynamic provider's inputs (`@pulumi/pulumi/runtime/rpc`). */
const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Resources checked at the same time share one read; a later check reads anew. */
const reads = new SharedReads(false);

/**
 * Reads the list for one `KeyAssignments` resource. What `check` answers as inputs is visible at preview, to the program
 * and to policies: that is why the reading happens here. A failure is answered, not thrown: thrown, it prints a stack.
 */
export async function checkKeyAssignments(
  configuration: StackConfiguration,
  news: Readonly<Record<string, unknown>>,
): Promise<CheckedInputs> {
  const given = Object.fromEntries(
    ["service", "baseUrl", ...queryNames].flatMap((name) =>
      news[name] === undefined ? [] : [[name, news[name]]],
    ),
  );
  // Inputs are kept in the state, where no raw key may stand, not even as a filter for a name.
  const kept = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, redactedInput(value)]));
  if (JSON.stringify(given).includes(unknownValue)) return { inputs: { ...kept, snapshot: unknownValue } };
  try {
    refuseOtherAccount(news[statementName], (name) => configuration.get(`guardrails:${name}`));
    return { inputs: { ...kept, snapshot: await read(configuration, given) } };
  } catch (error) {
    return { inputs: kept, failures: [{ property: "", reason: messageOf(error) }] };
  }
}

function redactedInput(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redactedInput);
  return typeof value === "string" ? redact(value) : value;
}

async function read(
  configuration: StackConfiguration,
  given: Readonly<Record<string, unknown>>,
): Promise<string> {
  const { service, baseUrl, ...query } = given;
  const scope = parseQuery(query);
  const settings = resolveSettings({
    args: argumentSource({ service, baseUrl }),
    stack: stackSource((name) => configuration.get(`guardrails:${name}`)),
    environment: process.env,
  });
  return writeSigned(await reads.read(settings, scope), settings.credential);
}
