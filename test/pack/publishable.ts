import { cp, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { usePackedProject } from "../package/packed-project";

/**
 * Copies of the pack's folder as an installed package has it, outside of the repository, each of its own; gone after the
 * tests. Call it inside `describe`.
 */
export function usePackFolders(): () => Promise<string> {
  const packed = usePackedProject();
  const made: string[] = [];
  after(() => Promise.all(made.map((folder) => rm(folder, { recursive: true }))));
  return async () => {
    const folder = await realpath(await mkdtemp(join(tmpdir(), "guardrails-pack-")));
    made.push(folder);
    await cp(join(packed().folder, "node_modules/pulumi-guardrails/policies"), folder, { recursive: true });
    return folder;
  };
}
