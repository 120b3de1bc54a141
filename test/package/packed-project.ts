import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { root } from "../repository";

const run = promisify(execFile);

/** Names the tarball of a run that packs once. */
export const packedBefore = "GUARDRAILS_TEST_TARBALL";

/** A user's project that has the package as npm packs it, and nothing else but what that says it depends on. */
export interface PackedProject {
  readonly folder: string;
  readonly tarball: string;
}

/** As npm lays packages out, or as pnpm does: the package is a link into a store, where its dependencies are its siblings. */
export type Layout = "flat" | "store";

/**
 * An empty project with the packed package in it, for all tests of one `describe`. Without a registry: the tarball is
 * unpacked as npm does it, and its dependencies are those of this repository, each linked by its own name.
 */
export function usePackedProject(layout: Layout = "flat"): () => PackedProject {
  let project: PackedProject | undefined;
  before(async function () {
    this.timeout(120_000);
    const folder = await mkdtemp(join(tmpdir(), "guardrails-packed-"));
    project = { folder, tarball: await pack(folder) };
    await install(project, layout);
  });
  after(async () => {
    if (project !== undefined) await rm(project.folder, { recursive: true, force: true });
  });
  return () => {
    if (project === undefined) throw new Error("the package was not packed");
    return project;
  };
}

/** Packed once for all processes of a whole run (`pack-once.ts`), otherwise here. */
async function pack(folder: string): Promise<string> {
  return process.env[packedBefore] ?? packInto(folder);
}

/** The path of the tarball that npm would publish. */
export async function packInto(folder: string): Promise<string> {
  const argv = ["pack", "--json", "--ignore-scripts", "--offline", "--pack-destination", folder];
  const { stdout } = await run("npm", argv, { cwd: root });
  const [{ filename }] = JSON.parse(stdout);
  return join(folder, filename);
}

async function install({ folder, tarball }: PackedProject, layout: Layout): Promise<void> {
  const own = join(folder, "node_modules");
  const modules = layout === "flat" ? own : join(own, ".pnpm/pulumi-guardrails@0.1.0/node_modules");
  const installed = join(modules, "pulumi-guardrails");
  await mkdir(join(own, ".bin"), { recursive: true });
  await mkdir(installed, { recursive: true });
  await run("tar", ["-xzf", tarball, "-C", installed, "--strip-components=1"]);
  const { dependencies, bin } = JSON.parse(await readFile(join(installed, "package.json"), "utf8"));
  for (const name of Object.keys(dependencies)) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(join(root, "node_modules", name), join(modules, name));
  }
  for (const [name, file] of Object.entries<string>(bin)) {
    await chmod(join(installed, file), 0o755);
    await symlink(join(installed, file), join(own, ".bin", name));
  }
  if (layout === "store") {
    await symlink(relative(own, installed), join(own, "pulumi-guardrails"));
    // Every Pulumi program depends on the SDK itself; nothing else is in its reach.
    await mkdir(join(own, "@pulumi"));
    await symlink(join(root, "node_modules/@pulumi/pulumi"), join(own, "@pulumi/pulumi"));
  }
  const manifest = { name: "project", private: true, dependencies: { "pulumi-guardrails": "*" } };
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
}
