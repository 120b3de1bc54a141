import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { credentials, Server, ServerCredentials, type ServiceError } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import {
  CheckRequest,
  type CheckResponse,
  ConfigureRequest,
  CreateRequest,
  type CreateResponse,
  DeleteRequest,
  DiffRequest,
  DiffResponse,
  GetSchemaRequest,
  type GetSchemaResponse,
  InvokeRequest,
  type InvokeResponse,
  ReadRequest,
  type ReadResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { fromStruct, type Properties, toStruct } from "../engines/double/properties";
import { engineEnvironment } from "../engines/environment";
import { root } from "../repository";

export interface Failure {
  readonly property: string;
  readonly reason: string;
}

/** The plugin as the engine starts it: a process that is told the engine's address and answers over gRPC. */
export class Plugin {
  /** Resolves when the process has ended. */
  readonly ended: Promise<unknown>;
  readonly #engine: Server;
  readonly #child: ChildProcess;
  readonly #client: ResourceProviderClient;

  private constructor(engine: Server, child: ChildProcess, port: number) {
    this.#engine = engine;
    this.#child = child;
    this.ended = once(child, "exit");
    this.#client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
  }

  /** @param script of the plugin; that of the build unless named */
  static async start(
    environment: Readonly<Record<string, string>> = {},
    script = join(root, "provider/plugin.js"),
  ): Promise<Plugin> {
    const engine = new Server();
    const address = await new Promise<string>((resolve, reject) => {
      engine.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
        error === null ? resolve(`127.0.0.1:${port}`) : reject(error),
      );
    });
    const child = spawn(process.execPath, [script, address], {
      env: engineEnvironment(environment),
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = await once(createInterface({ input: child.stdout }), "line");
    return new Plugin(engine, child, Number(line));
  }

  async close(): Promise<void> {
    this.#client.close();
    this.#child.kill();
    await this.ended;
    this.loseEngine();
  }

  /** As when the engine is killed: nothing is said, the connection breaks. */
  loseEngine(): void {
    this.#engine.forceShutdown();
  }

  async schema(): Promise<unknown> {
    const response = await ask<GetSchemaResponse>((done) =>
      this.#client.getSchema(new GetSchemaRequest(), done),
    );
    return JSON.parse(response.getSchema());
  }

  async checkConfig(news: Properties, project = "app"): Promise<{ inputs: Properties; failures: Failure[] }> {
    const request = new CheckRequest()
      .setUrn(`urn:pulumi:dev::${project}::pulumi:providers:guardrails::default`)
      .setOlds(toStruct({}))
      .setNews(toStruct(news));
    return checked(await ask<CheckResponse>((done) => this.#client.checkConfig(request, done)));
  }

  async diffConfig(
    olds: Properties,
    news: Properties,
    provider = "default",
  ): Promise<{ changed: boolean; replaces: string[] }> {
    const request = new DiffRequest()
      .setUrn(`urn:pulumi:dev::app::pulumi:providers:guardrails::${provider}`)
      .setOlds(toStruct(olds))
      .setNews(toStruct(news));
    return diffed(await ask<DiffResponse>((done) => this.#client.diffConfig(request, done)));
  }

  async configure(args: Properties, providerName = "default"): Promise<void> {
    const request = new ConfigureRequest().setArgs(toStruct(args)).setName(providerName);
    await ask((done) => this.#client.configure(request, done));
  }

  async invoke(args: Properties = {}, token = "guardrails:index:getKeyAssignments") {
    const request = new InvokeRequest().setTok(token).setArgs(toStruct(args));
    const response = await ask<InvokeResponse>((done) => this.#client.invoke(request, done));
    return { answer: fromStruct(response.getReturn()), failures: failuresOf(response.getFailuresList()) };
  }

  async check(news: Properties = {}): Promise<{ inputs: Properties; failures: Failure[] }> {
    const request = new CheckRequest().setOlds(toStruct({})).setNews(toStruct(news));
    return checked(await ask<CheckResponse>((done) => this.#client.check(request, done)));
  }

  async diff(olds: Properties, news: Properties): Promise<{ changed: boolean; replaces: string[] }> {
    const request = new DiffRequest().setOlds(toStruct(olds)).setNews(toStruct(news));
    return diffed(await ask<DiffResponse>((done) => this.#client.diff(request, done)));
  }

  async create(inputs: Properties, preview = false): Promise<Properties> {
    const request = new CreateRequest().setProperties(toStruct(inputs)).setPreview(preview);
    const response = await ask<CreateResponse>((done) => this.#client.create(request, done));
    return fromStruct(response.getProperties());
  }

  async read(
    properties: Properties,
    inputs: Properties,
  ): Promise<{ properties: Properties; inputs: Properties }> {
    const request = new ReadRequest()
      .setId("x")
      .setProperties(toStruct(properties))
      .setInputs(toStruct(inputs));
    const response = await ask<ReadResponse>((done) => this.#client.read(request, done));
    return { properties: fromStruct(response.getProperties()), inputs: fromStruct(response.getInputs()) };
  }

  async delete(): Promise<void> {
    await ask((done) => this.#client.delete(new DeleteRequest().setId("x"), done));
  }

  async cancel(): Promise<void> {
    await ask((done) => this.#client.cancel(new Empty(), done));
  }
}

function checked(response: CheckResponse): { inputs: Properties; failures: Failure[] } {
  return { inputs: fromStruct(response.getInputs()), failures: failuresOf(response.getFailuresList()) };
}

function failuresOf(list: ReturnType<CheckResponse["getFailuresList"]>): Failure[] {
  return list.map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() }));
}

function diffed(response: DiffResponse): { changed: boolean; replaces: string[] } {
  const changed = response.getChanges() === DiffResponse.DiffChanges.DIFF_SOME;
  return { changed, replaces: response.getReplacesList() };
}

function ask<Response>(
  call: (done: (error: ServiceError | null, response: Response) => void) => unknown,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    call((error, response) => (error ? reject(error) : resolve(response)));
  });
}
