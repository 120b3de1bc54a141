/* Streams the list of the service given by its arguments and prints the rows and this process's peak memory in MiB. */
import { clientOf } from "./contestants";

async function main(): Promise<void> {
  const [baseUrl = "", managementKey = ""] = process.argv.slice(2);
  let rows = 0;
  for await (const _row of clientOf({ baseUrl, managementKey }).stream()) rows += 1;
  process.stdout.write(JSON.stringify({ rows, peak: process.resourceUsage().maxRSS / 1_024 }));
}

void main();
