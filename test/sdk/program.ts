import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { LOCAL_MANAGEMENT_KEY, type LocalService } from "../../local-service/index";

/** What a resource was registered with. */
export interface Registered {
  readonly type: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/**
 * Lets the tests of a `describe` run as a user's Pulumi program under test does: with mocks, no engine, and the stack
 * configuration a test sets. The environment's own settings are out of sight meanwhile.
 */
export function useProgram(state: () => Readonly<Record<string, unknown>> = () => ({})): Registered[] {
  const registered: Registered[] = [];
  const hidden = new Map<string, string | undefined>();
  before(async () => {
    for (const name of Object.keys(process.env)) {
      if (!/^(GUARDRAILS|OPENROUTER|MODELGATES)_/u.test(name)) continue;
      hidden.set(name, process.env[name]);
      delete process.env[name];
    }
    await pulumi.runtime.setMocks({
      newResource: ({ type, name, inputs }) => {
        registered.push({ type, inputs });
        return { id: `${name}-id`, state: { ...inputs, ...state() } };
      },
      call: () => ({}),
    });
  });
  beforeEach(() => {
    registered.length = 0;
    configure({});
  });
  after(() => {
    configure({});
    Object.assign(process.env, Object.fromEntries(hidden));
  });
  return registered;
}

/** Sets the whole stack configuration, namespace `guardrails`. */
export function configure(values: Readonly<Record<string, string>>, secrets: readonly string[] = []): void {
  const named = Object.entries(values).map(([name, value]) => [`guardrails:${name}`, value] as const);
  pulumi.runtime.setAllConfig(
    Object.fromEntries(named),
    secrets.map((name) => `guardrails:${name}`),
  );
}

/** Sets the stack configuration as the manual says: address and secret key of this service. */
export function configureFor(service: LocalService, more: Readonly<Record<string, string>> = {}): void {
  const { baseUrl } = service;
  configure({ baseUrl, managementKey: LOCAL_MANAGEMENT_KEY, ...more }, ["managementKey"]);
}

/** The message the engine would show of what a call threw: a `RunError`'s, which is shown without a stack. */
export async function runErrorOf(call: () => unknown): Promise<string> {
  try {
    await call();
  } catch (error) {
    assert(pulumi.RunError.isInstance(error), String(error));
    assert.doesNotMatch(error.message, /\n|\bat \S+:\d+/u);
    assert(!error.message.includes(LOCAL_MANAGEMENT_KEY), "it shows the credential");
    return error.message;
  }
  return assert.fail("it was not refused");
}

/** What an output resolves to. */
export function resolved<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => void output.apply(resolve as (value: unknown) => void));
}
