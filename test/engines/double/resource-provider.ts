import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Properties } from "./properties";

/** What the life of a resource needs of its provider. */
export interface ResourceProvider {
  /** Whether it is asked to create and to update at preview, too, where it only says what it would give. */
  readonly supportsPreview: boolean;
  check(olds: Properties, news: Properties): Promise<Checked>;
  /** Whether there is something to update. */
  diff(id: string, olds: Properties, oldInputs: Properties, news: Properties): Promise<boolean>;
  create(
    inputs: Properties,
    preview: boolean,
  ): Promise<{ readonly id: string; readonly outputs: Properties }>;
  update(id: string, olds: Properties, news: Properties, preview: boolean): Promise<Properties>;
  delete(id: string, olds: Properties): Promise<void>;
}

export interface Checked {
  readonly inputs: Properties;
  /** Reasons; none when the inputs are accepted. */
  readonly failures: readonly string[];
}

/** In the place of a provider plugin: whatever a program declares exists, and its outputs are its inputs. */
export const acceptingProvider: ResourceProvider = {
  supportsPreview: false,
  check: async (_olds, inputs) => ({ inputs, failures: [] }),
  diff: async (_id, _olds, oldInputs, news) => !isDeepStrictEqual(oldInputs, news),
  create: async (inputs) => ({ id: randomUUID(), outputs: inputs }),
  update: async (_id, _olds, news) => news,
  delete: async () => {},
};
