import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { mapProperties, type Properties, reveal, secret, secretContent } from "./properties";

/** A resource of the stack, as the last deployment left it or as this run sees it. */
export interface ResourceState {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** Empty for components, and while a preview cannot know it. */
  readonly id: string;
  readonly parent: string;
  /** URN of the provider resource; empty where there is none. */
  readonly provider: string;
  /** As `check` returned them. */
  readonly inputs: Properties;
  /** Those of the last deployment while the resource is unchanged. */
  readonly outputs: Properties;
  readonly dependencies: readonly string[];
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
}

export type StackState = ReadonlyMap<string, ResourceState>;

/** The stack's state on disk, its secrets encrypted. */
export class StateFile {
  readonly #path: string;
  readonly #key: Buffer;

  constructor(path: string, sealingKey: string) {
    this.#path = path;
    this.#key = Buffer.from(sealingKey, "base64");
  }

  async load(): Promise<StackState> {
    const text = await readFile(this.#path, "utf8");
    const { resources } = JSON.parse(text) as { resources: ResourceState[] };
    const open = (value: JavaScriptValue) => this.#open(value);
    return new Map(resources.map((resource) => [resource.urn, onProperties(resource, open)]));
  }

  async save(state: StackState): Promise<void> {
    const seal = (value: JavaScriptValue) => this.#seal(value);
    const resources = [...state.values()].map((resource) => onProperties(resource, seal));
    await writeFile(this.#path, JSON.stringify({ resources }, undefined, 2));
  }

  /** Secrets in plain. */
  async stackOutputs(): Promise<Properties> {
    const root = [...(await this.load()).values()].find(
      (resource) => resource.type === "pulumi:pulumi:Stack",
    );
    return reveal(root?.outputs ?? {});
  }

  #seal(value: JavaScriptValue): { content: JavaScriptValue } | undefined {
    const found = secretContent(value);
    if (!found) return undefined;
    const iv = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", this.#key, iv);
    const text = Buffer.concat([cipher.update(JSON.stringify(found.content)), cipher.final()]);
    return { content: secret(Buffer.concat([iv, cipher.getAuthTag(), text]).toString("base64")) };
  }

  #open(value: JavaScriptValue): { content: JavaScriptValue } | undefined {
    const found = secretContent(value);
    if (!found) return undefined;
    const sealed = Buffer.from(String(found.content), "base64");
    const decipher = createDecipheriv("aes-256-gcm", this.#key, sealed.subarray(0, 12));
    decipher.setAuthTag(sealed.subarray(12, 28));
    const text = Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]);
    return { content: secret(JSON.parse(text.toString())) };
  }
}

function onProperties(
  resource: ResourceState,
  replace: (value: JavaScriptValue) => { content: JavaScriptValue } | undefined,
): ResourceState {
  return {
    ...resource,
    inputs: mapProperties(resource.inputs, replace),
    outputs: mapProperties(resource.outputs, replace),
  };
}
