import { setImmediate as eventsHandled } from "node:timers/promises";
import * as z from "zod";
import type { Clock } from "../clock";
import { GuardrailsError } from "../errors";
import { inMilliseconds } from "../settings/limits";
import type { Settings } from "../settings/settings";
import { version } from "../version";
import { closeIdle, createAgent } from "./agent";
import { bodyOf, longestText } from "./answer-body";
import { Deadlines } from "./deadlines";
import {
  type Answer,
  AttemptFailed,
  codeOf,
  errorInside,
  failureError,
  networkFailure,
  readTimedOut,
  staleConnection,
  statusFailure,
  timedOut,
} from "./failure";
import { Pace, pauseWithin } from "./pace";
import type { ReadScope } from "./read-scope";

/** GET requests to one service with one credential, each bounded, retried and paced. */
export interface HttpClient {
  /**
   * The parsed JSON of a 200 answer.
   * @throws GuardrailsError that names cause, address, attempts and what to do
   */
  getJson(path: string, query: Readonly<Record<string, number | string>>, scope: ReadScope): Promise<unknown>;
}

/** Tries per request, those not counted that the service turned away: the first and three more, as far as the read's time goes. */
const maxAttempts = 4;
/** A request that times out must leave time for this many tries in all. */
const plannedAttempts = 3;
/** A request has so many times as long as the slowest answer of its read took, if the read has. */
const slowAnswer = 3;
/** Pause before the second try, doubled for each further one, in milliseconds. */
const firstPause = 250;

interface Try {
  /** Counted from 1. */
  readonly number: number;
  /** Whether it needs a connection of its own: the one before it failed, and others that stood idle may as well. */
  readonly isFresh: boolean;
  /** Called once the whole answer is there. */
  readonly arrived: () => void;
}

