import { delimiter, dirname, join } from "node:path";
import { type Finished, type ProcessOptions, runProcess } from "./bounded-process";
import { engineEnvironment } from "./environment";
import { preloads } from "./quick-start";

/** A deployment of a few resources takes seconds. */
const runLimit = 240_000;
const plain = ["--non-interactive", "--color", "never"];
const nodeOptions = preloads.map((file) => `-r ${JSON.stringify(file)}`).join(" ");

/** An installed `pulumi`, run with a backend of its own inside a folder. */
export class PulumiCommand {
  readonly #command: string;

  constructor(command: string) {
    this.#command = command;
  }

  /** For the tests' own needs: a failure here is a broken test, not a verdict. Gives what it printed. */
  async manage(folder: string, args: readonly string[], input = ""): Promise<string> {
    const { exitCode, stdout, stderr } = await this.run(
      folder,
      [...args, "-C", folder],
      {},
      {
        input: { text: input, holdOpen: false },
      },
    );
    if (exitCode !== 0) throw new Error(`pulumi ${args.join(" ")}: ${stderr}`);
    return stdout;
  }

  run(
    folder: string,
    args: readonly string[],
    environment: Readonly<Record<string, string | undefined>>,
    options: Pick<ProcessOptions, "input" | "signal">,
  ): Promise<Finished> {
    const settings = {
      // The CLI looks for its language hosts on PATH. Last, so that it decides nothing else there, `node` above all.
      PATH: [process.env["PATH"] ?? "", dirname(this.#command)].join(delimiter),
      NODE_OPTIONS: nodeOptions,
      PULUMI_HOME: join(folder, "home"),
      PULUMI_BACKEND_URL: `file://${join(folder, "backend")}`,
      PULUMI_CONFIG_PASSPHRASE: "a passphrase of the tests",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    };
    return runProcess(this.#command, [...args, ...plain], {
      env: engineEnvironment(settings, environment),
      limit: runLimit,
      ...options,
    });
  }
}
