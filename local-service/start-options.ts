import { GuardrailsError } from "../provider/errors";
import { serviceNames } from "../provider/settings/services";
import { didYouMean } from "../provider/spelling-suggestions";
import type { Flavour } from "./answers";
import type { LocalService } from "./behaviour";
import { demoLedger } from "./demo-ledger";
import { Ledger } from "./ledger";
import { startLocalService } from "./local-service";
import type { LedgerPositions } from "./positions";
import { samplePositions } from "./samples";

/** What a command line that starts a local service takes. */
export const startOptions = {
  rows: { type: "string", value: "N", says: "make an account with this many assignments, not the demo's" },
  orphans: { type: "string", value: "N", says: "how many of them belong to deleted keys (0)" },
  unassigned: { type: "string", value: "N", says: "how many more keys have no assignment (0)" },
  window: { type: "string", value: "N", says: "the most positions a page spans (100)" },
  "keys-per-page": { type: "string", value: "N", says: "how many keys a page of the inventory has (100)" },
  latency: { type: "string", value: "MS", says: "how long each answer waits (0)" },
  port: { type: "string", value: "N", says: "where it listens (any free port)" },
  flavour: {
    type: "string",
    value: "NAME",
    says: "openrouter (default), or modelgates, which lists assignments only",
  },
} as const;

/** The options as they were given: texts, not yet checked. */
export type StartOptions = {
  readonly [Name in keyof typeof startOptions as Name extends "keys-per-page" ? "keysPerPage" : Name]?:
    | string
    | undefined;
};

/**
 * Starts the local service that a command line asks for.
 * @throws GuardrailsError of kind `configuration` that names the option
 */
export async function startAsAsked(given: StartOptions): Promise<LocalService> {
  const flavour = flavourNamed(given.flavour);
  const port = whole("port", given.port, 0);
  const latency = whole("latency", given.latency, 0);
  const ledger = ledgerFor(given);
  try {
    return await startLocalService({ ledger, latency, port, flavour });
  } catch (error) {
    if (error instanceof Error && "code" in error) throw noListening(port, error.code);
    throw error;
  }
}

function ledgerFor({ rows, orphans, window, keysPerPage, unassigned }: StartOptions): Ledger {
  const ledger =
    rows === undefined
      ? demoLedger()
      : new Ledger({ positions: madeAhead(whole("rows", rows, 0), whole("orphans", orphans, 0)) });
  ledger.window = whole("window", window, 100);
  ledger.keysPerPage = whole("keys-per-page", keysPerPage, 100);
  for (let left = whole("unassigned", unassigned, 0); left > 0; left -= 1) ledger.addKey();
  return ledger;
}

/** Makes the rows of all but very long lists before the first request, so that answers cost only what sending costs. */
function madeAhead(count: number, orphans: number): LedgerPositions {
  const onDemand = samplePositions(count, orphans);
  return count > 200_000 ? onDemand : Array.from({ length: count }, (_, position) => onDemand.at(position));
}

function whole(name: keyof typeof startOptions, text: string | undefined, usual: number): number {
  if (text === undefined) return usual;
  if (!/^\d{1,9}$/.test(text)) throw refusal(name, "must be a whole number");
  return Number(text);
}

function flavourNamed(name: string | undefined): Flavour {
  if (name === undefined || name === "openrouter") return "openrouter";
  if (name === "modelgates") return name;
  throw refusal("flavour", `must be openrouter or modelgates${didYouMean(name, serviceNames)}`);
}

/** Whatever keeps the port from being listened at, another one helps. */
function noListening(port: number, code: unknown): GuardrailsError {
  const why = code === "EADDRINUSE" ? ", which is in use" : ` (${String(code)})`;
  return new GuardrailsError("configuration", {
    what: `option --port cannot be ${port}${why}`,
    advice: "Give another one, or leave --port out for any free one.",
  });
}

function refusal(name: keyof typeof startOptions, what: string): GuardrailsError {
  return new GuardrailsError("configuration", {
    what: `option --${name} ${what}`,
    advice: "--help lists what there is.",
  });
}