/** @param maxConcurrency the most requests under way, for all who read through this client; it may fall meanwhile */
export async function createHttpClient(
  { baseUrl, credential }: Pick<Settings, "baseUrl" | "credential">,
  maxConcurrency: () => number,
  clock: Clock,
): Promise<HttpClient> {
  const agent = createAgent(baseUrl, maxConcurrency());
  const pace = new Pace(maxConcurrency, clock);
  const deadlines = new WeakMap<AbortSignal, Deadlines>();
  // Both are ES modules: from CommonJS they are had by a dynamic import only.
  const [{ default: fetch }, { default: pRetry }] = await Promise.all([
    import("node-fetch"),
    import("p-retry"),
  ]);

  async function attempt(address: string, { number, ...request }: Try, scope: ReadScope): Promise<unknown> {
    const { limits, sent } = scope;
    const requestTimeout = inMilliseconds(limits.requestTimeout);
    const remaining = scope.remaining();
    // What was seen to be slow is given its time, or the last page of a read would be given up with time left.
    const share = Math.max(remaining / Math.max(1, plannedAttempts - number + 1), slowAnswer * sent.slowest);
    const milliseconds = Math.max(1, Math.ceil(Math.min(requestTimeout, share, remaining)));
    const started = clock.now();
    return deadlinesOf(scope).within(milliseconds, async (signal) => {
      try {
        const body = await answerOf(address, { ...request, signal }, scope);
        sent.slowest = Math.max(sent.slowest, clock.now() - started);
        return body;
      } catch (error) {
        if (error instanceof AttemptFailed || scope.signal.aborted) throw error;
        const limit = milliseconds < requestTimeout ? "readTimeout" : "requestTimeout";
        const { variable } = credential;
        const { maxPageBytes } = limits;
        throw new AttemptFailed(
          signal.aborted
            ? timedOut(milliseconds / 1_000, limit)
            : networkFailure(error, { maxPageBytes, baseUrl, variable }),
        );
      }
    });
  }

  async function answerOf(
    address: string,
    { isFresh, arrived, signal }: Omit<Try, "number"> & { readonly signal: AbortSignal },
    scope: ReadScope,
  ): Promise<unknown> {
    // The request takes its connection at once: nobody can give one back in between.
    if (isFresh) closeIdle(agent);
    const sending = fetch(address, {
      agent,
      signal,
      // With "follow" node-fetch keeps the Authorization header when only the port differs.
      redirect: "manual",
      size: scope.limits.maxPageBytes,
      headers: {
        accept: "application/json",
        authorization: credential.authorization(),
        "cache-control": "no-cache",
        "user-agent": `pulumi-guardrails/${version}`,
      },
    });
    let response: Answer;
    try {
      response = await sending;
    } catch (error) {
      // It says nothing of the service that a connection died which nobody used; and where one did, others did too.
      if (isFresh || codeOf(error) !== staleConnection) throw error;
      return answerOf(address, { isFresh: true, arrived, signal }, scope);
    }
    if (response.status !== 200) {
      const said = await serviceMessage(response);
      const { variable } = credential;
      throw new AttemptFailed(
        statusFailure(response, { said, now: clock.now(), variable, isAccepted: scope.sent.isAccepted }),
      );
    }
    const { headers } = response;
    scope.clocks.note({ date: headers.get("date"), age: headers.get("age") }, clock.now());
    const text = await response.text();
    arrived();
    // Answers come many at a time, and working on one takes as long as a few of them need to arrive. All that are there are
    // taken in first, so that the next requests are under way meanwhile.
    await eventsHandled();
    const body = bodyOf(headers.get("content-type"), text, credential);
    if (saysError(body)) {
      throw new AttemptFailed(errorInside(errorEnvelope.safeParse(body).data?.error.message));
    }
    scope.sent.isAccepted = true;
    return body;
  }

  function deadlinesOf({ signal }: ReadScope): Deadlines {
    const known = deadlines.get(signal) ?? new Deadlines(signal);
    deadlines.set(signal, known);
    return known;
  }

  async function getJson(path: string, query: Readonly<Record<string, number | string>>, scope: ReadScope) {
    const search = new URLSearchParams(
      Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
    );
    const address = `${baseUrl}${path}?${search.toString()}`;
    const { sent } = scope;
    let attempts = 0;
    let isFresh = false;
    const tryOnce = (number: number): Promise<unknown> =>
      pace.run(scope, (arrived) => {
        if (attempts === 0) sent.requests += 1;
        attempts = number;
        return attempt(address, { number, isFresh, arrived }, scope);
      });
    try {
      return await pRetry(tryOnce, {
        retries: maxAttempts - 1,
        // The pauses are ours (Retry-After, the read's time limit, the injected clock).
        minTimeout: 0,
        maxTimeout: 0,
        // The library's own defaults: what it has to add itself costs 1 KB of the old heap per request.
        factor: 2,
        maxRetryTime: Number.POSITIVE_INFINITY,
        randomize: false,
        // What the service turned away is asked for again as long as the read lasts.
        shouldConsumeRetry: ({ error }) => !isTurnedAway(error),
        shouldRetry: ({ error }) => error instanceof AttemptFailed && error.failure.retry.when !== "never",
        onFailedAttempt: async ({ error, attemptNumber, retriesLeft }) => {
          if (!(error instanceof AttemptFailed)) return;
          const { failure } = error;
          if (failure.retry.when === "never") return;
          sent.lastFailure = failure;
          isFresh = failure.trouble;
          if (retriesLeft === 0 || failure.retry.when === "turned-away") return;
          await pauseWithin(scope, clock, { milliseconds: pauseBefore(attemptNumber), failure });
        },
      });
    } catch (error) {
      throw endOf(error, scope, address, attempts);
    }
  }

  function endOf(error: unknown, scope: ReadScope, address: string, attempts: number): unknown {
    const endedBy = scope.endedBy();
    if (endedBy === "caller") {
      return new GuardrailsError("aborted", {
        what: "could not verify: the read was aborted",
        advice: "Run it again.",
        address,
      });
    }
    if (error instanceof AttemptFailed) return failureError(error.failure, { address, attempts });
    if (endedBy === "readTimeout") {
      return readTimedOut(scope.limits.readTimeout, scope.sent.lastFailure, { address, attempts });
    }
    return error;
  }

  return { getJson };
}

function isTurnedAway(error: unknown): boolean {
  return error instanceof AttemptFailed && error.failure.retry.when === "turned-away";
}

/** Half of it by chance, so that many readers whose connections failed at once do not come back at once. */
function pauseBefore(number: number): number {
  return firstPause * 2 ** (number - 1) * (0.5 + Math.random() / 2);
}

// A longer message is left out whole: cut before secrets are looked for it could end in half of one.
const errorEnvelope = z.object({ error: z.object({ message: z.string().max(longestText) }) });

const maybeError = z.object({ error: z.unknown(), errors: z.unknown() }).partial();

/** Whether an answer names an error, in whatever form: what else it says is no evidence then. */
function saysError(body: unknown): boolean {
  const { error, errors } = maybeError.safeParse(body).data ?? {};
  return !saysNothing(error) || !saysNothing(errors);
}

function saysNothing(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === undefined || value === null || value === false || value === "";
}

/** The message of an error answer in the services' envelope; there is often no body, or a proxy's HTML. */
async function serviceMessage(response: Answer): Promise<string | undefined> {
  try {
    return errorEnvelope.parse(JSON.parse(await response.text())).error.message;
  } catch {
    // The status alone decides what happens; a body that cannot be read or is no envelope adds nothing to it.
    return undefined;
  }
}
