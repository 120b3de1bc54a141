import type * as z from "zod";
import { toDotPath } from "zod/v4/core";
import { GuardrailsError } from "../errors";
import type { ServiceClock } from "../service-clock";
import { failureError, malformed, readTimedOut } from "./failure";
import type { HttpClient } from "./http-client";
import { narrowed, type ReadScope } from "./read-scope";

/**
 * @throws GuardrailsError, of kind `malformed` with the place where the answer breaks the contract
 * @internal
 */
export type GetAnswer = <Answer>(
  answer: z.ZodType<Answer>,
  path: string,
  query: Readonly<Record<string, number | string>>,
) => Promise<Answer>;

/** The answers of one read, each held to the contract, within its time and its limits. */
export interface ApiClient {
  /** How many may be asked for at once. */
  readonly lookAhead: number;
  /** @internal */
  readonly get: GetAnswer;
  /**
   * The same, ended earlier by one more signal: for the part of a read that turns out not to be needed.
   * @internal
   */
  within(signal: AbortSignal): GetAnswer;
  /** An answer that is valid by itself but cannot be the one to what was asked. */
  refusal(path: string, why: string, advice?: string): GuardrailsError;
  /** More than one of the limits allows. */
  tooLarge(path: string, what: string, limit: "maxRows" | "maxRequests"): GuardrailsError;
  /** Lets so many milliseconds pass, if the read has them; tells whether it had. */
  rest(milliseconds: number): Promise<boolean>;
  /** What they say of the service's clock. */
  clock(): ServiceClock;
  /** How many requests were sent; those tried again count once. */
  requests(): number;
}

export function openApiClient(client: HttpClient, baseUrl: string, scope: ReadScope): ApiClient {
  const { limits } = scope;
  /** Some wait to be sent, and some of those are given up. */
  let asked = 0;

  const refusal: ApiClient["refusal"] = (path, why, advice) =>
    failureError(malformed(why, advice), { address: `${baseUrl}${path}` });

  const tooLarge: ApiClient["tooLarge"] = (path, what, limit) =>
    new GuardrailsError("too-large", {
      what: `could not verify: ${what}, more than the ${limit} of ${limits[limit]}`,
      advice: `Check the address, or raise ${limit}.`,
      address: `${baseUrl}${path}`,
    });

  const getting =
    (within: ReadScope): GetAnswer =>
    async (answer, path, query) => {
      asked += 1;
      if (asked > limits.maxRequests) {
        throw tooLarge(path, `the read needs ${asked} requests`, "maxRequests");
      }
      const parsed = answer.safeParse(await client.getJson(path, query, within));
      if (!parsed.success) throw refusal(path, contractProblem(parsed.error));
      // No timer fires while an answer is worked on: what came of it after the read's time is no evidence.
      if (within.remaining() === 0) {
        throw readTimedOut(limits.readTimeout, within.sent.lastFailure, { address: `${baseUrl}${path}` });
      }
      return parsed.data;
    };

  return {
    // Some more than may be under way, so that a slow answer does not leave the others idle.
    lookAhead: 2 * limits.maxConcurrency,
    get: getting(scope),
    within: (signal) => getting(narrowed(scope, signal)),
    refusal,
    tooLarge,
    rest: (milliseconds) => scope.rest(milliseconds),
    clock: () => scope.clocks.result,
    requests: () => scope.sent.requests,
  };
}

/** Where the answer breaks the contract: `data[2].workspace_id`. zod's words name types only and quote no values. */
function contractProblem(error: z.ZodError): string {
  const [issue] = error.issues;
  const place = toDotPath(issue?.path ?? []);
  return `the answer breaks the contract at ${place === "" ? "its top level" : place}: ${issue?.message ?? "unknown"}`;
}
