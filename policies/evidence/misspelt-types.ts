import { distance } from "fastest-levenshtein";
import { sortedLetters } from "../../provider/spelling-suggestions";
import type { SharedSettings, TypeSetting } from "../configuration/shared-settings";

/** A resource type in force that no resource of the stack has, while one has a type that looks like it. */
export interface NearType {
  readonly setting: TypeSetting;
  readonly configured: string;
  /** Whether somebody wrote it: else it is a default, and nobody can take it out. */
  readonly isStated: boolean;
  readonly found: string;
}

/** A resource type that somebody wrote into the configuration and that no resource of the stack has. */
export interface AbsentType {
  readonly setting: TypeSetting;
  readonly configured: string;
  /** Types of the stack that are called the same in another package: a slip, or a stranger. */
  readonly namesakes: readonly string[];
}

type Types = Pick<SharedSettings, "keyTypes" | "assignmentTypes" | "statedTypes">;

/**
 * Configured types that a stack's own may be meant by. Left alone, a misspelt type would judge nothing, and say so as a type
 * does of which there is none.
 * @param present the types of the stack's resources
 */
export function nearTypesAmong(present: ReadonlySet<string>, types: Types): readonly NearType[] {
  const others = unnamed(present, types);
  return absent(present, types).flatMap((type) =>
    others.filter((found) => isNear(type.configured, found)).map((found) => ({ ...type, found })),
  );
}

/** Types that the stack has none of, as a configuration for many stacks may name them, but for those that `nearTypesAmong` gives. */
export function absentTypesAmong(present: ReadonlySet<string>, types: Types): readonly AbsentType[] {
  const others = unnamed(present, types);
  return absent(present, types)
    .filter(({ configured, isStated }) => isStated && !others.some((found) => isNear(configured, found)))
    .map(({ setting, configured }) => ({
      setting,
      configured,
      namesakes: others.filter((found) => isNamesake(configured, found)),
    }));
}

function listsOf({ keyTypes, assignmentTypes }: Types): Readonly<Record<TypeSetting, readonly string[]>> {
  return { keyTypes, assignmentTypes: assignmentTypes.map(({ type }) => type) };
}

function absent(present: ReadonlySet<string>, types: Types): readonly Omit<NearType, "found">[] {
  const lists = listsOf(types);
  return (["keyTypes", "assignmentTypes"] as const).flatMap((setting) =>
    [...new Set(lists[setting])]
      .filter((configured) => !present.has(configured))
      .map((configured) => ({ setting, configured, isStated: types.statedTypes.includes(setting) })),
  );
}

/** Types of the stack that the configuration does not name. */
function unnamed(present: ReadonlySet<string>, types: Types): readonly string[] {
  const named: ReadonlySet<string> = new Set(Object.values(listsOf(types)).flat());
  return [...present].filter((type) => !named.has(type));
}

/** A type token, taken apart: upper case, separators and what providers write in one way or another tell nothing. */
interface Token {
  readonly pack: readonly string[];
  readonly module: readonly string[];
  readonly name: readonly string[];
}

/** Each part is compared by itself: one slip in each of them is still the same type. */
function isNear(one: string, other: string): boolean {
  const [first, second] = [tokenOf(one), tokenOf(other)];
  return (
    (isMistyped(first.pack, second.pack) || isWithin(first.pack, second.pack)) &&
    (isMistyped(first.module, second.module) || isNothing(first.module, second.module)) &&
    isSameName(first, second)
  );
}

function isNamesake(one: string, other: string): boolean {
  return isSameName(tokenOf(one), tokenOf(other));
}

/** `Key` may stand for `ApiKey`: what a thing is comes last. */
function isSameName({ name: one }: Token, { name: other }: Token): boolean {
  return isMistyped(one, other) || isEndOf(one, other) || isEndOf(other, one);
}

function tokenOf(type: string): Token {
  const [pack = "", module = "", name = ""] = type.split(":");
  const nameWords = wordsOf(name);
  const parts = module.split("/").map(wordsOf);
  // Bridged providers write the type once more into the module (`index/apiKey:ApiKey`), others only `index`, or nothing.
  const last = parts.at(-1);
  const own =
    parts.length > 1 && last !== undefined && isMistyped(last, nameWords) ? parts.slice(0, -1) : parts;
  const path = own.flat().filter((word) => word !== "index");
  // A dynamic resource's package is its language; whose it is stands in the module.
  if (isDynamic(pack))
    return { pack: path.filter((word) => word !== "dynamic"), module: [], name: nameWords };
  return { pack: wordsOf(pack).filter((word) => !ofAnyPackage.has(word)), module: path, name: nameWords };
}

function isDynamic(pack: string): boolean {
  return /^pulumi-(?:nodejs|python)$/iu.test(pack);
}

/** How a provider was made, not whose it is: `terraform-provider`, `pulumi-acme`. */
const ofAnyPackage: ReadonlySet<string> = new Set(["terraform", "provider", "pulumi"]);

function wordsOf(text: string): readonly string[] {
  const spaced = text
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, "$1 $2")
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1 $2");
  return spaced.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** But for one slip, or two in a long word. Two letters that change places are one. */
function isMistyped(one: readonly string[], other: readonly string[]): boolean {
  const [first, second] = [one.join(""), other.join("")];
  const apart = distance(first, second);
  const shorter = Math.min(first.length, second.length);
  if (shorter < 3) return apart === 0;
  return apart <= (shorter < 8 ? 1 : 2) || (apart === 2 && sortedLetters(first) === sortedLetters(second));
}

function isWithin(one: readonly string[], other: readonly string[]): boolean {
  return one.every((word) => other.includes(word)) || other.every((word) => one.includes(word));
}

function isNothing(...words: readonly (readonly string[])[]): boolean {
  return words.some(({ length }) => length === 0);
}

function isEndOf(end: readonly string[], words: readonly string[]): boolean {
  return end.length > 0 && end.every((word, index) => words[words.length - end.length + index] === word);
}
