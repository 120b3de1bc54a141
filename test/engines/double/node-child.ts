import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { preloads } from "../quick-start";
import type { Pass, Print } from "./request";
import { RunFailed } from "./run-failed";

export interface NodeChildOptions {
  /** What messages call it. */
  readonly name: string;
  /** A command of the SDK, such as `run-policy-pack`, from the SDK that is installed for `directory`; or a script there. */
  readonly command: string | { readonly script: string };
  readonly directory: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly pass: Pass;
}

/**
 * A child process that runs one of the commands in `@pulumi/pulumi/cmd`, or a plugin. What it prints is passed on as it is, and all of
 * it to standard output: the engine shows what its children write to standard error among the diagnostics.
 */
export class NodeChild {
  /** Its exit code; 128 where a signal ended it. */
  readonly exited: Promise<number>;
  readonly #child: ChildProcess;
  readonly #name: string;
  readonly #print: Print;

  constructor(options: NodeChildOptions) {
    this.#name = options.name;
    this.#print = options.pass.surface.print;
    this.#child = spawn(process.execPath, [...scriptOf(options), ...options.args], {
      cwd: options.directory,
      env: { ...options.pass.surface.env, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
      signal: options.pass.end,
      killSignal: "SIGKILL",
    });
    this.exited = new Promise((resolve) => {
      this.#child.on("close", (code) => resolve(code ?? 128));
      // Aborting is reported as an error, too; it ends in "close" like everything else.
      this.#child.on("error", () => {});
    });
    this.#child.stderr?.on("data", this.#print);
    options.pass.children.push(this.exited);
  }

  /** Passes all of its standard output on. */
  passOutput(): void {
    this.#child.stdout?.on("data", this.#print);
  }

  /** The port it serves on, which is its first line, and passes the rest of its output on. */
  async port(): Promise<number> {
    const first = new Promise<string>((resolve) => {
      let bytes = Buffer.alloc(0);
      const read = (chunk: Buffer) => {
        bytes = Buffer.concat([bytes, chunk]);
        const end = bytes.indexOf("\n");
        if (end < 0) return;
        this.#child.stdout?.off("data", read);
        this.#print(bytes.subarray(end + 1));
        this.passOutput();
        resolve(bytes.subarray(0, end).toString());
      };
      this.#child.stdout?.on("data", read);
    });
    const line = await Promise.race([first, this.exited]);
    if (typeof line === "number")
      throw new RunFailed(`${this.#name} failed to start: it ended with exit code ${line}`);
    const port = Number(line);
    if (!Number.isInteger(port))
      throw new RunFailed(`${this.#name} printed no port, but ${JSON.stringify(line)}`);
    return port;
  }
}

function scriptOf({ name, command, directory }: NodeChildOptions): string[] {
  // Not `--require`: where the SDK sees that, it does without its ES module mode.
  const loaded = preloads.flatMap((file) => ["-r", file]);
  if (typeof command === "object") return [...loaded, join(directory, command.script)];
  try {
    const script = createRequire(join(directory, "package.json")).resolve(`@pulumi/pulumi/cmd/${command}`);
    return [...loaded, script];
  } catch {
    throw new RunFailed(`${name}: @pulumi/pulumi is not installed for it`);
  }
}
