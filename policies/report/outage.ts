import { docsFolder } from "./docs-folder";

/** Every doubt stops the deployment: whoever has to deploy all the same is led to the way past it that leaves a trace. */
const wayPast = `Is the service down? ${docsFolder}/outage.md says what to do.`;

/**
 * A violation with the way past an outage, where it tells of one; what is the same as another says leads there already.
 * @param outages what it says where the service may be down
 */
export function withWayPast(text: string, outages: ReadonlySet<string>): string {
  return [...outages].some((why) => text.includes(why)) ? `${text}\n${wayPast}` : text;
}
