import { isDeepStrictEqual } from "node:util";
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
  UpdateRequest,
  type UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import type { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { NodeChild } from "./node-child";
import { concealLike, fromStruct, type Properties, reveal, toStruct } from "./properties";
import type { Pass } from "./request";
import type { ResourceProvider } from "./resource-provider";
import { ask, connect } from "./rpc";

/**
 * Starts the process that runs the dynamic resources' own code, configured with the stack's configuration. It takes no
 * secrets: they are sent in plain, and what comes back under the same name is secret again, as the engine does it.
 */
export async function startDynamicProvider(config: Properties, pass: Pass): Promise<ResourceProvider> {
  const { directory, project } = pass.request.program;
  const child = new NodeChild({
    name: "the dynamic provider",
    command: "dynamic-provider",
    directory,
    args: [pass.engine],
    env: { PULUMI_PROJECT: project, PULUMI_NODEJS_PROJECT: project, PULUMI_CONFIG: "{}" },
    pass,
  });
  const client = connect(ResourceProviderClient, await child.port(), pass.end);
  const struct = (properties: Properties) => toStruct(reveal(properties));

  const configure = new ConfigureRequest();
  configure.setArgs(struct(config));
  await ask((callback) => client.configure(configure, callback));

  return {
    supportsPreview: false,
    async check(olds, news) {
      const request = new CheckRequest();
      request.setOlds(struct(olds));
      request.setNews(struct(news));
      const response = await ask<CheckResponse>((callback) => client.check(request, callback));
      return {
        inputs: concealLike(fromStruct(response.getInputs()), news),
        failures: response.getFailuresList().map((failure) => failure.getReason()),
      };
    },

    async diff(id, olds, oldInputs, news) {
      const request = new DiffRequest();
      request.setId(id);
      request.setOlds(struct(olds));
      request.setOldInputs(struct(oldInputs));
      request.setNews(struct(news));
      const changes = (await ask<DiffResponse>((callback) => client.diff(request, callback))).getChanges();
      if (changes === DiffResponse.DiffChanges.DIFF_UNKNOWN) {
        return !isDeepStrictEqual(oldInputs, news);
      }
      return changes === DiffResponse.DiffChanges.DIFF_SOME;
    },

    async create(inputs) {
      const request = new CreateRequest();
      request.setProperties(struct(inputs));
      const response = await ask<CreateResponse>((callback) => client.create(request, callback));
      return { id: response.getId(), outputs: concealLike(fromStruct(response.getProperties()), inputs) };
    },

    async update(id, olds, news) {
      const request = new UpdateRequest();
      request.setId(id);
      request.setOlds(struct(olds));
      request.setNews(struct(news));
      const response = await ask<UpdateResponse>((callback) => client.update(request, callback));
      return concealLike(fromStruct(response.getProperties()), news);
    },

    async delete(id, olds) {
      const request = new DeleteRequest();
      request.setId(id);
      request.setProperties(struct(olds));
      await ask<Empty>((callback) => client.delete(request, callback));
    },
  };
}
