import assert from "node:assert/strict";
import type { ResourceValidationArgs, StackValidationArgs } from "@pulumi/policy";
import * as pulumi from "@pulumi/pulumi";
import { createRequiredKeysPolicy } from "../../policies/required-keys-policy";
import { keyAssignmentsType } from "../../policies/stack-evidence";
import { LOCAL_MANAGEMENT_KEY, type LocalService } from "../../provider/local-service/index";
import type { Environment } from "../../provider/settings";

/** What the engine would give one run of the policy. */
export interface PolicyRun {
  readonly environment: Environment;
  /** What `getConfig` gives, or throws if it is a function. */
  readonly configuration: unknown;
  /** Properties of each `KeyAssignments` resource, made once the pack runs. */
  readonly resources?: () => readonly Record<string, unknown>[];
  /** The stack configuration. */
  readonly stack?: Readonly<Record<string, string>>;
}

/** An environment whose credential belongs to this service. */
export function environmentOf({ baseUrl }: Pick<LocalService, "baseUrl">): Environment {
  return { GUARDRAILS_BASE_URL: baseUrl, GUARDRAILS_MANAGEMENT_KEY: LOCAL_MANAGEMENT_KEY };
}

function notApplicable(): never {
  return assert.fail("the policy calls itself not applicable");
}

/**
 * Runs the policy as the pack SDK does: each resource, then the stack. Gives the violations reported; fails if the policy
 * throws, lets a promise go, or reports after it has ended.
 */
export async function violationsOf(run: PolicyRun): Promise<string[]> {
  const violations: string[] = [];
  const loose: unknown[] = [];
  const onLoose = (reason: unknown): void => void loose.push(reason);
  let ended = false;
  const report = (message: string): void => {
    assert(!ended, "reported after the end");
    violations.push(message);
  };
  process.on("unhandledRejection", onLoose);
  pulumi.runtime.setAllConfig({ ...run.stack });
  try {
    await play(run, report);
    ended = true;
    await new Promise(setImmediate);
  } finally {
    pulumi.runtime.setAllConfig({});
    process.off("unhandledRejection", onLoose);
  }
  assert.deepEqual(loose, []);
  assert(!violations.join("\n").includes(LOCAL_MANAGEMENT_KEY), "it shows the credential");
  return violations;
}

async function play(
  { environment, configuration, resources }: PolicyRun,
  report: (message: string) => void,
): Promise<void> {
  const policy = createRequiredKeysPolicy(environment);
  const { validateResource, validateStack } = policy;
  assert(typeof validateResource === "function" && typeof validateStack === "function");
  const getConfig = <T extends object>(): T =>
    (typeof configuration === "function" ? configuration() : configuration) as T;
  const common = { getConfig, notApplicable, stackTags: new Map<string, string>() };
  for (const [index, props] of (resources?.() ?? []).entries()) {
    const args = {
      ...common,
      type: keyAssignmentsType,
      urn: `urn:${index}`,
      name: `${index}`,
      props,
      opts: {},
    };
    await validateResource(args as unknown as ResourceValidationArgs, report);
  }
  const args: StackValidationArgs = { ...common, resources: [] };
  await validateStack(args, report);
}
