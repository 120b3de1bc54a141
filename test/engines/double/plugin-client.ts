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
  UpdateRequest,
  type UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { fromStruct, type Properties, toStruct } from "./properties";
import { ask, connect } from "./rpc";

/** Why inputs are refused. The engine shows the value of the property that a failure names. */
export interface Failure {
  readonly property: string;
  readonly reason: string;
}

export interface CheckedProperties {
  readonly inputs: Properties;
  readonly failures: readonly Failure[];
}

export interface Difference {
  readonly changed: boolean;
  readonly replaces: readonly string[];
}

/** The engine's side of a provider plugin's protocol: one method for each of the protocol's, in plain values. */
export class PluginClient {
  readonly #client: ResourceProviderClient;

  /** Until `end` aborts. */
  constructor(port: number, end: AbortSignal) {
    this.#client = connect(ResourceProviderClient, port, end);
  }

  async schema(): Promise<unknown> {
    const request = new GetSchemaRequest();
    const response = await ask<GetSchemaResponse>((done) => this.#client.getSchema(request, done));
    return JSON.parse(response.getSchema());
  }

  async checkConfig(urn: string, olds: Properties, news: Properties): Promise<CheckedProperties> {
    const request = new CheckRequest().setUrn(urn).setOlds(toStruct(olds)).setNews(toStruct(news));
    return checked(await ask<CheckResponse>((done) => this.#client.checkConfig(request, done)));
  }

  async diffConfig(urn: string, olds: Properties, news: Properties): Promise<Difference> {
    const request = new DiffRequest().setUrn(urn).setOlds(toStruct(olds)).setNews(toStruct(news));
    return compared(await ask<DiffResponse>((done) => this.#client.diffConfig(request, done)));
  }

  async configure(providerName: string, args: Properties): Promise<void> {
    const request = new ConfigureRequest()
      .setName(providerName)
      .setArgs(toStruct(args))
      .setAcceptsecrets(true);
    await ask((done) => this.#client.configure(request, done));
  }

  invoke(token: string, args: Properties): Promise<InvokeResponse> {
    const request = new InvokeRequest().setTok(token).setArgs(toStruct(args));
    return ask<InvokeResponse>((done) => this.#client.invoke(request, done));
  }

  async check(olds: Properties, news: Properties): Promise<CheckedProperties> {
    const request = new CheckRequest().setOlds(toStruct(olds)).setNews(toStruct(news));
    return checked(await ask<CheckResponse>((done) => this.#client.check(request, done)));
  }

  async diff(id: string, olds: Properties, oldInputs: Properties, news: Properties): Promise<Difference> {
    const request = new DiffRequest().setId(id).setOlds(toStruct(olds)).setNews(toStruct(news));
    request.setOldInputs(toStruct(oldInputs));
    return compared(await ask<DiffResponse>((done) => this.#client.diff(request, done)));
  }

  async create(
    inputs: Properties,
    preview: boolean,
  ): Promise<{ readonly id: string; readonly outputs: Properties }> {
    const request = new CreateRequest().setProperties(toStruct(inputs)).setPreview(preview);
    const response = await ask<CreateResponse>((done) => this.#client.create(request, done));
    return { id: response.getId(), outputs: fromStruct(response.getProperties()) };
  }

  async update(id: string, olds: Properties, news: Properties, preview: boolean): Promise<Properties> {
    const request = new UpdateRequest().setId(id).setOlds(toStruct(olds)).setNews(toStruct(news));
    request.setPreview(preview);
    const response = await ask<UpdateResponse>((done) => this.#client.update(request, done));
    return fromStruct(response.getProperties());
  }

  async read(
    id: string,
    properties: Properties,
    inputs: Properties,
  ): Promise<{ readonly properties: Properties; readonly inputs: Properties }> {
    const request = new ReadRequest()
      .setId(id)
      .setProperties(toStruct(properties))
      .setInputs(toStruct(inputs));
    const response = await ask<ReadResponse>((done) => this.#client.read(request, done));
    return { properties: fromStruct(response.getProperties()), inputs: fromStruct(response.getInputs()) };
  }

  async delete(id: string, properties: Properties): Promise<void> {
    const request = new DeleteRequest().setId(id).setProperties(toStruct(properties));
    await ask((done) => this.#client.delete(request, done));
  }

  async cancel(): Promise<void> {
    await ask((done) => this.#client.cancel(new Empty(), done));
  }
}

export function failuresOf(list: ReturnType<CheckResponse["getFailuresList"]>): Failure[] {
  return list.map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() }));
}

function checked(response: CheckResponse): CheckedProperties {
  return { inputs: fromStruct(response.getInputs()), failures: failuresOf(response.getFailuresList()) };
}

function compared(response: DiffResponse): Difference {
  const changed = response.getChanges() === DiffResponse.DiffChanges.DIFF_SOME;
  return { changed, replaces: response.getReplacesList() };
}
