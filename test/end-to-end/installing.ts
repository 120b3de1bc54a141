import assert from "node:assert/strict";
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { type ProcessOptions, runProcess } from "../engines/bounded-process";
import { engineEnvironment } from "../engines/environment";
import { textOf } from "./verdicts";

/** Installing an SDK from its registry takes a minute on a slow machine. */
export const installLimit = 300_000;

/** What a fresh checkout needs: `pulumi install`. */
export async function installSdk(folder: string): Promise<void> {
  await pulumi(["install", "-C", folder], join(folder, "home"));
}

/** Runs the CLI itself, outside of any stack, with a home of its own. */
export async function pulumi(args: readonly string[], home: string): Promise<void> {
  // npm puts a `pulumi` that only downloads one in front.
  const PATH = pathFolders().filter((path) => !path.includes(join("node_modules", ".bin")));
  const settings = { PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const env = engineEnvironment(settings, { PATH: PATH.join(delimiter) });
  await must("pulumi", [...args, "--non-interactive", "--color", "never"], { env });
}

export async function must(
  command: string,
  args: readonly string[],
  options: Omit<ProcessOptions, "limit">,
): Promise<void> {
  const finished = await runProcess(command, args, { ...options, limit: installLimit });
  assert.equal(finished.exitCode, 0, textOf(finished));
}

export async function isOnPath(name: string): Promise<boolean> {
  const found = await Promise.allSettled(
    pathFolders().map((folder) => access(join(folder, name), constants.X_OK)),
  );
  return found.some(({ status }) => status === "fulfilled");
}

function pathFolders(): string[] {
  return (process.env["PATH"] ?? "").split(delimiter);
}
