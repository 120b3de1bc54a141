/**
 * Named rather than subtracted: a developer's credentials (GUARDRAILS_*, OPENROUTER_*, MODELGATES_*, PULUMI_*) must
 * not reach a test, whatever they are called. NODE_V8_COVERAGE lets c8 see into the children.
 */
const inherited =
  /^(PATH|HOME|USER|LANG|LC_\w+|TZ|TMPDIR|TEMP|TMP|SystemRoot|ComSpec|PATHEXT|APPDATA|USERPROFILE|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|SSL_CERT_DIR|NODE_V8_COVERAGE)$/i;

/** The environment of an engine's process: the machine's own, then each layer; `undefined` removes a variable. */
export function engineEnvironment(
  ...sources: readonly Readonly<Record<string, string | undefined>>[]
): Record<string, string> {
  const machine = Object.entries(process.env).filter(([name]) => inherited.test(name));
  const merged: Record<string, string | undefined> = Object.assign(Object.fromEntries(machine), ...sources);
  return Object.fromEntries(
    Object.entries(merged).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
