import assert from "node:assert/strict";
import {
  type Fault,
  Ledger,
  LOCAL_MANAGEMENT_KEY,
  type LocalService,
  type LocalServiceOptions,
  type RequestRecord,
  sampleWorkspace,
  startLocalService,
} from "../../local-service/index";
import { type AccountReader, Accounts } from "../../provider/account";
import { GuardrailsError } from "../../provider/errors";
import { Credential } from "../../provider/settings/credential";
import { defaultLimits, type Limits } from "../../provider/settings/limits";
import { InstantClock } from "../http/reading-of";

/** Reads the inventory of the service at this address, with the local service's credential. */
export function inventoryOf(baseUrl: string, limits: Partial<Limits> = {}): AccountReader {
  const credential = Credential.parse(LOCAL_MANAGEMENT_KEY, { place: "test" });
  return new Accounts(new InstantClock()).open({
    service: "openrouter",
    baseUrl,
    credential,
    limits: { ...defaultLimits, ...limits },
  });
}

/** An account with so many keys in each workspace. */
export function ledgerOf(...keys: readonly number[]): Ledger {
  const ledger = new Ledger();
  ledger.workspaces.splice(0);
  for (const [number, count] of keys.entries()) {
    const workspace = sampleWorkspace(number);
    ledger.workspaces.push(workspace);
    for (let key = 0; key < count; key += 1) ledger.addKey({ workspaceId: workspace.id });
  }
  return ledger;
}

/** Leaves keys out of every page of keys, as a service that shows the credential only a part of them. */
export function withoutKeys(
  ...left: readonly { readonly keyHash: string }[]
): (request: RequestRecord) => Fault | undefined {
  return ({ path }) =>
    path.endsWith("/v1/keys")
      ? {
          kind: "edited-page",
          edit: ({ data }) => ({
            data: data.filter((one) => left.every(({ keyHash }) => !JSON.stringify(one).includes(keyHash))),
          }),
        }
      : undefined;
}

/** Local services that are closed after each test. Call it inside `describe`. */
export function useInventories(): (options: LocalServiceOptions) => Promise<LocalService> {
  const started: LocalService[] = [];
  afterEach(async () => {
    await Promise.all(started.splice(0).map((service) => service.close()));
  });
  return async (options) => {
    const service = await startLocalService(options);
    started.push(service);
    return service;
  };
}

/** The refusal a reading ends in: whatever it is, it says that nothing was verified and what to do, and never the key. */
export async function refusalOf(reading: Promise<unknown>): Promise<GuardrailsError> {
  const error = await reading.then(
    () => assert.fail("it was not refused"),
    (reason: unknown) => reason,
  );
  assert(error instanceof GuardrailsError, String(error));
  assert(error.message.startsWith("could not verify: "), error.message);
  assert.match(error.message, /\. [A-Z][^.]*\S.*\.$/su);
  assert(!JSON.stringify([error, error.message, error.stack]).includes(LOCAL_MANAGEMENT_KEY));
  return error;
}
