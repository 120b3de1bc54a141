import * as z from "zod";
import { whereIdsAre } from "../policies/configuration/problems";
import { guardrailUuid, type KeyAssignmentsQuery, keyHashText } from "../provider/assignments/query";
import { orList } from "../provider/counted";
import { GuardrailsError } from "../provider/errors";
import { quoted, sanitize } from "../provider/redaction/sanitize";
import { shortId } from "../provider/short-id";
import { nearNames } from "../provider/spelling-suggestions";

/** Which rows are wanted, as the command line says it. */
export interface ListFilters {
  readonly guardrailId?: string;
  readonly keyHash?: readonly string[];
  readonly keyName?: readonly string[];
}

/**
 * The filters as the reader takes them.
 * @throws GuardrailsError of kind `configuration`, which names the option and never the value
 */
export function queryOf(given: ListFilters): KeyAssignmentsQuery {
  return {
    guardrailId: optionOf("--guardrail-id", guardrailUuid.optional(), given.guardrailId, whereIdsAre),
    keyHashes: optionOf("--key-hash", z.array(keyHashText).optional(), given.keyHash),
    keyNames: optionOf("--key-name", z.array(keyName).optional(), given.keyName),
  };
}

const keyName = z.string().min(1, { error: "must not be empty" });

function optionOf<Value>(
  option: string,
  form: z.ZodType<Value>,
  given: unknown,
  advice = "The command explain finds a key by its name or the first 8 characters of its hash.",
): Value {
  const parsed = form.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new GuardrailsError("configuration", {
    what: `option ${option} ${parsed.error.issues[0]?.message}`,
    advice,
  });
}

/** What can be asked for by a filter. */
export interface Candidate {
  readonly hash: string;
  readonly name: string;
  readonly guardrailId?: string;
}

/**
 * A sentence for each filter that matches nothing, so that an empty list is not taken for an answer to another question.
 * @param listed what the filters chose from, as words that follow "of"
 */
export function describeUnmatched(
  { guardrailId, keyHashes = [], keyNames = [] }: KeyAssignmentsQuery,
  candidates: readonly Candidate[],
  listed: string,
): readonly string[] {
  const names = new Set(candidates.map(({ name }) => name));
  const hashes = new Set(candidates.map(({ hash }) => hash.toLowerCase()));
  const isAssigned = candidates.some((one) => one.guardrailId?.toLowerCase() === guardrailId);
  return [
    ...keyNames
      .filter((name) => !names.has(name))
      .map((name) => `of ${listed}, none has the key name ${quoted(name)}.${suggest(name, names)}`),
    ...keyHashes
      .filter((hash) => !hashes.has(hash))
      .map((hash) => `of ${listed}, none is of the key hash ${sanitize(shortId(hash))}.`),
    ...(guardrailId === undefined || isAssigned
      ? []
      : [`of ${listed}, none is of the guardrail ${sanitize(guardrailId)}.`]),
  ];
}

function suggest(name: string, names: ReadonlySet<string>): string {
  const near = nearNames(name, names);
  return near.length === 0 ? "" : ` Did you mean ${orList(near.map((one) => quoted(one)))}?`;
}
