import { realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import {
  type AnalyzeDiagnostic,
  type AnalyzeResponse,
  type AnalyzerInfo,
  AnalyzerStackConfigureRequest,
  ConfigureAnalyzerRequest,
  PolicyConfig,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { analyzeRequest, analyzeStackRequest, type Judged } from "./analyze-request";
import { NodeChild } from "./node-child";
import { type PolicySettings, readPolicyConfig, reconcile, schemaViolations } from "./policy-config";
import { toStruct } from "./properties";
import type { Pass, PolicyPackRequest } from "./request";
import { ask, connect } from "./rpc";
import { RunFailed } from "./run-failed";

/** A policy pack in its process, configured. */
export class PolicyPack {
  /** Name and version, as in `guardrails@v0.1.0`. */
  readonly label: string;
  readonly folder: string;
  readonly #client: AnalyzerClient;

  private constructor(client: AnalyzerClient, info: AnalyzerInfo, folder: string) {
    this.#client = client;
    this.label = `${info.getName()}@v${info.getVersion()}`;
    this.folder = folder;
  }

  /** @throws RunFailed when the pack does not start or its configuration does not fit it. */
  static async start(requested: PolicyPackRequest, pass: Pass): Promise<PolicyPack> {
    const { request, dryRun } = pass;
    const { stack, config } = request;
    const { project } = request.program;
    // The file is read first: a broken one is reported before the pack is even loaded.
    const file =
      requested.configFile === undefined
        ? new Map<string, PolicySettings>()
        : await readPolicyConfig(requested.configFile);
    const folder = await packFolder(requested.folder);
    const stackConfig = Object.entries(config).map(([key, { value }]) => [key, value] as const);
    const child = new NodeChild({
      name: `policy pack "${requested.folder}"`,
      command: "run-policy-pack",
      directory: folder,
      args: [pass.engine, folder],
      env: {
        PULUMI_NODEJS_TYPESCRIPT: "true",
        PULUMI_NODEJS_ORGANIZATION: "organization",
        PULUMI_NODEJS_PROJECT: project,
        PULUMI_NODEJS_STACK: stack,
        PULUMI_NODEJS_DRY_RUN: String(dryRun),
        PULUMI_CONFIG: JSON.stringify(Object.fromEntries(stackConfig)),
      },
      pass,
    });
    const client = connect(AnalyzerClient, await child.port(), pass.end);

    const configureStack = new AnalyzerStackConfigureRequest().setDryRun(dryRun);
    configureStack.setOrganization("organization").setProject(project).setStack(stack);
    for (const [key, value] of stackConfig) configureStack.getConfigMap().set(key, value);
    await ask((callback) => client.configureStack(configureStack, callback));

    const info = await ask<AnalyzerInfo>((callback) => client.getAnalyzerInfo(new Empty(), callback));
    await ask((callback) => client.configure(configuration(requested.folder, info, file), callback));
    return new PolicyPack(client, info, requested.folder);
  }

  /** Judges one resource by its checked inputs. */
  async analyze(resource: Judged): Promise<readonly AnalyzeDiagnostic[]> {
    const response = await ask<AnalyzeResponse>((callback) =>
      this.#client.analyze(analyzeRequest(resource), callback),
    );
    return response.getDiagnosticsList();
  }

  /** Judges all resources by their outputs. */
  async analyzeStack(resources: readonly Judged[]): Promise<readonly AnalyzeDiagnostic[]> {
    const response = await ask<AnalyzeResponse>((callback) =>
      this.#client.analyzeStack(analyzeStackRequest(resources), callback),
    );
    return response.getDiagnosticsList();
  }
}

/** By its real path, as a process started in a linked folder sees it: what the pack may require depends on that. */
async function packFolder(folder: string): Promise<string> {
  try {
    await stat(join(folder, "PulumiPolicy.yaml"));
    return await realpath(folder);
  } catch {
    throw new RunFailed(`failed to load Pulumi policy project located at "${folder}"`);
  }
}

function configuration(
  folder: string,
  info: AnalyzerInfo,
  file: ReadonlyMap<string, PolicySettings>,
): ConfigureAnalyzerRequest {
  const policies = info.getPoliciesList();
  const settings = reconcile(policies, file);
  const violations = schemaViolations(policies, settings).sort();
  if (violations.length > 0) {
    const pack = `${info.getName()} ${info.getVersion()}`;
    throw new RunFailed(...violations.map((violation) => `validating policy config: ${pack}  ${violation}`));
  }
  const request = new ConfigureAnalyzerRequest();
  for (const [name, { level, properties }] of settings) {
    // All the engine says about a policy that the pack does not have.
    if (level === undefined) {
      throw new RunFailed(
        `configuring policy pack "${info.getName()}" at "${folder}": invalid enforcement level ""`,
      );
    }
    const config = new PolicyConfig().setEnforcementlevel(level).setProperties(toStruct(properties));
    request.getPolicyconfigMap().set(name, config);
  }
  return request;
}
