import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RunOptions } from "./engine";

/** Writes the file of `--policy-pack-config` into a folder of its own, as runs of one project may overlap. */
export async function policyConfigFile(
  scratch: string,
  { policyConfig }: RunOptions,
): Promise<string | undefined> {
  if (policyConfig === undefined) return undefined;
  const file = join(await mkdtemp(join(scratch, "policy-")), "config.json");
  await writeFile(file, typeof policyConfig === "string" ? policyConfig : JSON.stringify(policyConfig));
  return file;
}
