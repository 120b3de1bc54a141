import { type ErrorDetails, type ErrorKind, GuardrailsError } from "../errors";
import { sanitize } from "../redaction/sanitize";
import { httpTime } from "../service-clock";
import { isLoopback } from "../settings/address";
import { environmentNames } from "../settings/environment-names";
import { managementKeyVariable } from "../settings/services";

/** One failed attempt: what it means, and whether asking again can help. */
export interface Failure {
  readonly kind: ErrorKind;
  readonly what: string;
  readonly advice: string;
  readonly status?: number;
  /** Whether it stays so until somebody changes something. */
  readonly lasting?: true;
  /** Whether something else than the API may have answered: then the address is looked at. */
  readonly mayBeElsewhere?: true;
  /** Whether its advice is to raise `readTimeout` already. */
  readonly asksForTime?: true;
  /**
   * `again`: a few times, after pauses of ours; `turned-away`: as long as the read lasts, after the pause for all requests
   * of the account that the service asked for, in milliseconds if it said (a second at the least); `never`.
   */
  readonly retry:
    | { readonly when: "again" | "never" }
    | { readonly when: "turned-away"; readonly pause: number | undefined };
  /** The service or the way to it is overloaded: fewer requests at once. */
  readonly trouble: boolean;
}

/** What of an HTTP answer is looked at. */
export interface Answer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}

/** Carries a failure through the retry library; turned into a `GuardrailsError` when it is the last. */
export class AttemptFailed extends Error {
  constructor(readonly failure: Failure) {
    super(failure.what);
  }
}

const again = { when: "again" } as const;
const never = { when: "never" } as const;
/** In milliseconds. */
const shortestAsked = 1_000;
const twoDays = 48 * 3_600 * 1_000;
const tryLater = "Try again; if it stays, ask the service's operators.";
/** What to do about an answer, or answers, that contradict themselves however often they are asked for. */
export const askOperators =
  "Running it again will not help: check the address, or ask the service's operators.";
const checkProxy = "Check HTTPS_PROXY and what the proxy allows, or name the host in NO_PROXY.";
const checkNetwork = "Check the address, the network and HTTPS_PROXY / NO_PROXY.";
const elsewhere = {
  mayBeElsewhere: true,
  advice: "Check service and baseUrl: something else than the API answers there.",
} as const;
const pathLeftOut = "The baseUrl does not end in /api/v1, where these services have their API.";

export function failureError(
  failure: Failure,
  where: Pick<ErrorDetails, "address" | "attempts">,
): GuardrailsError {
  const { kind, what, status, lasting, mayBeElsewhere = false } = failure;
  const isPathLeftOut = mayBeElsewhere && where.address?.includes("/api/v1/") === false;
  const advice = isPathLeftOut ? `${failure.advice} ${pathLeftOut}` : failure.advice;
  return new GuardrailsError(kind, { what: `could not verify: ${what}`, advice, status, lasting, ...where });
}

/**
 * What a status other than 200 means.
 * @param said the service's own message, if its answer had one
 * @param variable the environment variable that the management key came from, if it did
 * @param isAccepted whether another request of the same read was answered well
 */
export function statusFailure(
  response: Answer,
  {
    said,
    now,
    variable,
    isAccepted,
  }: {
    readonly said: string | undefined;
    readonly now: number;
    readonly variable: string | undefined;
    readonly isAccepted: boolean;
  },
): Failure {
  const { status } = response;
  const words = said === undefined ? "" : `: "${sanitize(said)}"`;
  const failed = { status, retry: never, trouble: false };
  if (status >= 300 && status < 400) {
    return {
      ...failed,
      ...elsewhere,
      kind: "http",
      what: `the service answered with a redirect (${status})`,
    };
  }
  if (status === 403 && isAccepted) {
    const what = `the service refused this request (403${words}), although it accepted the management key for others`;
    const advice = "Check what the key may read; if it may read this, ask the service's operators.";
    return { ...failed, kind: "unauthorized", what, advice };
  }
  if (status === 401 || status === 403) {
    const what = `the service did not accept the management key (${status}${words})`;
    const place = variable === undefined ? "" : ` in ${variable}`;
    const advice = `Give a management key of this service${place}; an ordinary API key is not enough.`;
    return { ...failed, kind: "unauthorized", what, advice };
  }
  if (status === 404) {
    return { ...failed, ...elsewhere, kind: "http", what: `the service has no such endpoint (404${words})` };
  }
  const pause = retryAfter(response.headers, now);
  const turnedAway = { when: "turned-away", pause } as const;
  if (status === 429) {
    const what = `the service asks for fewer requests (429${words})`;
    const advice = "Wait, or lower maxConcurrency.";
    return { ...failed, kind: "http", what, advice, retry: turnedAway };
  }
  const answered = {
    ...failed,
    kind: "http",
    what: `the service answered ${status}${words}`,
    advice: tryLater,
  } as const;
  if (status < 500 && status !== 408 && status !== 425) return answered;
  return { ...answered, retry: pause === undefined ? again : turnedAway };
}

