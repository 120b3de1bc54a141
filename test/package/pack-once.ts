import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { packedBefore, packInto } from "./packed-project";

/** Before the first test, in the one process that starts the others. */
export async function mochaGlobalSetup(): Promise<void> {
  process.env[packedBefore] = await packInto(await mkdtemp(join(tmpdir(), "guardrails-tarball-")));
}

export async function mochaGlobalTeardown(): Promise<void> {
  await rm(dirname(process.env[packedBefore] ?? ""), { recursive: true });
}
