import * as pulumi from "@pulumi/pulumi";
import { Accounts, accounts } from "../../provider/account";
import { systemClock } from "../../provider/clock";
import { readWaivers } from "../configuration/rule-configuration";
import { settingsForm, settingsName } from "../configuration/shared-settings";
import { type Evidence, noEvidence } from "../evidence/evidence";
import { describeInvalidWaivers } from "../report/waive";
import { ruleNames, rules } from "../rules/index";
import { requiredKeysGuarded } from "../rules/required-keys-guarded";
import { engineProperties } from "./engine-schema";
import { type PackContext, PackRun } from "./pack-run";
import { about } from "./policy-metadata";
import { type Policy, rootType, rulePolicy } from "./rule-policy";
import { orderShown, RunReports } from "./run-reports";

export type { PackContext };

/**
 * The policies of the pack, for this one or one of your own: `guardrails-settings`, whose configuration all rules share,
 * and the rules. Make them once per pack: they remember the resources of the run they are part of.
 * @param context environment, clock and where to show lines; default those of this process
 */
export function createGuardrailsPolicies(context: Partial<PackContext> = {}): Policy[] {
  const run = new PackRun(
    {
      environment: process.env,
      clock: systemClock,
      // The engine shows what a pack writes here beside the stack.
      notify: (line) => void process.stderr.write(`${line}\n`),
      ...context,
    },
    context.clock === undefined ? accounts : new Accounts(context.clock),
  );
  const reports = new RunReports(run);
  // The engine asks in this order: of several that fail for one reason the first that people see is the one that tells it.
  const asShown = rules.toSorted(({ name: one }, { name: other }) =>
    orderShown(one) < orderShown(other) ? -1 : 1,
  );
  return [settingsPolicy(run, reports), ...asShown.map((rule) => rulePolicy(rule, run, reports))];
}

/**
 * Holds what all rules share: Pulumi configures policies one by one and a pack not at all. It is the first of the pack,
 * so that the rules find the settings, and judges nothing itself.
 */
function settingsPolicy(run: PackRun, reports: RunReports): Policy {
  return {
    ...about({
      name: settingsName,
      title: "Settings of all rules",
      description: "Holds the settings that the rules of this pack share; judges nothing itself.",
      severity: "low",
      remediation: "Fix the configuration as the message says.",
    }),
    configSchema: { properties: engineProperties(settingsForm) },
    validateResource: ({ getConfig, ...resource }) => {
      run.takeSettings(getConfig);
      run.register(resource);
      if (resource.type !== rootType) return;
      const waivers = invalidWaivers(run);
      // Settings that cannot be read are the violation of every rule.
      if (waivers.kind === "read") show(run, waivers.value);
    },
    validateStack: ({ getConfig }, violate) => {
      run.takeSettings(getConfig);
      if (requiresInVain(run, reports)) violate(nobodyJudges);
      const waivers = invalidWaivers(run);
      if (waivers.kind === "none" && !reports.isAnyAsked()) show(run, [waivers.why]);
    },
  };
}

const nobodyJudges =
  `could not verify: keys are required, by ${settingsName} or by the stack configuration guardrails:requiredKeys, and ` +
  `${requiredKeysGuarded.name} is disabled, which judges them. Enable it, or take the required keys out.`;

/** A rule cannot say that it is switched off: the engine does not ask it. */
function requiresInVain(run: PackRun, reports: RunReports): boolean {
  if (reports.isAsked(requiredKeysGuarded.name)) return false;
  const settings = run.settings();
  const isStated = typeof settings === "object" && settings !== null && "requiredKeys" in settings;
  return isStated || pulumi.runtime.allConfig()["guardrails:requiredKeys"] !== undefined;
}

function invalidWaivers(run: PackRun): Evidence<readonly string[]> {
  try {
    const waivers = readWaivers(run.settings(), ruleNames, run.context.clock.now());
    return { kind: "read", value: describeInvalidWaivers(waivers) };
  } catch (error) {
    return noEvidence(error);
  }
}

function show(run: PackRun, lines: readonly string[]): void {
  for (const line of lines) run.context.notify(`${settingsName}: ${line}`);
}