/**
 * `Retry-After` in milliseconds, given in seconds or as a date by the service's own clock. Anything else counts as not
 * said, and so does less than a second: seconds rounded down or a clock that is behind must not let everybody ask on.
 */
function retryAfter(headers: Answer["headers"], now: number): number | undefined {
  const asked = headers.get("retry-after") ?? "";
  const milliseconds = /^\d+(\.\d+)?$/u.test(asked)
    ? Math.ceil(Number(asked) * 1_000)
    : (httpTime(asked) ?? Number.NaN) - (httpTime(headers.get("date")) ?? now);
  return milliseconds >= shortestAsked ? milliseconds : undefined;
}

/** The next try would start too late. */
export function noTimeLeft(failure: Failure, wait: number, remaining: number): Failure {
  const seconds = (milliseconds: number): string => `${(milliseconds / 1_000).toFixed(1)} s`;
  const next = wait > twoDays ? "more than two days" : seconds(wait);
  const what = `${failure.what}; the next try would wait ${next} and the read has ${seconds(remaining)} of its readTimeout left`;
  return { ...orMoreTime(failure), what, retry: never };
}

function orMoreTime(failure: Failure): Failure {
  const { advice, asksForTime = false } = failure;
  return asksForTime ? failure : { ...failure, advice: `${advice} Or raise readTimeout.`, asksForTime: true };
}

/**
 * The read took longer than it may, whoever was slow.
 * @param last the last that failed on the way, if anything did
 */
export function readTimedOut(
  readTimeout: number,
  last: Failure | undefined,
  where: Pick<ErrorDetails, "address" | "attempts">,
): GuardrailsError {
  const why = last === undefined ? "" : `; the last failure on the way: ${last.what}`;
  return new GuardrailsError("timeout", {
    what: `could not verify: the list was not read within the readTimeout of ${readTimeout} s${why}`,
    advice:
      last === undefined ? "Raise readTimeout, or check why the service is slow." : orMoreTime(last).advice,
    ...where,
  });
}

/** A 200 whose body is not what the contract says. */
export function malformed(what: string, advice?: string): Failure {
  const todo = advice === undefined ? elsewhere : { advice };
  return { kind: "malformed", what, ...todo, retry: never, trouble: false };
}

/** @param limit what made it so few seconds: the request's own limit, or what its share of the read's was */
export function timedOut(seconds: number, limit: "requestTimeout" | "readTimeout"): Failure {
  const share = limit === "readTimeout" ? ", its share of the readTimeout" : "";
  const what = `the service gave no answer within ${seconds.toFixed(1)} s${share}`;
  const failed = {
    kind: "timeout",
    what,
    advice: `${checkNetwork} Or raise ${limit}.`,
    trouble: true,
  } as const;
  return limit === "readTimeout"
    ? { ...failed, asksForTime: true, retry: again }
    : { ...failed, retry: again };
}

/** The code of an error on a connection that had answered before: it may have died while nobody used it. */
export const staleConnection = "STALE_CONNECTION";

const networkCauses: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection was reset",
  EPIPE: "the connection was reset",
  [staleConnection]: "the connection was reset",
  ENOTFOUND: "the host name was not found",
  EAI_AGAIN: "the host name could not be looked up",
  ETIMEDOUT: "the connection timed out",
  ERR_STREAM_PREMATURE_CLOSE: "the answer was cut off",
};

/** The answer ended before it was whole: by the connection, or by what its body says. */
export const cutOff: Failure = {
  kind: "network",
  what: "the answer was cut off",
  advice: checkNetwork,
  retry: again,
  trouble: true,
};

