/*
 * npm run audit: whether anything that a user gets has a known vulnerability of high severity. That is what npm installs with the
 * package, and also what stands in its bundles: those packages are dev dependencies, which `npm audit --omit=dev` leaves out.
 * Whatever is not answered counts as a vulnerability.
 */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import * as z from "zod";
import { packageFolders, root } from "./bundles/repository";

const run = promisify(execFile);

const report = z.object({
  vulnerabilities: z.record(
    z.string(),
    z.object({
      severity: z.string(),
      /** The folders it is installed in. */
      nodes: z.array(z.string()),
    }),
  ),
});
type Vulnerabilities = z.infer<typeof report>["vulnerabilities"];

async function main(): Promise<void> {
  const [installed, everything] = [await audit("--omit=dev"), await audit()];
  const bundled = await bundledFolders();
  const found = new Set([
    ...Object.entries(installed)
      .filter(([, one]) => isGrave(one))
      .map(([name]) => name),
    ...Object.entries(everything)
      .filter(([, one]) => isGrave(one) && one.nodes.some((folder) => bundled.has(folder)))
      .map(([name]) => `${name} (bundled)`),
  ]);
  if (found.size === 0) {
    process.stdout.write(
      `No known vulnerability of high severity, in what is installed and in ${bundled.size} bundled packages.\n`,
    );
    return;
  }
  process.stderr.write(
    `Vulnerable, by a high severity: ${[...found].join(", ")}. npm audit tells the rest.\n`,
  );
  process.exitCode = 1;
}

async function audit(...args: readonly string[]): Promise<Vulnerabilities> {
  // It ends with 1 where it finds something; what counts is whether it answers.
  const { stdout } = await run("npm", ["audit", "--json", ...args], {
    cwd: root,
    maxBuffer: 64 * 1024 * 1024,
  }).catch((failed: unknown) => z.object({ stdout: z.string() }).parse(failed));
  return report.parse(JSON.parse(stdout)).vulnerabilities;
}

/** The folders of the packages whose code is in a bundle, as npm names them. */
async function bundledFolders(): Promise<ReadonlySet<string>> {
  const inputs = z
    .array(z.string())
    .min(1)
    .parse(JSON.parse(await readFile(join(root, "dist/bundles.json"), "utf8")));
  return new Set(packageFolders(inputs));
}

function isGrave({ severity }: Vulnerabilities[string]): boolean {
  return severity === "high" || severity === "critical";
}

main().catch(() => {
  process.stderr.write("Could not verify: npm audit gave no report, or the bundles are not built.\n");
  process.exitCode = 1;
});
