import { Deployment } from "./deployment";
import { startDynamicProvider } from "./dynamic-provider";
import { PolicyPack } from "./policy-pack";
import { runProgram } from "./program";
import { startPlugin } from "./provider-plugin";
import { Report } from "./report";
import type { DoubleRequest, Pass, Surface } from "./request";
import { serve } from "./rpc";
import { RunFailed } from "./run-failed";
import { engineService, resourceMonitor } from "./services";
import { StateFile } from "./state";

/** Others that a project names, such as stand-ins of the official provider, are played by `acceptingProvider`. */
const playedPlugins = ["guardrails"];

/** A preview of a few resources takes seconds; this only ends what hangs. */
const passLimit = 120_000;

/**
 * Runs what is requested, and gives the exit code: 0 when the engine would allow the deployment and 1 when it would not.
 * However it settles, all its children have ended.
 */
export async function runRequest(
  request: DoubleRequest,
  surface: Surface,
  interrupted: AbortSignal,
): Promise<number> {
  const previews = request.action === "preview" || !request.skipPreview;
  const allowed =
    (!previews || (await runPass(request, surface, true, interrupted))) &&
    (request.action === "preview" || (await runPass(request, surface, false, interrupted)));
  return allowed ? 0 : 1;
}

/**
 * Runs the program once, as a preview or as an update, and judges it. Gives whether the engine would be content.
 */
async function runPass(
  request: DoubleRequest,
  surface: Surface,
  dryRun: boolean,
  interrupted: AbortSignal,
): Promise<boolean> {
  const failure = new AbortController();
  const stop = AbortSignal.any([failure.signal, interrupted, AbortSignal.timeout(passLimit)]);
  const end = new AbortController();
  const endChildren = () => end.abort();
  // However this process ends, its children end with it.
  process.once("exit", endChildren);

  const report = new Report(surface.print);
  report.line(`${dryRun ? "Previewing update" : "Updating"} (${request.stack}) with the engine double:`);
  const children: Promise<unknown>[] = [];
  const setting = { request, surface, dryRun, end: end.signal, children };
  const pass = play(setting, report, (reason) => failure.abort(reason));
  try {
    await Promise.race([pass, aborted(stop)]);
  } catch (error) {
    report.failure(error instanceof RunFailed ? error.messages : [String(error)]);
  }
  endChildren();
  process.off("exit", endChildren);
  // Where the pass was not the first to end, it still has to save the state.
  await Promise.allSettled([pass, ...children]);
  return report.conclude(dryRun ? "preview" : "update");
}

async function play(
  setting: Omit<Pass, "engine">,
  report: Report,
  fail: (reason: unknown) => void,
): Promise<void> {
  const { request, dryRun, end } = setting;
  const stateFile = new StateFile(request.stateFile, request.sealingKey);
  const deployment = new Deployment({
    project: request.program.project,
    stack: request.stack,
    dryRun,
    config: request.config,
    prior: await stateFile.load(),
    report,
    startDynamicProvider: (config) => startDynamicProvider(config, pass),
    startPlugin: (packageName, provider) => startPlugin(packageName, provider, pass),
    plugins: playedPlugins,
  });
  const engine = await serve([resourceMonitor(deployment, fail), engineService(report, fail)], end);
  const pass: Pass = { ...setting, engine };
  if (request.policyPack) {
    const pack = await PolicyPack.start(request.policyPack, pass);
    deployment.pack = pack;
    report.pack = pack;
  }
  try {
    await runProgram(pass);
    await deployment.finish();
  } finally {
    if (!dryRun) await stateFile.save(deployment.state());
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const give = () => reject(signal.reason);
    if (signal.aborted) give();
    else signal.addEventListener("abort", give, { once: true });
  });
}
