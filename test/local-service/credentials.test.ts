import assert from "node:assert/strict";
import { LOCAL_MANAGEMENT_KEY, type LocalServiceOptions } from "../../local-service/index";
import { useServices } from "../http/reading-of";
import { ask, LIST } from "./asking";

describe("the local service's check of the credential", () => {
  const running = useServices();

  const refusalOf = async (options: LocalServiceOptions, authorization?: string): Promise<Response> => {
    const service = await running(options);
    const response = await fetch(`${service.baseUrl}${LIST}`, {
      headers: authorization === undefined ? {} : { authorization },
    });
    assert.equal(response.status, 401);
    return response;
  };

  it("refuses a missing one as OpenRouter does, without a body", async () => {
    assert.equal(await (await refusalOf({})).text(), "");
  });

  it("refuses a wrong one as ModelGates does, in its envelope", async () => {
    const { error, modelgates_metadata } = JSON.parse(
      await (await refusalOf({ flavour: "modelgates" }, "Bearer x")).text(),
    );
    assert.equal(error.code, 401);
    assert.equal(modelgates_metadata, null);
  });

  it("refuses as a proxy does, with a web page", async () => {
    const response = await refusalOf({ errorBody: "html" }, `Basic ${LOCAL_MANAGEMENT_KEY}`);
    assert.match(response.headers.get("content-type") ?? "", /^text\/html/);
  });

  it("accepts the one it was given", async () => {
    const service = await running({ managementKey: "sk-or-mgmt-mine" });
    assert.equal((await ask(service)).status, 200);
  });
});
