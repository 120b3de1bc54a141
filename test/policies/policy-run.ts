import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { LOCAL_MANAGEMENT_KEY, type LocalService } from "../../local-service/index";
import { createGuardrailsPolicies } from "../../policies/pack/policies";
import { ruleNames } from "../../policies/rules/index";
import { type Clock, systemClock } from "../../provider/clock";
import type { Environment } from "../../provider/settings/settings";
import { policyResources, rootResource, type StackResource, validatedResource } from "./stack-resource";

/** What the engine would give one run of the pack. */
export interface PolicyRun {
  readonly environment: Environment;
  /**
   * By policy: what its `getConfig` gives, or throws if it is a function; `"disabled"`: the policy is never called. One
   * that is not named gets `{}`.
   */
  readonly configuration: Readonly<Record<string, unknown>>;
  /** What the program declares beside the stack itself, made once the pack runs. */
  readonly resources?: () => readonly StackResource[] | Promise<readonly StackResource[]>;
  /** What happens between the registration of the root stack resource and that of the others. */
  readonly meanwhile?: () => Promise<void>;
  /** What a deployment changes between the last registration and its end; only without `dryRun`. */
  readonly deploy?: () => void;
  /** The stack configuration. */
  readonly stack?: Readonly<Record<string, string>>;
  /** The project's name; default `project`. */
  readonly project?: string;
  /** Whether it is a preview; default true. */
  readonly dryRun?: boolean;
  /** `of-the-process`: with it the accounts of this process, as the pack has them. Default its own. */
  readonly clock?: Clock | "of-the-process";
}

export interface Violation {
  readonly policy: string;
  /** At the root stack resource, or after the last registration. */
  readonly at: "start" | "end";
  readonly text: string;
}

export interface PolicyResult {
  readonly violations: readonly Violation[];
  /** The lines the pack shows beside the stack. */
  readonly notices: readonly string[];
  /** Why each policy calls itself not applicable, of those that do. */
  readonly notApplicable: Readonly<Record<string, string>>;
}

/** An environment whose credential belongs to this service. */
export function environmentOf({ baseUrl }: Pick<LocalService, "baseUrl">): Environment {
  return { GUARDRAILS_BASE_URL: baseUrl, GUARDRAILS_MANAGEMENT_KEY: LOCAL_MANAGEMENT_KEY };
}

/**
 * Runs all policies of the pack as its SDK does: each resource, the root stack resource first, then the stack, and each
 * time all policies in their order. Fails if one throws, lets a promise go, or reports after it has ended.
 */
export async function runPolicies(run: PolicyRun): Promise<PolicyResult> {
  const loose: unknown[] = [];
  const onLoose = (reason: unknown): void => void loose.push(reason);
  const before = pulumi.runtime.isDryRun();
  process.on("unhandledRejection", onLoose);
  pulumi.runtime.setAllConfig({ ...run.stack });
  setRun(run.dryRun ?? true, run.project);
  try {
    const played = new Played();
    await play(run, played);
    played.ended = true;
    await new Promise(setImmediate);
    assert.deepEqual(loose, []);
    assert(!JSON.stringify(played).includes(LOCAL_MANAGEMENT_KEY), "it shows the credential");
    return played;
  } finally {
    setRun(before);
    pulumi.runtime.setAllConfig({});
    process.off("unhandledRejection", onLoose);
  }
}

/** One rule alone. */
export interface RuleRun extends Omit<PolicyRun, "configuration"> {
  /** Default `required-keys-guarded`. */
  readonly rule?: string;
  /** What the rule's `getConfig` gives, or throws if it is a function. */
  readonly configuration: unknown;
  /** The configuration of `guardrails-settings`; default `{}`. */
  readonly settings?: unknown;
}

/** The violations one rule reports, the others being disabled. */
export async function violationsOf({
  rule = "required-keys-guarded",
  configuration,
  settings = {},
  ...run
}: RuleRun): Promise<string[]> {
  const others = ruleNames.filter((name) => name !== rule).map((name) => [name, "disabled"] as const);
  const given = { ...Object.fromEntries(others), [rule]: configuration, "guardrails-settings": settings };
  const { violations } = await runPolicies({ ...run, configuration: given });
  assert.deepEqual(
    violations.filter(({ policy }) => policy !== rule),
    [],
  );
  return violations.map(({ text }) => text);
}

class Played {
  readonly violations: Violation[] = [];
  readonly notices: string[] = [];
  readonly notApplicable: Record<string, string> = {};
  ended = false;

  /** What a policy is given to report with. */
  reporter(policy: string, at: Violation["at"]) {
    return (text: string): void => {
      assert(!this.ended, "reported after the end");
      this.violations.push({ policy, at, text });
    };
  }

  /** Calls a policy; its way of saying that it is not applicable is the one thing it may throw. */
  async call(policy: string, validate: () => Promise<void> | void): Promise<void> {
    try {
      await validate();
    } catch (error) {
      if (!(error instanceof NotApplicable)) throw error;
      this.notApplicable[policy] = error.message;
    }
  }
}

class NotApplicable extends Error {}

async function play(run: PolicyRun, played: Played): Promise<void> {
  const { environment, configuration, clock = systemClock } = run;
  const notify = (line: string): void => void played.notices.push(line);
  const ofProcess = { environment, notify };
  const context = clock === "of-the-process" ? ofProcess : { ...ofProcess, clock };
  const policies = createGuardrailsPolicies(context).filter(({ name }) => configuration[name] !== "disabled");
  const common = (policy: string) => ({
    getConfig: <T extends object>(): T => given(configuration, policy) as T,
    notApplicable: (reason = ""): never => {
      throw new NotApplicable(reason);
    },
    stackTags: new Map<string, string>(),
  });
  const dryRun = run.dryRun ?? true;
  const resources = [rootResource, ...((await run.resources?.()) ?? [])];
  for (const resource of resources.filter(({ registered }) => registered !== false)) {
    const at = resource === rootResource ? "start" : "end";
    for (const { name, validateResource } of policies) {
      assert(typeof validateResource === "function");
      const args = { ...common(name), ...validatedResource(resource) };
      await played.call(name, () => validateResource(args, played.reporter(name, at)));
    }
    if (resource === rootResource) await run.meanwhile?.();
    // A deployment ends at a mandatory violation; a preview goes on, to find the others.
    if (!dryRun && played.violations.length > 0) return;
  }
  if (!dryRun) run.deploy?.();
  for (const { name, validateStack } of policies) {
    const args = { ...common(name), resources: policyResources(resources) };
    await played.call(name, () => validateStack(args, played.reporter(name, "end")));
  }
}

function given(configuration: PolicyRun["configuration"], policy: string): unknown {
  if (!Object.hasOwn(configuration, policy)) return {};
  const value = configuration[policy];
  return typeof value === "function" ? value() : value;
}

function setRun(dryRun: boolean, project = "project"): void {
  pulumi.runtime.setMockOptions(undefined, project, undefined, dryRun);
}
