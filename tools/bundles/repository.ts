import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import * as z from "zod";

/** The repository, seen from the compiled tool. */
export const root = resolve(__dirname, "../../..");

/** What the engine resolves beside a pack's code: its runner is in one, and the pack's classes must be the runner's. */
export const externals = ["@pulumi/policy", "@pulumi/pulumi"] as const;

const manifest = z.object({
  version: z.string(),
  license: z.string(),
  engines: z.object({ node: z.string().startsWith(">=") }),
  dependencies: z.record(z.string(), z.string()).and(z.record(z.enum(externals), z.string())),
});

/** The parts of the package's own manifest that the pack shares. */
export const ownManifest = manifest.parse(JSON.parse(readFileSync(join(root, "package.json"), "utf8")));

/** The folders of the packages that these files belong to, each once, sorted; as paths from the repository. */
export function packageFolders(files: readonly string[]): string[] {
  const folders = files.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/u.exec(path) ?? []);
  return [...new Set(folders)].toSorted();
}
