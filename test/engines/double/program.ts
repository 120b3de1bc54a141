import { NodeChild } from "./node-child";
import type { Pass } from "./request";
import { RunFailed } from "./run-failed";

/** What the SDK exits with after it has told the user what is wrong. */
const failureAlreadyShown = 32;

/**
 * Runs the program to its end.
 * @throws RunFailed unless it ends without an error.
 */
export async function runProgram(pass: Pass): Promise<void> {
  const { request, dryRun, engine } = pass;
  const { program, stack, config } = request;
  const entries = Object.entries(config);
  const child = new NodeChild({
    name: "the program",
    command: "run",
    directory: program.directory,
    args: [
      ...["--monitor", engine, "--engine", engine, "--organization", "organization"],
      ...["--project", program.project, "--stack", stack, "--root-directory", program.root],
      ...["--pwd", program.directory, "--parallel", "8", ...(dryRun ? ["--dry-run"] : []), program.entry],
    ],
    env: {
      PULUMI_CONFIG: JSON.stringify(Object.fromEntries(entries.map(([key, { value }]) => [key, value]))),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(
        entries.flatMap(([key, { secret }]) => (secret ? [key] : [])),
      ),
      ...(program.typescript && { PULUMI_NODEJS_TYPESCRIPT: "true" }),
    },
    pass,
  });
  child.passOutput();
  const exitCode = await child.exited;
  if (exitCode === failureAlreadyShown) throw new RunFailed();
  if (exitCode !== 0) throw new RunFailed(`Program exited with non-zero exit code: ${exitCode}`);
}
