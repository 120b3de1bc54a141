/**
 * What may stand between the characters of a secret that somebody takes apart or writes as digits. Two dots stay one: they
 * are where a masked key leaves something out.
 */
export const separators = /0x|\.(?!\.)|[^\da-z.]+/giu;
/** With fewer characters than that a form would turn up in texts that have nothing to do with the secret. */
const shortestForm = 12;

/**
 * How a secret looks without separators, in lower case: as it is, and inside a longer text that was encoded in hexadecimal
 * digits or in base64, from UTF-8 or from UTF-16.
 */
export function bareForms(secret: string): readonly string[] {
  const bytes = [Buffer.from(secret), Buffer.from(secret, "utf16le")];
  return [secret, ...bytes.flatMap((one) => [one.toString("hex"), ...base64(one)])]
    .map((form) => form.replace(separators, "").toLowerCase())
    .filter((form) => form.length >= shortestForm);
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
