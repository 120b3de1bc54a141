import { realEngine } from "./find-engine";

/** Before the first test, in the one process that starts the others: where there is no real engine, none of them looks for it. */
export async function mochaGlobalSetup(): Promise<void> {
  if ((await realEngine()) === undefined) process.env["GUARDRAILS_TEST_ENGINE"] = "double";
}
