import { join } from "node:path";
import { build } from "esbuild";
import { externals, ownManifest, root } from "./repository";

/** The pack's code in one file. */
export interface Bundle {
  readonly code: string;
  /** The folders of the packages that are in it, each once, sorted. */
  readonly packages: readonly string[];
}

/** Left as it reads, not minified: whoever enforces it on an organisation may want to know what it does. */
export async function bundlePack(): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: ["policies/pack.ts"],
    bundle: true,
    platform: "node",
    format: "cjs",
    target: `node${ownManifest.engines.node.slice(">=".length)}`,
    external: [...externals],
    metafile: true,
    write: false,
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error("esbuild gave no file");
  return { code: file.text, packages: packagesOf(Object.keys(metafile.inputs)) };
}

function packagesOf(inputs: readonly string[]): string[] {
  const folders = inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/u.exec(path) ?? []);
  return [...new Set(folders)].toSorted().map((folder) => join(root, folder));
}
