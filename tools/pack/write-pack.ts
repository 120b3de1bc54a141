import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { bundle } from "../bundles/bundle";
import { externals, ownManifest, root } from "../bundles/repository";
import { thirdPartyLicenses } from "../bundles/third-party-licenses";

const names = {
  code: "index.js",
  project: "PulumiPolicy.yaml",
  manifest: "package.json",
  notices: "third-party-licenses.txt",
  readme: "README.md",
  license: "LICENSE",
};

/** What `npm install` in the folder leaves there. */
const installed = ["node_modules", "package-lock.json"];

/**
 * Writes the policy pack as a folder that can be loaded and published by itself.
 * @param folder made if it is not there; cleaned first if it is
 * @returns how many packages are bundled
 * @throws Error if the folder holds anything but an earlier pack
 */
export async function writePack(folder: string): Promise<number> {
  const { code, packages } = await bundle("pack");
  const contents = {
    [names.code]: code,
    [names.project]: await projectFile(),
    [names.manifest]: await manifestFile(),
    [names.notices]: await thirdPartyLicenses(packages, names.code),
    [names.readme]: await readFile(join(root, "tools/pack/pack-readme.md"), "utf8"),
    [names.license]: await readFile(join(root, names.license), "utf8"),
  };
  await clean(folder);
  for (const [name, text] of Object.entries(contents)) await writeFile(join(folder, name), text);
  return packages.length;
}

/** A folder named by mistake, `.` or `policies`, must not be lost. */
async function clean(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const found = await readdir(folder);
  const own = Object.values(names);
  const isPack = own.every((name) => found.includes(name));
  const foreign = found.find((name) => !isPack || ![...own, ...installed].includes(name));
  if (foreign !== undefined) throw new Error(`${folder} holds ${foreign} and is not a pack; name another`);
  await rm(folder, { recursive: true });
  await mkdir(folder);
}

const policyProject = z.object({ description: z.string(), runtime: z.string() });
const policyManifest = z.object({ name: z.string() });

/** Without a `main`: the engine publishes the folder that `main` is in. */
async function projectFile(): Promise<string> {
  return stringify(policyProject.parse(parse(await readFile(join(root, "policies", names.project), "utf8"))));
}

async function manifestFile(): Promise<string> {
  const { name } = policyManifest.parse(
    JSON.parse(await readFile(join(root, "policies", names.manifest), "utf8")),
  );
  const { version, license, engines, dependencies } = ownManifest;
  const pack = {
    name,
    version,
    private: true,
    license,
    main: names.code,
    // What else comes to lie here is not published.
    files: [names.code, names.project, names.notices],
    engines,
    dependencies: Object.fromEntries(externals.map((external) => [external, dependencies[external]])),
  };
  return `${JSON.stringify(pack, null, 2)}\n`;
}
