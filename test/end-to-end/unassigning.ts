import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Stage } from "./stage";

/** Takes assignments away, which the service has no request for. */
export async function unassigning(stage: Stage): Promise<string> {
  const server = createServer((request, response) => {
    stage.service.ledger.unassign((request.url ?? "").slice(1));
    response.end();
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  stage.atEnd(() => new Promise((closed) => server.close(() => closed())));
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}
