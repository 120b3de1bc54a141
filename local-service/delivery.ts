import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { TLSSocket } from "node:tls";
import type { Answer } from "./answers";
import { type DeliveryFault, type Fault, firstHalf } from "./faults";

/** Sends an answer, or spoils the sending. A client that has gone meanwhile is no error. */
export function deliver(response: ServerResponse, answer: Answer, fault?: DeliveryFault): void {
  const { status, headers, body } = answer;
  const begin = (
    more: Readonly<Record<string, string | number>> = { "content-length": body.length },
  ): void => {
    response.writeHead(status, { ...headers, ...more });
  };
  switch (fault?.kind) {
    case undefined:
      begin();
      response.end(body);
      return;
    case "no-answer":
      return;
    case "reset-before":
      reset(response);
      return;
    case "reset-within":
      begin();
      response.write(firstHalf(body), () => reset(response));
      return;
    case "truncated":
      // Without "close" the connection would stay open and the client would wait for the rest instead of missing it.
      begin({ "content-length": body.length, connection: "close" });
      response.end(firstHalf(body));
      return;
    case "drip":
      begin();
      drip(response, body, fault.chunk ?? 1, fault.interval ?? 0);
      return;
    case "endless":
      begin({});
      Readable.from(endlessPage(body)).pipe(response);
      return;
  }
}

/** Whether this fault ends the connection from the server's side, so that nobody can blame the client. */
export function isReset(kind: Fault["kind"] | undefined): boolean {
  return kind === "reset-before" || kind === "reset-within";
}

function reset(response: ServerResponse): void {
  const { socket } = response;
  // Node cannot send a TCP reset below TLS.
  if (socket instanceof TLSSocket) socket.destroy();
  else socket?.resetAndDestroy();
}

function drip(response: ServerResponse, body: Buffer, chunk: number, interval: number): void {
  const send = (from: number): void => {
    if (response.destroyed) return;
    if (from >= body.length) {
      response.end();
      return;
    }
    response.write(body.subarray(from, from + chunk));
    setTimeout(send, interval, from + chunk).unref();
  };
  send(0);
}

function* endlessPage(page: Buffer): Generator<Buffer> {
  yield page.subarray(0, 1);
  const blank = Buffer.alloc(64 * 1024, " ");
  for (;;) yield blank;
}
