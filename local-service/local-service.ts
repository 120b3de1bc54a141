import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { usualErrorBody } from "./answers";
import type { LocalService, LocalServiceOptions } from "./behaviour";
import { Ledger } from "./ledger";
import { BASE_PATH } from "./paths";
import { serveRequest } from "./serve-request";
import { Traffic } from "./traffic";

/** The credential a local service accepts unless told otherwise: recognisable, and of no use anywhere else. */
export const LOCAL_MANAGEMENT_KEY = "sk-or-mgmt-local-service-only-opens-nothing";

/**
 * Starts a server on a free port of 127.0.0.1 that behaves like OpenRouter or ModelGates for
 * `GET /guardrails/assignments/keys` and `POST /guardrails/{id}/assignments/keys`, and like OpenRouter, the only one of the
 * two that describes them, for `GET` of `/workspaces`, `/keys`, `/guardrails` and `/guardrails/{id}`.
 *
 * @example
 * const service = await startLocalService({ ledger: demoLedger() });
 * const { baseUrl, managementKey } = service;
 * const { assignments } = await new KeyAssignmentsClient({ baseUrl, managementKey }).readAll();
 * await service.close();
 * @returns once it listens; close it, or the process stays alive
 */
export async function startLocalService(options: LocalServiceOptions = {}): Promise<LocalService> {
  const {
    ledger = new Ledger(),
    flavour = "openrouter",
    errorBody,
    managementKey = LOCAL_MANAGEMENT_KEY,
    port = 0,
    tls,
    ...behaviour
  } = options;
  const traffic = new Traffic();
  // A hook that throws is a mistake of the test that gave it: left unhandled here, the test runner reports it.
  const listener: RequestListener = (request, response) => void serveRequest(desk, request, response);
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  // Idle connections stay open: a client that reuses one must never meet its end by chance.
  server.keepAliveTimeout = 0;
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const closed = once(server, "close");

  const { port: boundPort } = server.address() as AddressInfo;
  const service: LocalService = {
    faults: [],
    latency: 0,
    total: ({ trueTotal }) => trueTotal,
    date: () => new Date(),
    age: undefined,
    management: flavour === "openrouter",
    beforePage: () => {},
    afterPage: () => {},
    ...behaviour,
    baseUrl: `${tls === undefined ? "http" : "https"}://127.0.0.1:${boundPort}${BASE_PATH}`,
    managementKey,
    ledger,
    requests: traffic.requests,
    traffic,
    async close() {
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  const desk = {
    service,
    errorBody: (status: number) => errorBody ?? usualErrorBody(flavour, status),
    isClosing: () => !server.listening,
  };
  return service;
}
