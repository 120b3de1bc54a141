import { parseArgs } from "node:util";
import { startAsAsked, startOptions } from "./start-options";

const listed = Object.entries(startOptions).map(
  ([name, { value, says }]) => `  ${`--${name} ${value}`.padEnd(20)} ${says}\n`,
);
const USAGE = `usage: node dist/local-service/main.js [options]
${listed.join("")}  --with-parent        end when standard input closes
Prints one line of JSON, {"baseUrl":…,"managementKey":…}, once it listens.
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { ...startOptions, "with-parent": { type: "boolean", default: false } },
  });
  const { "with-parent": withParent, "keys-per-page": keysPerPage, ...asked } = values;
  const service = await startAsAsked({ ...asked, keysPerPage });
  process.stdout.write(
    `${JSON.stringify({ baseUrl: service.baseUrl, managementKey: service.managementKey })}\n`,
  );

  const end = (): void => {
    process.stdin.destroy();
    void service.close();
  };
  process.once("SIGTERM", end);
  process.once("SIGINT", end);
  if (withParent) process.stdin.once("end", end).resume();
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n${USAGE}`);
  process.exitCode = 2;
});
