import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Finished, runProcess } from "../engines/bounded-process";
import { engineEnvironment } from "../engines/environment";
import { root } from "../repository";

const tool = join(root, "dist/tools/pack.js");

/** Runs the tool as `npm run pack -- --out FOLDER` does. */
export function pack(out: string, environment: Readonly<Record<string, string>> = {}): Promise<Finished> {
  return runProcess(process.execPath, [tool, "--out", out], {
    cwd: root,
    env: engineEnvironment(environment),
    limit: 60_000,
  });
}

/** Gives new folders outside of the repository, which are gone after the tests. Call it inside `describe`. */
export function useFolders(): () => Promise<string> {
  const made: string[] = [];
  after(() => Promise.all(made.map((folder) => rm(folder, { recursive: true }))));
  return async () => {
    const folder = await realpath(await mkdtemp(join(tmpdir(), "guardrails-pack-")));
    made.push(folder);
    return folder;
  };
}
