import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
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
  InvokeRequest,
  type InvokeResponse,
  UpdateRequest,
  type UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { z } from "zod";
import { NodeChild } from "./node-child";
import { concealLike, fromStruct, type Properties, reveal, toStruct } from "./properties";
import type { Pass } from "./request";
import type { Checked, ResourceProvider } from "./resource-provider";
import { ask, connect } from "./rpc";
import { RunFailed } from "./run-failed";

/** A provider plugin in its process, for one provider resource. It takes secrets and answers with them. */
export interface ProviderPlugin {
  /** The life of the provider resource: it is checked in plain, and configured with its secrets marked. */
  readonly ofItself: ResourceProvider;
  /** The life of the resources that it provides. */
  readonly ofResources: ResourceProvider;
  invoke(token: string, args: Properties): Promise<InvokeResponse>;
}

const manifest = z.object({ main: z.string() });

/** Starts the plugin of a package that the project names. */
export async function startPlugin(
  packageName: string,
  providerName: string,
  pass: Pass,
): Promise<ProviderPlugin> {
  const directory = pass.request.program.plugins[packageName];
  if (directory === undefined) {
    throw new RunFailed(`no resource plugin 'pulumi-resource-${packageName}' is named by the project`);
  }
  const { main } = manifest.parse(JSON.parse(await readFile(join(directory, "package.json"), "utf8")));
  const child = new NodeChild({
    name: `the plugin of ${packageName}`,
    command: { script: main },
    directory,
    args: [pass.engine],
    env: {},
    pass,
  });
  const client = connect(ResourceProviderClient, await child.port(), pass.end);

  async function configure(inputs: Properties): Promise<void> {
    const request = new ConfigureRequest().setArgs(toStruct(inputs)).setName(providerName);
    await ask((callback) => client.configure(request.setAcceptsecrets(true), callback));
  }

  return {
    ofItself: {
      // At preview, too, its resources need it configured.
      supportsPreview: true,
      check: async (olds, news) => {
        const request = new CheckRequest().setOlds(toStruct(reveal(olds))).setNews(toStruct(reveal(news)));
        const { inputs, failures } = checked(
          await ask<CheckResponse>((callback) => client.checkConfig(request, callback)),
        );
        return { inputs: concealLike(inputs, news), failures };
      },
      diff: async (_id, _olds, oldInputs, news) => {
        const request = new DiffRequest()
          .setOlds(toStruct(reveal(oldInputs)))
          .setNews(toStruct(reveal(news)));
        const response = await ask<DiffResponse>((callback) => client.diffConfig(request, callback));
        const changed = response.getChanges() === DiffResponse.DiffChanges.DIFF_SOME;
        // As the engine does: without a difference, what was there before.
        if (!changed) await configure(oldInputs);
        return changed;
      },
      create: async (inputs) => {
        await configure(inputs);
        return { id: randomUUID(), outputs: inputs };
      },
      update: async (_id, _olds, news) => {
        await configure(news);
        return news;
      },
      delete: async () => {},
    },

    ofResources: {
      supportsPreview: true,
      check: async (olds, news) => {
        const request = new CheckRequest().setOlds(toStruct(olds)).setNews(toStruct(news));
        return checked(await ask<CheckResponse>((callback) => client.check(request, callback)));
      },
      diff: async (id, olds, oldInputs, news) => {
        const request = new DiffRequest().setId(id).setOlds(toStruct(olds)).setNews(toStruct(news));
        request.setOldInputs(toStruct(oldInputs));
        const response = await ask<DiffResponse>((callback) => client.diff(request, callback));
        return response.getChanges() === DiffResponse.DiffChanges.DIFF_SOME;
      },
      create: async (inputs, preview) => {
        const request = new CreateRequest().setProperties(toStruct(inputs)).setPreview(preview);
        const response = await ask<CreateResponse>((callback) => client.create(request, callback));
        return { id: preview ? "" : response.getId(), outputs: fromStruct(response.getProperties()) };
      },
      update: async (id, olds, news, preview) => {
        const request = new UpdateRequest().setId(id).setOlds(toStruct(olds)).setNews(toStruct(news));
        request.setPreview(preview);
        const response = await ask<UpdateResponse>((callback) => client.update(request, callback));
        return fromStruct(response.getProperties());
      },
      delete: async (id, olds) => {
        const request = new DeleteRequest().setId(id).setProperties(toStruct(olds));
        await ask((callback) => client.delete(request, callback));
      },
    },

    invoke: (token, args) => {
      const request = new InvokeRequest().setTok(token).setArgs(toStruct(args));
      return ask<InvokeResponse>((callback) => client.invoke(request, callback));
    },
  };
}

function checked(response: CheckResponse): Checked {
  return {
    inputs: fromStruct(response.getInputs()),
    failures: response.getFailuresList().map((failure) => failure.getReason()),
  };
}
