import assert from "node:assert/strict";
import { GuardrailsError } from "../../provider/errors";
import { resolveAddress, resolveSettings } from "../../provider/settings/settings";

const key = { GUARDRAILS_MANAGEMENT_KEY: "the-management-key" };

function refusal(environment: Readonly<Record<string, string>>): string {
  for (const resolve of [resolveAddress, resolveSettings]) {
    assert.throws(() => resolve({ environment }), GuardrailsError);
  }
  try {
    resolveSettings({ environment });
  } catch (error) {
    if (error instanceof GuardrailsError && error.kind === "configuration") return error.message;
    throw error;
  }
  return assert.fail("it was not refused");
}

describe("an environment variable that nobody reads", () => {
  for (const [written, meant] of [
    ["GUARDRAILS_BASEURL", "GUARDRAILS_BASE_URL"],
    ["GUARDRAILS_BASE_URI", "GUARDRAILS_BASE_URL"],
    ["guardrails_base_url", "GUARDRAILS_BASE_URL"],
    ["GUARDRAIL_BASE_URL", "GUARDRAILS_BASE_URL"],
    ["GAURDRAILS_BASE_URL", "GUARDRAILS_BASE_URL"],
    ["GUARDRAILS__BASE_URL", "GUARDRAILS_BASE_URL"],
    ["GUARDRAILS_URL", "GUARDRAILS_BASE_URL"],
    ["GUARDRAILS_API_HOST", "GUARDRAILS_BASE_URL"],
    ["GUARDRAILS_MANAGMENT_KEY", "GUARDRAILS_MANAGEMENT_KEY"],
    ["GUARDRAIL_MANAGEMENT_KEY", "GUARDRAILS_MANAGEMENT_KEY"],
    ["GUARDRAILS_MGMT_KEY", "GUARDRAILS_MANAGEMENT_KEY"],
    ["GUARDRAILS_OPENROUTER_MANAGEMENT_KEY", "GUARDRAILS_MANAGEMENT_KEY"],
    ["GUARDRAILS_MANAGEMENTKEYS", "GUARDRAILS_MANAGEMENT_KEY"],
    ["GUARDRAILS_SERVIS", "GUARDRAILS_SERVICE"],
    ["GUARDRAILS_SERVICES", "GUARDRAILS_SERVICE"],
    ["OPENROUTER_MANGEMENT_KEY", "OPENROUTER_MANAGEMENT_KEY"],
    ["MODELGATES_MANAGEMENT_KEYS", "MODELGATES_MANAGEMENT_KEY"],
  ] as const) {
    it(`is refused where ${meant} is meant: ${written}`, () => {
      for (const value of ["https://hunter2.example", ""]) {
        const message = refusal({ ...key, [written]: value });
        assert.match(message, new RegExp(`"${written}".* ${meant} is probably meant`, "u"));
        assert(!message.includes("hunter2"), message);
      }
    });
  }

  for (const [written, setting] of [
    ["GUARDRAILS_REQUIRED_KEYS", "requiredKeys"],
    ["GUARDRAILS_READ_TIMEOUT", "readTimeout"],
    ["GUARDRAILS_MAXROW", "maxRows"],
  ] as const) {
    it(`is refused where the environment holds no such setting: ${written}`, () => {
      assert.match(refusal({ ...key, [written]: "7" }), new RegExp(`holds no ${setting}`, "u"));
    });
  }

  it("is shown without what could harm a log", () => {
    assert(!refusal({ ...key, "GUARDRAILS_URL_\u202e\n": "" }).includes("\u202e"));
  });

  it("is another program's where it is far from all of ours", () => {
    const others = [
      "GUARDRAILS_SERVICE_HOST",
      "GUARDRAILS_SERVICE_PORT",
      "GUARDRAILS_SERVICE_PORT_HTTP",
      "GUARDRAILS_PORT",
      "GUARDRAILS_PORT_443_TCP_ADDR",
      "GUARDRAILS_RUN_SYNC",
      "GUARDRAILS_TEST_SEED",
      "GUARDRAIL_ID",
      "BASE_URL",
      "MANAGEMENT_KEY",
      "OPENROUTER_BASE_URL",
      "NEMO_GUARDRAILS_BASE_URL",
    ];
    const environment = { ...key, ...Object.fromEntries(others.map((name) => [name, "x"])) };
    assert.equal(resolveSettings({ environment }).service, "openrouter");
  });

  it("is none where it is not set at all", () => {
    assert.equal(
      resolveSettings({ environment: { ...key, GUARDRAILS_URL: undefined } }).service,
      "openrouter",
    );
  });
});
