/*
 * npm run plugin: the provider plugin as the archives that `pulumi plugin install` takes, one for each platform. It is
 * JavaScript, so the archives differ only in how the engine starts it.
 */
import { execFile } from "node:child_process";
import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { parseArgs, promisify } from "node:util";
import { bundle } from "./bundles/bundle";
import { ownManifest, root } from "./bundles/repository";
import { thirdPartyLicenses } from "./bundles/third-party-licenses";

const platforms = ["linux-amd64", "linux-arm64", "darwin-amd64", "darwin-arm64", "windows-amd64"] as const;
const executable = "pulumi-resource-guardrails";
const { version, license, engines, dependencies } = ownManifest;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { out: { type: "string" } } });
  const out = resolve(values.out ?? join(root, "plugin"));
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  const { code, packages } = await bundle("plugin");
  for (const platform of platforms) {
    const folder = await mkdtemp(join(tmpdir(), "guardrails-plugin-"));
    const file = platform.startsWith("windows") ? await forWindows(folder) : executable;
    await writeFile(join(folder, file), code);
    await chmod(join(folder, file), 0o755);
    await copyFile(join(root, "LICENSE"), join(folder, "LICENSE"));
    await writeFile(join(folder, "third-party-licenses.txt"), await thirdPartyLicenses(packages, file));
    const archive = join(out, `${executable}-v${version}-${platform}.tar.gz`);
    await promisify(execFile)("tar", ["-czf", archive, "-C", folder, "."]);
    await rm(folder, { recursive: true });
  }
  const shown = relative(process.cwd(), out) || ".";
  process.stdout.write(`${shown} holds the provider plugin for ${platforms.join(", ")}.\n`);
}

/** Windows starts no script by its first line: there the engine's own host for Node.js does, and it needs the SDK. */
async function forWindows(folder: string): Promise<string> {
  const main = "plugin.js";
  const manifest = {
    name: executable,
    version,
    private: true,
    license,
    main,
    engines,
    dependencies: { "@pulumi/pulumi": dependencies["@pulumi/pulumi"] },
  };
  await writeFile(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  await writeFile(join(folder, "PulumiPlugin.yaml"), "runtime: nodejs\n");
  return main;
}

main().catch((error: unknown) => {
  process.stderr.write(
    `The plugin was not written: ${error instanceof Error ? error.message : String(error)}\n`,
  );
  process.exitCode = 1;
});
