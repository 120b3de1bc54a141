/** Every doubt stops the deployment: whoever has to deploy all the same is led to the way past it that leaves a trace. */
const wayPast = "Is the service down? docs/outage.md of the package pulumi-guardrails says what to do.";

/**
 * A violation with the way past it, where it tells of a doubt that settings alone did not cause; what is the same as another
 * says leads there already.
 */
export function withWayPast(text: string): string {
  const isDoubt =
    /could not (?:verify|be verified)/u.test(text) && !/^could not verify: the same as /u.test(text);
  return isDoubt ? `${text}\n${wayPast}` : text;
}
