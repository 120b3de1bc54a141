/** With fewer characters than that a form would turn up in texts that have nothing to do with the secret. */
const shortestSecret = 12;

/**
 * How a secret looks inside a longer text that was encoded: in hexadecimal digits, and in base64 and base64url, where that
 * depends on how many bytes stand before it. Only characters that no neighbour changes are part of a form.
 */
export function encodedForms(secret: string): readonly string[] {
  const known = made.get(secret);
  if (known !== undefined) return known;
  const forms =
    secret.length < shortestSecret ? [] : [...new Set([...hexadecimal(secret), ...base64(secret)])];
  made.set(secret, forms);
  return forms;
}

/** Every text is searched for them. */
const made = new Map<string, readonly string[]>();

function hexadecimal(secret: string): readonly string[] {
  const digits = Buffer.from(secret).toString("hex");
  return [digits, digits.toUpperCase()];
}

function base64(secret: string): readonly string[] {
  return [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
    // Six bits a character: the first that holds nothing of what stands before, the last that holds nothing of what follows.
    const [from, to] = [Math.ceil((before * 8) / 6), Math.floor((bytes.length * 8) / 6)];
    return (["base64", "base64url"] as const).map((encoding) => bytes.toString(encoding).slice(from, to));
  });
}
