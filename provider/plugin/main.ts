#!/usr/bin/env node
import { whenEngineIsGone } from "./engine-watch";
import { serve } from "./server";

/*
 * The provider plugin's process. The engine starts it with its own address and reads the port from the first line of
 * standard output.
 */
async function main(): Promise<void> {
  const address = process.argv.find((argument) => /^[\w.-]+:\d+$/u.test(argument));
  if (address === undefined) {
    process.stderr.write(
      "This is a provider plugin of Pulumi: pulumi starts it. See node_modules/pulumi-guardrails/docs/languages.md.\n",
    );
    process.exitCode = 2;
    return;
  }
  whenEngineIsGone(address, () => process.exit());
  process.stdout.write(`${await serve()}\n`);
}

void main();
