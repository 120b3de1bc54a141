import { join } from "node:path";
import { build } from "esbuild";
import { externals, ownManifest, packageFolders, root } from "./repository";

/** What runs by itself, each in one file. In one process there is one copy of everything: what one knows as secret, all do. */
export const bundles = {
  command: { entry: "cli/main.ts", file: "cli/pulumi-guardrails.js", externals: [] },
  pack: { entry: "policies/pack.ts", file: "policies/pack.js", externals },
  plugin: { entry: "provider/plugin/main.ts", file: "provider/plugin.js", externals: [] },
} as const;

export type BundleName = keyof typeof bundles;

/** The code of one of them. */
export interface Bundle {
  readonly code: string;
  /** Every file that is in it, as paths from the repository. */
  readonly inputs: readonly string[];
  /** The folders of the packages that are in it, each once, sorted. */
  readonly packages: readonly string[];
}

/** Left as it reads, not minified: whoever enforces it on an organisation may want to know what it does. */
export async function bundle(name: BundleName): Promise<Bundle> {
  const { entry, externals } = bundles[name];
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    platform: "node",
    format: "cjs",
    target: `node${ownManifest.engines.node.slice(">=".length)}`,
    external: [...externals],
    metafile: true,
    write: false,
    // Its one warning is of a large file.
    logLevel: "error",
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error("esbuild gave no file");
  const inputs = Object.keys(metafile.inputs);
  return { code: file.text, inputs, packages: packageFolders(inputs).map((folder) => join(root, folder)) };
}
