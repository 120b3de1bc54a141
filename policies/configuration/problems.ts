import * as z from "zod";
import { toDotPath } from "zod/v4/core";
import { notA } from "../../provider/assignments/query";
import { GuardrailsError } from "../../provider/errors";
import { listUnknown } from "../../provider/spelling-suggestions";
import { command, docsFolder } from "../references";

/**
 * The error of a configuration that breaks its form: each value is named by its path and never shown.
 * @param what whose: `the configuration of` a rule, or a place in the stack configuration
 * @param form what it breaks, whose names may have been meant
 */
export function invalidConfiguration(what: string, error: z.ZodError, form: z.ZodType): GuardrailsError {
  const problems = error.issues.flatMap(issuesIn).map((issue) => {
    const path = toDotPath(issue.path);
    const problem =
      issue.code === "unrecognized_keys"
        ? `has the unknown setting ${listMisplaced(issue, placesIn(form))}`
        : issue.message;
    return `${path === "" ? "it" : path} ${problem}`;
  });
  return new GuardrailsError("configuration", {
    what: `could not verify: ${what} is not valid: ${problems.join("; ")}`,
    advice: error.issues.flatMap(issuesIn).some(isOfGuardrail)
      ? `${whereIdsAre} ${whereSettingsAre}`
      : whereSettingsAre,
  });
}

function isOfGuardrail({ message }: Issue): boolean {
  return message === notA.guardrail;
}

/** How to find the id of a guardrail that one knows by its name. */
export const whereIdsAre =
  `${command} list shows the names and ids of the guardrails that keys have; where the terminal ` +
  "is too narrow for the ids, add | more.";

/** What to do about a mistake that a message has named. */
export const whereSettingsAre = `Fix it: ${docsFolder}/settings.md lists the settings, and ${docsFolder}/rules has a page on each rule.`;

/** Of several forms that a value may have, what is wrong by the one that it tries to have: where that is, it tells more. */
function issuesIn(issue: Issue): readonly Issue[] {
  if (issue.code !== "invalid_union") return [issue];
  const [fitting, ...others] = issue.errors.filter((issues) => !issues.some(isOfOtherKind));
  if (fitting === undefined || others.length > 0) return [issue];
  const placed = fitting.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
  const strange = placed.filter(({ code, path }) => isUnknownName(code) && path.length === issue.path.length);
  // With an unknown setting in the place of the one that it must have, it may try to have none of them.
  if (strange.length > 0 && placed.length > strange.length) return [issue, ...strange];
  return placed.flatMap(issuesIn);
}

type Issue = z.core.$ZodIssue;

function isOfOtherKind({ code, path }: Issue): boolean {
  return path.length === 0 && !isUnknownName(code);
}

function isUnknownName(code: Issue["code"]): boolean {
  return code === "unrecognized_keys";
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>> | undefined;
  readonly items?: Schema | undefined;
  readonly anyOf?: readonly Schema[] | undefined;
}

const schema: z.ZodType<Schema> = z.lazy(() =>
  z.object({
    properties: z.record(z.string(), schema).optional(),
    items: schema.optional(),
    anyOf: z.array(schema).optional(),
  }),
);

/** Every name that a form knows, with what it is a setting of: `""` for the form itself, `requiredKeys[]` for each of a list. */
function placesIn(form: z.ZodType): ReadonlyMap<string, string> {
  const named = ({ properties = {}, items, anyOf = [] }: Schema, at: string): readonly [string, string][] => [
    ...Object.keys(properties).map((name): [string, string] => [name, at]),
    ...Object.entries(properties).flatMap(([name, inner]) =>
      named(inner, at === "" ? name : `${at}.${name}`),
    ),
    ...(items === undefined ? [] : named(items, `${at}[]`)),
    ...anyOf.flatMap((inner) => named(inner, at)),
  ];
  return new Map(named(schema.parse(z.toJSONSchema(form, { io: "input" })), ""));
}

/** What is known elsewhere belongs there; what is known nowhere may be misspelt. */
function listMisplaced(
  { keys, path }: Extract<Issue, { readonly code: "unrecognized_keys" }>,
  places: ReadonlyMap<string, string>,
): string {
  const here = toDotPath(path).replace(/\[\d+\]/gu, "[]");
  return keys
    .map((name) => {
      const place = places.get(name);
      if (place === undefined || place === here) return listUnknown([name], [...places.keys()]);
      const where =
        place === "" ? `beside ${String(path[0])}` : place.replace(/^(.*)\[\]$/u, "in an entry of $1");
      return `${name} (it belongs ${where})`;
    })
    .join(", ");
}

/** Settings that are valid one by one and contradict each other. */
export function contradiction(place: string, what: string, advice: string): GuardrailsError {
  return new GuardrailsError("configuration", {
    what: `could not verify: the configuration of ${place} contradicts itself: ${what}`,
    advice,
  });
}
