import type { IncomingHttpHeaders, IncomingMessage } from "node:http";

/** One request as it arrived. */
export interface RequestRecord {
  /** Counted from 0 over the life of the service, refused requests included. */
  readonly index: number;
  readonly method: string;
  /** The path without the query, such as `/api/v1/guardrails/assignments/keys`. */
  readonly path: string;
  /** The query as it was sent, without the question mark. */
  readonly query: string;
  /** The page's parameters: undefined where left out, NaN where they are no whole number. */
  readonly offset: number | undefined;
  readonly limit: number | undefined;
  /** All of them, the credential too. */
  readonly headers: IncomingHttpHeaders;
  /** Which connection it came by, counted from 0. */
  readonly connection: number;
  /** When it arrived: milliseconds of the monotonic clock (`performance.now()`). */
  readonly at: number;
}

/** What reached the service: the requests in order, and how they were made. */
export class Traffic {
  readonly requests: RequestRecord[] = [];
  /** The most requests that were under way at the same moment. */
  maxConcurrent = 0;
  /** Requests the client gave up before their answer was complete. */
  aborted = 0;
  #underWay = 0;
  readonly #connections = new Map<object, number>();

  /** Distinct connections that carried a request. */
  get connections(): number {
    return this.#connections.size;
  }

  begin(request: IncomingMessage): RequestRecord {
    this.#underWay += 1;
    this.maxConcurrent = Math.max(this.maxConcurrent, this.#underWay);
    const [path = "", query = ""] = request.url?.split("?", 2) ?? [];
    const parameters = new URLSearchParams(query);
    const record: RequestRecord = {
      index: this.requests.length,
      method: request.method ?? "",
      path,
      query,
      offset: wholeNumber(parameters.get("offset")),
      limit: wholeNumber(parameters.get("limit")),
      headers: request.headers,
      connection: this.#connectionOf(request.socket),
      at: performance.now(),
    };
    this.requests.push(record);
    return record;
  }

  end({ aborted }: { readonly aborted: boolean }): void {
    this.#underWay -= 1;
    if (aborted) this.aborted += 1;
  }

  #connectionOf(socket: object): number {
    const known = this.#connections.get(socket) ?? this.#connections.size;
    this.#connections.set(socket, known);
    return known;
  }
}

/** The parameters are strings in one description and integers in the other; on the wire both are digits. */
function wholeNumber(text: string | null): number | undefined {
  if (text === null) return undefined;
  return /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
}
