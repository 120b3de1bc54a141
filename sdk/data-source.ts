import * as pulumi from "@pulumi/pulumi";
import type { KeyAssignmentsClientOptions } from "../provider/client";
import { GuardrailsError } from "../provider/errors";
import {
  argumentSource,
  resolveSettings,
  type Settings,
  settingNames,
  stackSource,
} from "../provider/settings/settings";
import { SharedReads } from "../provider/shared-reads";
import { refuseUnknownArguments } from "../provider/unknown-arguments";
import { delayEarlyError } from "./delay-early-error";
import { asRunError } from "./run-error";
import { refuseWrongStackConfiguration, stackConfiguration } from "./stack-configuration";

/** One program, one read per list and settings: every call sees the same list. */
export const reads = new SharedReads(true);

/** Arguments of a function, where each may be the output of a resource. */
export type OutputArgs<Args> = { [Name in keyof Args]?: pulumi.Input<Args[Name]> };

/** What a function of a program is: its name and the arguments that choose rows. */
interface DataSource {
  readonly name: string;
  readonly queryNames: readonly string[];
}

/**
 * Resolves the settings that the program's arguments, the stack configuration and the environment give, then reads.
 * @throws pulumi.RunError that says what to fix
 */
export async function readWith<Result>(
  { name, queryNames }: DataSource,
  args: KeyAssignmentsClientOptions,
  read: (settings: () => Settings) => Promise<Result>,
): Promise<Result> {
  try {
    refuseUnknownArguments(args, { caller: name, known: [...settingNames, ...queryNames] });
    refuseWrongStackConfiguration();
    return await read(() => settingsOf(args));
  } catch (error) {
    const shown = asRunError(error);
    if (!(error instanceof GuardrailsError && error.kind === "aborted")) await delayEarlyError();
    throw shown;
  }
}

/** What is wrong with them is known to the whole program at once: a resource made right after it need not find it too. */
function settingsOf(args: KeyAssignmentsClientOptions): Settings {
  try {
    return resolveSettings({
      args: argumentSource({ ...args }),
      stack: stackSource(stackConfiguration),
      environment: process.env,
    });
  } catch (error) {
    throw asRunError(error);
  }
}

/** Waits for the arguments. The result is secret where one of them is, but for the key, which is in no result. */
export function whenKnown<Args extends KeyAssignmentsClientOptions, Result>(
  args: OutputArgs<Args>,
  ask: (args: Args) => Promise<Result>,
): pulumi.Output<Result> {
  const { managementKey, ...rest } = args;
  const key = pulumi.unsecret(pulumi.output(managementKey));
  return pulumi
    .all([pulumi.output(rest), key])
    .apply(([known, managementKey]) =>
      ask({ ...known, managementKey } as unknown as Args),
    ) as pulumi.Output<Result>;
}
