import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { LOCAL_MANAGEMENT_KEY } from "../../local-service/index";
import { getKeyAssignmentsOutput } from "../../sdk/index";
import { useServices } from "../http/reading-of";
import { configureFor, resolved, useProgram } from "./program";

describe("getKeyAssignmentsOutput in a program", () => {
  const running = useServices();
  useProgram();

  it("takes arguments that other resources give", async () => {
    const service = await running();
    configureFor(service);
    const [row] = service.ledger.assignments();
    assert(row !== undefined);
    const keyNames = pulumi.output([pulumi.output(row.keyName)]);
    const { assignments } = await resolved(getKeyAssignmentsOutput({ keyNames }));
    assert.deepEqual(assignments, [row]);
  });

  it("needs no arguments", async () => {
    configureFor(await running());
    assert.equal((await resolved(getKeyAssignmentsOutput())).assignments.length, 3);
  });

  it("is not secret because the management key is", async () => {
    const { baseUrl } = await running();
    const managementKey = pulumi.secret(LOCAL_MANAGEMENT_KEY);
    const output = getKeyAssignmentsOutput({ baseUrl, managementKey });
    assert.equal((await resolved(output)).assignments.length, 3);
    assert.equal(await pulumi.isSecret(output), false);
    assert(!JSON.stringify(await resolved(output)).includes(LOCAL_MANAGEMENT_KEY));
  });

  it("is secret because another argument is", async () => {
    const service = await running();
    configureFor(service);
    const output = getKeyAssignmentsOutput({ keyNames: pulumi.secret(["prod-gateway"]) });
    assert.deepEqual((await resolved(output)).assignments, []);
    assert.equal(await pulumi.isSecret(output), true);
  });
});
