import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { type ErrorBody, errorAnswer } from "./answers";
import type { LocalService } from "./behaviour";
import { deliver, isReset } from "./delivery";
import { answerRequest } from "./endpoints";
import { type Fault, isDeliveryFault, spoilAnswer } from "./faults";
import type { RequestRecord } from "./traffic";

/** What serving needs beside the service itself. */
export interface Desk {
  readonly service: LocalService;
  /** The shape of a refusal with this status. */
  errorBody(status: number): ErrorBody;
  isClosing(): boolean;
}

/** The way of one request: record, credential, right answer, fault, latency, delivery. */
export async function serveRequest(
  { service, errorBody, isClosing }: Desk,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const record = service.traffic.begin(request);
  const authorization = request.headers.authorization ?? "";
  const authenticated = authorization === `Bearer ${service.managementKey}`;
  const fault = authenticated ? nextFault(service, record) : undefined;
  const { socket } = request;
  const end = (): void => {
    socket.off("end", end);
    response.off("close", end);
    const endedHere = response.writableFinished || isClosing() || isReset(fault?.kind);
    service.traffic.end({ aborted: !endedHere });
  };
  response.once("close", end);
  // A client that gives a request up ends its side of the connection; the response is closed some time later only.
  socket.once("end", end);

  const refuse = (status: number) => errorAnswer(status, errorBody(status));
  const answer = authenticated ? await answerRequest({ service, refuse }, record, request) : refuse(401);
  await latencyOf(service, record);
  if (response.destroyed) return;
  stamp(service, record, response);
  if (fault === undefined || isDeliveryFault(fault)) deliver(response, answer, fault);
  else deliver(response, spoilAnswer(answer, fault, { authorization, errorBody }));
}

function stamp({ date, age }: LocalService, record: RequestRecord, response: ServerResponse): void {
  const made = date(record);
  response.sendDate = false;
  if (made !== undefined) response.setHeader("date", typeof made === "string" ? made : made.toUTCString());
  if (age !== undefined) response.setHeader("age", age);
}

function nextFault({ faults }: LocalService, record: RequestRecord): Fault | undefined {
  return typeof faults === "function" ? faults(record) : faults.shift();
}

async function latencyOf({ latency }: LocalService, record: RequestRecord): Promise<void> {
  const delay = typeof latency === "function" ? latency(record) : latency;
  if (typeof delay !== "number") await delay;
  // Not referenced: a closed service must not keep the process alive until its last answer would have left.
  else if (delay > 0) await wait(delay, undefined, { ref: false });
}
