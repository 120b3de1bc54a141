import { setTimeout } from "node:timers/promises";

/** In milliseconds: many times as long as the SDK takes to look at the program's folder. */
const untilExportsAreTaken = 100;

/**
 * The SDK listens to what a program exports only once it has loaded it and looked at its folder. Node warns of a promise that is
 * rejected before (`PromiseRejectionHandledWarning`): an error that is known at once, such as a missing key, waits for that.
 */
export async function delayEarlyError(): Promise<void> {
  await setTimeout(untilExportsAreTaken);
}
