import assert from "node:assert/strict";
import { LOCAL_MANAGEMENT_KEY } from "../../local-service/index";
import { KeyAssignmentsClient } from "../../provider/client";
import { GuardrailsError } from "../../provider/errors";

describe("an option that the client does not know", () => {
  const baseUrl = "http://127.0.0.1:9";
  const refusal = (options: object): string => {
    try {
      new KeyAssignmentsClient({ managementKey: LOCAL_MANAGEMENT_KEY, ...options });
    } catch (error) {
      assert(error instanceof GuardrailsError && error.kind === "configuration");
      return error.message;
    }
    return assert.fail("it was passed over");
  };

  it("is refused by its name with the nearest one: a misspelt address would send the key to another", () => {
    const message = refusal({ baseURL: baseUrl });
    assert.match(
      message,
      /KeyAssignmentsClient was given an option it does not know: baseURL \(did you mean baseUrl\?\)/u,
    );
    assert(!message.includes(baseUrl));
  });

  it("is refused where it belongs to what reads rows, and shows no key that stands in its place", () => {
    const message = refusal({ baseUrl, keyNames: ["x"], [`sk-or-v1-${"0e6".repeat(21)}`]: 1 });
    assert.match(
      message,
      /options it does not know: keyNames, \[key\]\. .* belongs to readAll or readPage\.$/u,
    );
  });
});
