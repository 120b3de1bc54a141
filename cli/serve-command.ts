import { once } from "node:events";
import { setInterval } from "node:timers/promises";
import type { Command } from "commander";
import type { LocalService } from "../local-service/behaviour";
import { type StartOptions, startAsAsked, startOptions } from "../local-service/start-options";
import type { CommandContext } from "./command-context";
import { addHelp, examples } from "./help";

/** Adds `pulumi-guardrails serve`, which runs until the signal aborts. */
export function addServeCommand(
  program: Command,
  { out, signal, invocation, environment }: CommandContext,
): void {
  const command = program
    .command("serve")
    .description("Run a local service that behaves like the real ones, for trying things out.");
  for (const [name, { value, says }] of Object.entries(startOptions)) {
    command.option(`--${name} <${value}>`, says);
  }
  addHelp(command, [
    "It listens on this machine only and serves an account of made-up keys. Its management key works nowhere else. " +
      "It runs until Ctrl-C (exit status 130; SIGTERM: 143), or until the npx that started it ends. Wrong usage ends with 2.",
    examples(invocation, [
      "serve",
      "serve --port 8787 --rows 1000 --unassigned 3",
      "serve --flavour modelgates --latency 200",
    ]),
  ]);
  command.action(async (options: StartOptions) => {
    const parent = process.ppid;
    const service = await startAsAsked(options);
    try {
      out(howToUse(service, options, invocation));
      if (signal.aborted) return;
      const ended = once(signal, "abort");
      await (environment["npm_command"] === "exec"
        ? Promise.race([ended, parentEnd(parent, signal)])
        : ended);
      out(howToEnd(options));
    } finally {
      await service.close();
    }
  });
}

const lookEvery = 1_000;

/**
 * When another process becomes the parent. Somebody who ends npx means this service, and npx ends without passing the signal
 * on. Without npx a parent may end while the service is to stay, as the shell of a pipeline's step does.
 */
async function parentEnd(parent: number, signal: AbortSignal): Promise<void> {
  for await (const _ of setInterval(lookEvery, undefined, { signal })) {
    if (process.ppid !== parent) return;
  }
}

const isPowerShell = process.platform === "win32";

/** What it tells people to set. */
function variablesFor({ flavour }: Pick<StartOptions, "flavour">) {
  const always = ["GUARDRAILS_BASE_URL", "GUARDRAILS_MANAGEMENT_KEY"] as const;
  return flavour === undefined ? always : ([...always, "GUARDRAILS_SERVICE"] as const);
}

/** As long as the variables are set, everything asks the service that is gone. */
function howToEnd(options: StartOptions): string {
  const names = variablesFor(options);
  const unset = isPowerShell
    ? `Remove-Item ${names.map((name) => `Env:${name}`).join(", ")}`
    : `unset ${names.join(" ")}`;
  return `\nThe local service has ended. Where its variables are set:\n\n${unset}\n`;
}

function howToUse(
  { baseUrl, managementKey }: LocalService,
  { flavour }: StartOptions,
  invocation: string,
): string {
  const values = {
    GUARDRAILS_BASE_URL: baseUrl,
    GUARDRAILS_MANAGEMENT_KEY: managementKey,
    GUARDRAILS_SERVICE: flavour,
  };
  const settings = variablesFor({ flavour }).map((name) =>
    isPowerShell ? `$env:${name} = "${values[name]}"` : `export ${name}=${values[name]}`,
  );
  return `The local service runs until Ctrl-C. In another terminal, in this folder:

${settings.join("\n")}
${invocation} init --yes
${invocation} check
`;
}
