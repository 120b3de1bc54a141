import { contentsOf, namesIn } from "../json";
import type { Credential } from "../settings/credential";
import { AttemptFailed, cutOff, malformed } from "./failure";

/**
 * Names, labels, ids and times are far shorter. A text as long as a page is a fault or an attack: to look for secrets in
 * it takes longer than any limit of time is noticed.
 */
export const longestText = 10_000;
/**
 * A page has a hundred rows, each of thirty values at the most. What has so many more is worked on for longer than any limit
 * of time is noticed: each row that breaks the contract costs far more than to read it.
 */
const longestList = 10_000;
const mostValues = 200_000;

const leakedKey = "Rotate that key: whoever can write to the list, or sits in between, knows it.";

/**
 * The value that the body of a 200 answer says.
 * @throws AttemptFailed where it is none, or not one to be looked at any further
 */
export function bodyOf(contentType: string | null, text: string, credential: Credential): unknown {
  const body = parseJson(contentType ?? "", text);
  const contents = contentsOf(body, mostValues);
  if (contents === undefined) throw refused(`the answer holds more than ${mostValues} values`);
  if (contents.longestList > longestList) {
    throw refused(
      `the answer holds a list of ${contents.longestList} entries, more than the ${longestList} of any page`,
    );
  }
  const { texts, properties } = contents;
  if (namesIn(text) > properties) throw refused("the answer gives a name twice in one object");
  let longest = 0;
  for (const one of texts) longest = Math.max(longest, one.length);
  if (longest > longestText) {
    throw refused(
      `the answer holds a text of ${longest} characters, more than the ${longestText} of any field`,
    );
  }
  // Rows end in output, state and reports, where the key must never be; in the text JSON's own escapes may hide it.
  if (credential.isIn(texts)) {
    throw refused("the answer repeats the management key", leakedKey);
  }
  return body;
}

function parseJson(contentType: string, text: string): unknown {
  const charset = /charset="?([\w-]+)/iu.exec(contentType)?.[1] ?? "utf-8";
  if (!/^application\/([\w.-]+\+)?json\b/iu.test(contentType)) {
    throw refused("the answer is not JSON by its content type");
  }
  if (!/^utf-?8$/iu.test(charset)) throw refused("the answer is not in UTF-8");
  try {
    return JSON.parse(text);
  } catch {
    if (endsEarly(text)) throw new AttemptFailed(cutOff);
    // The parser's message quotes its input, which may hold anything.
    throw refused("the answer is not valid JSON");
  }
}

/** Whether a text that is not JSON has nothing in it, or ends within an object, a list or a text. */
function endsEarly(text: string): boolean {
  let depth = 0;
  let isInText = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === "\\" && isInText) at += 1;
    else if (character === '"') isInText = !isInText;
    else if (isInText) continue;
    else if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]") depth -= 1;
  }
  return isInText || depth > 0 || text.trim() === "";
}

function refused(what: string, advice?: string): AttemptFailed {
  return new AttemptFailed(malformed(what, advice));
}
