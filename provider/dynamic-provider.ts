/*
 * What the dynamic provider of `KeyAssignments` does at preview and deployment. The provider's code itself is serialized
 * into the state of every stack that uses it and requires this module by its public name, so this entry
 * (`pulumi-guardrails/dynamic-provider`) and the form of its exports are permanent.
 */

import { messageOf } from "./errors";
import { argumentNames, readList, unknownText } from "./key-assignments-resource";
import { redactTexts } from "./redaction/sanitize";
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
    argumentNames.flatMap((name) => (news[name] === undefined ? [] : [[name, news[name]]])),
  );
  // Inputs are kept in the state, where no raw key may stand, not even as a filter for a name.
  const kept = redactTexts(given);
  if (JSON.stringify(given).includes(unknownText)) return { inputs: { ...kept, snapshot: unknownText } };
  try {
    refuseOtherAccount(news[statementName], (name) => configuration.get(`guardrails:${name}`));
    return { inputs: { ...kept, snapshot: await read(configuration, given) } };
  } catch (error) {
    return { inputs: kept, failures: [{ property: "", reason: messageOf(error) }] };
  }
}

function read(configuration: StackConfiguration, given: Readonly<Record<string, unknown>>): Promise<string> {
  const stack = stackSource((name) => configuration.get(`guardrails:${name}`));
  return readList(
    given,
    (address) => resolveSettings({ args: argumentSource(address), stack, environment: process.env }),
    reads,
  );
}
