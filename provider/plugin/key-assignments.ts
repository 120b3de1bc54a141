import { parseSnapshot, writeContent } from "../assignments/snapshot";
import { GuardrailsError } from "../errors";
import { argumentNames, readList, unknownText } from "../key-assignments-resource";
import { redactTexts } from "../redaction/sanitize";
import { type Asking, argumentsIn, settingsOf, type Told, withoutNull } from "./arguments";
import { type Properties, read, secret } from "./property-values";

const resource: Told = { name: "KeyAssignments", argumentNames };

/**
 * The inputs of a `KeyAssignments` resource with the list in them, read now: what `Check` answers is visible at preview,
 * to the program and to policies.
 * @throws GuardrailsError
 */
export async function checkKeyAssignments(given: Properties, asking: Asking): Promise<Properties> {
  // Where the program ignores changes of it, the engine gives the old list among the inputs.
  const { snapshot: _old, ...own } = given;
  const args = argumentsIn(own, resource);
  const text = args.unknown
    ? unknownText
    : await readList(args.values, (address) => settingsOf(address, asking), asking.reads);
  // What is kept in the state may hold no raw key, not even as a filter for a name.
  return { ...redactTexts(args.raw), snapshot: args.secret ? secret(text) : text };
}

/** The outputs of a `KeyAssignments` resource with these inputs. @throws GuardrailsError */
export function outputsOf(inputs: Properties): Properties {
  const text = read(inputs["snapshot"] ?? null);
  if (text.unknown) {
    return { ...inputs, totalCount: unknownText, missingRows: unknownText, readAt: unknownText };
  }
  const snapshot = parseSnapshot(text.value);
  if (snapshot === undefined) throw noSnapshot();
  const { totalCount, missingRows, readAt } = snapshot;
  return withoutNull({ ...inputs, totalCount, missingRows, readAt });
}

/** Whether the inputs ask for something else or what is assigned has changed: not how it was read. */
export function changes(olds: Properties, news: Properties): boolean {
  return contentOf(olds) !== contentOf(news);
}

/** What a resource whose state holds no list cannot be: it was not read by this provider. */
export function noSnapshot(): GuardrailsError {
  return new GuardrailsError("malformed", {
    what: "could not verify: a KeyAssignments resource holds no list",
    advice: "It cannot be imported or looked up: declare it, and it reads the account's list.",
  });
}

function contentOf(properties: Properties): string {
  const args = argumentNames.map((name) => read(properties[name] ?? null).value);
  const { value } = read(properties["snapshot"] ?? null);
  const snapshot = parseSnapshot(value);
  return JSON.stringify([args, snapshot === undefined ? value : writeContent(snapshot)]);
}
