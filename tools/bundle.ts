/*
 * A part of npm run build: command, policy pack and provider plugin in one file each, beside their manifests. They start
 * faster so, and a folder that is reached through a link needs nothing around it.
 */
import { chmod, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type BundleName, bundle, bundles } from "./bundles/bundle";
import { root } from "./bundles/repository";
import { thirdPartyLicenses } from "./bundles/third-party-licenses";

const notices = join(root, "third-party-licenses.txt");
/** The pack's folder is published without what lies around it. */
const packNotices = join(root, "policies/third-party-licenses.txt");
/** What the bundles were made of. */
const record = join(root, "dist/bundles.json");

async function main(): Promise<void> {
  if (await isCurrent()) return;
  const names = Object.keys(bundles) as BundleName[];
  const made = await Promise.all(
    names.map(async (name) => {
      const { code, ...rest } = await bundle(name);
      const file = join(root, bundles[name].file);
      await writeFile(file, code);
      await chmod(file, 0o755);
      return { name, ...rest };
    }),
  );
  for (const { name, packages } of made) {
    if (name === "pack") await writeFile(packNotices, await thirdPartyLicenses(packages, "pack.js"));
  }
  const packages = [...new Set(made.flatMap((one) => one.packages))].toSorted();
  const files = Object.values(bundles).map(({ file }) => file);
  await writeFile(notices, await thirdPartyLicenses(packages, files.join(", ")));
  await writeFile(record, JSON.stringify([...new Set(made.flatMap(({ inputs }) => inputs))]));
}

/** Whether nothing that is in the bundles is newer than they are: a build after an edit elsewhere need not wait for them. */
async function isCurrent(): Promise<boolean> {
  try {
    const inputs: readonly string[] = JSON.parse(await readFile(record, "utf8"));
    const outputs = [...Object.values(bundles).map(({ file }) => join(root, file)), notices, packNotices];
    const oldest = Math.min(...(await Promise.all(outputs.map(changedAt))));
    const own = [...inputs.map((path) => join(root, path)), join(root, "package-lock.json"), __filename];
    return Math.max(...(await Promise.all(own.map(changedAt)))) < oldest;
  } catch {
    // One of them is not there.
    return false;
  }
}

async function changedAt(path: string): Promise<number> {
  return (await stat(path)).mtimeMs;
}

main().catch((error: unknown) => {
  process.stderr.write(
    `The bundles were not made: ${error instanceof Error ? error.message : String(error)}\n`,
  );
  process.exitCode = 1;
});
