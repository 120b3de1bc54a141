import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import {
  type CheckedProperties,
  type Difference,
  failuresOf,
  PluginClient,
} from "../engines/double/plugin-client";
import { fromStruct, type Properties } from "../engines/double/properties";
import { engineEnvironment } from "../engines/environment";
import { root } from "../repository";

/** The plugin as the engine starts it, a process that is told the engine's address, asked for one stack and provider. */
export class Plugin {
  /** Resolves when the process has ended. */
  readonly ended: Promise<unknown>;
  readonly #engine: Server;
  readonly #child: ChildProcess;
  readonly #end = new AbortController();
  readonly #client: PluginClient;

  private constructor(engine: Server, child: ChildProcess, port: number) {
    this.#engine = engine;
    this.#child = child;
    this.ended = once(child, "exit");
    this.#client = new PluginClient(port, this.#end.signal);
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
    this.#end.abort();
    this.#child.kill();
    await this.ended;
    this.loseEngine();
  }

  /** As when the engine is killed: nothing is said, the connection breaks. */
  loseEngine(): void {
    this.#engine.forceShutdown();
  }

  schema(): Promise<unknown> {
    return this.#client.schema();
  }

  checkConfig(news: Properties, project = "app"): Promise<CheckedProperties> {
    const urn = `urn:pulumi:dev::${project}::pulumi:providers:guardrails::default`;
    return this.#client.checkConfig(urn, {}, news);
  }

  diffConfig(olds: Properties, news: Properties, provider = "default"): Promise<Difference> {
    const urn = `urn:pulumi:dev::app::pulumi:providers:guardrails::${provider}`;
    return this.#client.diffConfig(urn, olds, news);
  }

  configure(args: Properties, providerName = "default"): Promise<void> {
    return this.#client.configure(providerName, args);
  }

  async invoke(args: Properties = {}, token = "guardrails:index:getKeyAssignments") {
    const response = await this.#client.invoke(token, args);
    return { answer: fromStruct(response.getReturn()), failures: failuresOf(response.getFailuresList()) };
  }

  check(news: Properties = {}): Promise<CheckedProperties> {
    return this.#client.check({}, news);
  }

  diff(olds: Properties, news: Properties): Promise<Difference> {
    return this.#client.diff("x", olds, {}, news);
  }

  async create(inputs: Properties, preview = false): Promise<Properties> {
    return (await this.#client.create(inputs, preview)).outputs;
  }

  read(
    properties: Properties,
    inputs: Properties,
  ): Promise<{ readonly properties: Properties; readonly inputs: Properties }> {
    return this.#client.read("x", properties, inputs);
  }

  delete(): Promise<void> {
    return this.#client.delete("x", {});
  }

  cancel(): Promise<void> {
    return this.#client.cancel();
  }
}
