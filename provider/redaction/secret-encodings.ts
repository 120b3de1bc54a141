/** Fewer characters turn up in texts that have nothing to do with a secret, so shorter secrets cannot be looked for. */
export const shortestSecret = 12;
/** What is left of such a secret without a character at either end, or without what is no letter or digit. */
const shortestForm = 10;

/** Whether a form of a secret can be looked for. */
export function isLongEnough(form: string): boolean {
  return form.length >= shortestForm;
}

/**
 * What may stand between the characters of a secret that somebody takes apart or writes as digits. The dots of a masked
 * label (`sk-or-v1-0e6...1c96`) stay: they are where it leaves something out.
 */
const between =
  /(?!(?:\.{3}|…)(?<=sk-or-(?:v\d+|mgmt)-[\da-z]{3,4}(?:\.{3}|…))[\da-z]{3,4}(?!(?:\.{2,}|…)?[\da-z]))[^\da-z]+/u;

export const separators = new RegExp(between.source, "giu");
/** With the mark of hexadecimal numbers, which may also be a part of the secret: a text is read both ways. */
export const separatorsOfNumbers = new RegExp(`0x|${between.source}`, "giu");

/** Of a shorter one, all but its last character may be what every key begins with. */
const shortestPasted = 20;

/** A secret as it is pasted by somebody who misses the character at either end. */
export function pasted(secret: string): readonly string[] {
  return secret.length < shortestPasted ? [secret] : [secret.slice(1), secret.slice(0, -1)];
}

/**
 * How a secret looks when it is bare: as it is, and inside a longer text that was encoded in hexadecimal digits, in decimal
 * numbers or in base64, from UTF-8 or from UTF-16.
 */
export function bareForms(secret: string): readonly string[] {
  const encoded = [Buffer.from(secret), Buffer.from(secret, "utf16le")].flatMap((bytes) => [
    bytes.toString("hex"),
    bytes.join(""),
    ...base64(bytes),
  ]);
  return [...pasted(secret), ...encoded].map((form) => form.replace(separators, "").toLowerCase());
}

/** It depends on how many bytes stand before. Only characters that no neighbour changes are part of a form. */
function base64(secret: Buffer): readonly string[] {
  return [0, 1, 2].map((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), secret]);
    // Six bits a character: the first that holds nothing of what stands before, the last that holds nothing of what follows.
    const [from, to] = [Math.ceil((before * 8) / 6), Math.floor((bytes.length * 8) / 6)];
    return bytes.toString("base64").slice(from, to);
  });
}