/**
 * A 200 whose body names an error: a server behind the one that answers has failed.
 * @param said the service's own message, if it has one
 */
export function errorInside(said: string | undefined): Failure {
  const what = `the service answered 200 with an error${said === undefined ? "" : `: "${sanitize(said)}"`}`;
  return { kind: "http", what, advice: tryLater, retry: again, trouble: false };
}

/** The code of an error that stands for a proxy's refusal; its status follows. */
export const proxyRefused = "PROXY_REFUSED_";

/** The code of an error on the way to a proxy; the proxy's host and port follow, and after a space the error's own code. */
export const proxyUnreached = "PROXY_UNREACHED_";

/** What OpenSSL says of an answer that is no TLS, such as plain HTTP. */
const noTls = /wrong.version.number|packet.length.too.long|http.request/iu;

/**
 * What a failed fetch means. Only its code is shown: messages of network errors quote addresses and data.
 * @param variable the environment variable that the management key came from, if it did
 */
export function networkFailure(
  error: unknown,
  {
    maxPageBytes,
    baseUrl,
    variable,
  }: { readonly maxPageBytes: number; readonly baseUrl: string; readonly variable: string | undefined },
): Failure {
  const code = codeOf(error);
  if (textOf(error, "type") === "max-size") {
    const what = `the answer is larger than ${maxPageBytes} bytes`;
    return {
      kind: "too-large",
      what,
      advice: "Check the address, or raise maxPageBytes.",
      retry: never,
      trouble: false,
    };
  }
  if (code === "Z_BUF_ERROR") return cutOff;
  if (/^Z_|^ERR_BUFFER|^ERR_ENCODING/u.test(code)) return malformed("the answer's compression is broken");
  if (code.startsWith(proxyUnreached)) {
    const [proxy = "", cause = ""] = code.slice(proxyUnreached.length).split(" ");
    const what = `the proxy ${sanitize(proxy)} could not be used: ${networkCause(cause)}`;
    return { kind: "network", what, advice: checkProxy, retry: again, trouble: true };
  }
  if (/CERT|TLS|SSL|SIGNATURE|EPROTO/u.test(code)) {
    if (noTls.test(`${code} ${textOf(error, "message")}`)) {
      const what = `the server does not speak TLS (${sanitize(code)})`;
      const advice =
        "Check the port. Where a server on this machine is meant, write http:// instead of https://.";
      return { kind: "network", what, advice, retry: never, trouble: false, lasting: true };
    }
    const what = `no trusted TLS connection (${sanitize(code)})`;
    const advice =
      "Check the host's certificate; name a corporate certificate authority's file in NODE_EXTRA_CA_CERTS.";
    return { kind: "network", what, advice, retry: never, trouble: false, lasting: true };
  }
  if (code.startsWith(proxyRefused)) {
    const status = code.slice(proxyRefused.length);
    const what = `the proxy did not open a tunnel (it answered ${status})`;
    const failed = { kind: "network", what, advice: checkProxy, trouble: false } as const;
    return status.startsWith("5") ? { ...failed, retry: again } : { ...failed, retry: never, lasting: true };
  }
  const isAbsent = code === "ECONNREFUSED" && isLoopback(new URL(baseUrl).hostname);
  const advice = isAbsent ? startOrUnset(variable) : checkNetwork;
  return { kind: "network", what: networkCause(code), advice, retry: again, trouble: true };
}

/** Where nothing listens on this machine: no network and no proxy is on the way there. */
function startOrUnset(variable: string | undefined): string {
  // That key is sent to no other address than the one that the environment states.
  return variable === managementKeyVariable
    ? `Is pulumi-guardrails serve still running? Else unset ${environmentNames.baseUrl}, and what was set with it.`
    : "Check the port, and that the server is still running, such as pulumi-guardrails serve.";
}

function networkCause(code: string): string {
  return networkCauses[code] ?? `the connection failed${code === "" ? "" : ` (${sanitize(code)})`}`;
}

/** What an error says of itself in `code`. */
export function codeOf(error: unknown): string {
  return textOf(error, "code");
}

function textOf(error: unknown, name: "code" | "type" | "message"): string {
  const value: unknown = typeof error === "object" && error !== null ? Reflect.get(error, name) : undefined;
  return typeof value === "string" ? value : "";
}
