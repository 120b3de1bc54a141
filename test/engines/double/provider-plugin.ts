import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { InvokeResponse } from "@pulumi/pulumi/proto/provider_pb";
import * as z from "zod";
import { NodeChild } from "./node-child";
import { type Failure, PluginClient } from "./plugin-client";
import { concealLike, type Properties, reveal } from "./properties";
import type { Pass } from "./request";
import type { ResourceProvider } from "./resource-provider";
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

/** Starts the plugin of a package that the project names, for the provider resource of this URN. */
export async function startPlugin(
  packageName: string,
  { urn, name }: { readonly urn: string; readonly name: string },
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
  const client = new PluginClient(await child.port(), pass.end);
  const configure = (inputs: Properties): Promise<void> => client.configure(name, inputs);

  return {
    ofItself: {
      // At preview, too, its resources need it configured.
      supportsPreview: true,
      check: async (olds, news) => {
        const { inputs, failures } = await client.checkConfig(urn, reveal(olds), reveal(news));
        return { inputs: concealLike(inputs, news), failures: reasonsOf(failures) };
      },
      diff: async (_id, _olds, oldInputs, news) => {
        const { changed } = await client.diffConfig(urn, reveal(oldInputs), reveal(news));
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
        const { inputs, failures } = await client.check(olds, news);
        return { inputs, failures: reasonsOf(failures) };
      },
      diff: async (id, olds, oldInputs, news) => (await client.diff(id, olds, oldInputs, news)).changed,
      create: async (inputs, preview) => {
        const { id, outputs } = await client.create(inputs, preview);
        return { id: preview ? "" : id, outputs };
      },
      update: (id, olds, news, preview) => client.update(id, olds, news, preview),
      delete: (id, olds) => client.delete(id, olds),
    },

    invoke: (token, args) => client.invoke(token, args),
  };
}

function reasonsOf(failures: readonly Failure[]): string[] {
  return failures.map(({ reason }) => reason);
}
