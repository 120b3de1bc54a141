import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { plantedKeys, type Stage } from "./stage";

/**
 * One address for both services of the stage, as all accounts of a service have one: which account it shows, the key of the
 * request decides.
 * @returns its base URL
 */
export async function sharedAddress(stage: Stage): Promise<string> {
  const server = createServer((request, response) => {
    const isOther = request.headers.authorization === `Bearer ${plantedKeys.stack}`;
    const { origin } = new URL((isOther ? stage.friendlier : stage.service).baseUrl);
    const headers = { authorization: request.headers.authorization ?? "" };
    const asked = fetch(`${origin}${request.url}`, { headers });
    asked.then(
      async (answer) => {
        response.writeHead(answer.status, {
          "content-type": "application/json",
          date: new Date().toUTCString(),
        });
        response.end(await answer.text());
      },
      () => response.destroy(),
    );
    void text(request);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stage.atEnd(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}${new URL(stage.service.baseUrl).pathname}`;
}
