import assert from "node:assert/strict";
import { LOCAL_MANAGEMENT_KEY } from "../../local-service/index";
import { checkKeyAssignments } from "../../provider/dynamic-provider";
import { KeyAssignments } from "../../sdk/index";
import { useServices } from "../http/reading-of";
import { configureFor, resolved, useProgram } from "./program";

describe("KeyAssignments by an explicit provider", () => {
  const running = useServices();
  const registered = useProgram();

  /** What the resource's constructor hands to its provider under this stack configuration. */
  async function handedOver(service: Parameters<typeof configureFor>[0]) {
    configureFor(service);
    await resolved(new KeyAssignments("assignments").urn);
    return registered[0]?.inputs ?? assert.fail("nothing was registered");
  }

  it("is refused where that gets no stack configuration, before anything is sent", async () => {
    const service = await running();
    const { inputs, failures } = await checkKeyAssignments(
      { get: () => undefined },
      await handedOver(service),
    );
    assert.match(failures?.[0]?.reason ?? "", /would read another account than the stack's/u);
    assert.equal(inputs?.["snapshot"], undefined);
    assert.equal(service.requests.length, 0);
  });

  it("is read where that gets the same, and what was handed over is dropped", async () => {
    const service = await running({ rows: 3 });
    const values: Readonly<Record<string, string>> = {
      "guardrails:baseUrl": service.baseUrl,
      "guardrails:managementKey": LOCAL_MANAGEMENT_KEY,
    };
    const { inputs, failures } = await checkKeyAssignments(
      { get: (name) => values[name] },
      await handedOver(service),
    );
    assert.equal(failures, undefined);
    assert.deepEqual(Object.keys(inputs ?? {}), ["snapshot"]);
  });

  it("is read as before where the stack configures nothing, or an earlier version hands nothing over", async () => {
    const { failures } = await checkKeyAssignments({ get: () => undefined }, {});
    assert.match(failures?.[0]?.reason ?? "", /no management key|GUARDRAILS_MANAGEMENT_KEY/u);
  });
});
