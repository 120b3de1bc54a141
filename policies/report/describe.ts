import { listed } from "../../provider/counted";
import { quoted, sanitize } from "../../provider/redaction/sanitize";
import { services } from "../../provider/settings/services";
import { shortId } from "../../provider/short-id";
import { type Finding, type KeyIdentity, keyStates, type Source } from "../findings/report";
import { calledOf, noName } from "./identity";

/** The worst state first, then by the keys' names; requirements that mean no key as they were given, in their own order. */
export function worstFirst<Item extends Pick<Finding, "state" | "key">>(
  items: readonly Item[],
): readonly Item[] {
  return items
    .map((item) => ({ item, place: `${keyStates.indexOf(item.state)} ${placeIn(item)}` }))
    .toSorted((one, other) => (one.place < other.place ? -1 : one.place > other.place ? 1 : 0))
    .map(({ item }) => item);
}

function placeIn({ state, key }: Pick<Finding, "state" | "key">): string {
  return state === "missing" ? "" : describeKey(key);
}

/** Where and when a list was read, for people. */
export function describeSource({ service, baseUrl, readAt }: Source): string {
  return `list of ${services[service].label} at ${baseUrl}, read ${readAt}`;
}

/** How a message calls a key: name, label and the first 8 of the hash, as far as they are known. */
export function describeKey(key: KeyIdentity): string {
  const { hash, label } = key;
  const called = calledOf(key);
  const details = [
    label === undefined ? undefined : sanitize(label),
    hash === undefined ? undefined : `hash ${sanitize(shortId(hash))}`,
  ].filter((detail) => detail !== undefined);
  const shown = details.join(", ");
  if (called === undefined) return shown;
  const name = called === noName ? noName : quoted(called);
  return shown === "" ? name : `${name} (${shown})`;
}

/** The most keys that a sentence names. */
const mostInSentence = 5;

/** The first of several keys by name and beginning of the hash, and how many more there are. */
export function describeKeys(keys: readonly KeyIdentity[], count = keys.length): string {
  return listed(keys.slice(0, mostInSentence).map(inSentence), mostInSentence, count);
}

function inSentence(key: KeyIdentity): string {
  const called = calledOf(key);
  const hash = key.hash === undefined ? "" : sanitize(shortId(key.hash));
  return called === undefined ? hash : `${quoted(called)} ${hash}`.trimEnd();
}

/** `OpenRouter, read 13:18:48Z`, for people who look at once; any other address than the service's own is said in full. */
export function describeRead({ service, baseUrl, readAt }: Source): string {
  const { label, baseUrl: usual } = services[service];
  const time = readAt.replace(/^.*T([\d:]+)(?:\.\d+)?Z$/u, "$1Z");
  return `${label}${baseUrl === usual ? "" : ` at ${baseUrl}`}, read ${time}`;
}
