import assert from "node:assert/strict";
import { GuardrailsError } from "../../provider/errors";
import {
  failureError,
  networkFailure,
  proxyRefused,
  readTimedOut,
  statusFailure,
} from "../../provider/http/failure";

const status = (code: number): GuardrailsError =>
  failureError(
    statusFailure(
      { status: code, headers: new Headers(), text: async () => "" },
      { said: undefined, now: 0, variable: undefined, isAccepted: false },
    ),
    {},
  );
const connection = { maxPageBytes: 1, baseUrl: "https://openrouter.ai/api/v1", variable: undefined };

const network = (code: string): GuardrailsError => failureError(networkFailure({ code }, connection), {});

describe("what may be an outage", () => {
  const outages = {
    ...Object.fromEntries([500, 502, 503, 504, 429, 425, 408].map((code) => [code, status(code)])),
    "a refused connection": network("ECONNREFUSED"),
    "an unknown host": network("ENOTFOUND"),
    "a proxy that fails": network(`${proxyRefused}503`),
    "a read out of time": readTimedOut(30, undefined, {}),
  };
  for (const [title, error] of Object.entries(outages)) {
    it(`is ${title}`, () => assert(error.isOutage));
  }

  const others = {
    ...Object.fromEntries([301, 400, 401, 403, 404, 410].map((code) => [code, status(code)])),
    "a certificate that nobody trusts": network("CERT_HAS_EXPIRED"),
    "a proxy that refuses": network(`${proxyRefused}403`),
    "an answer that is too large": failureError(networkFailure({ type: "max-size" }, connection), {}),
    "a wrong setting": new GuardrailsError("configuration", { what: "x", advice: "y" }),
  };
  for (const [title, error] of Object.entries(others)) {
    it(`is not ${title}`, () => assert(!error.isOutage));
  }
});
