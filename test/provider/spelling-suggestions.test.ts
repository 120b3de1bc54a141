import assert from "node:assert/strict";
import { nearNames } from "../../provider/spelling-suggestions";

describe("names that may have been meant", () => {
  const known = ["prod-gateway", "prod-search", "prod-batch", "billing agent", "x"];

  it("differ by slips of the hand, and by case, hyphens and spaces at no cost", () => {
    assert.deepEqual(nearNames("prod-gatewya", known), ["prod-gateway"]);
    assert.deepEqual(nearNames("PROD_GATEWAY", known), ["prod-gateway"]);
    assert.deepEqual(nearNames("BillingAgent", known), ["billing agent"]);
  });

  it("are none where nothing is near", () => {
    assert.deepEqual(nearNames("checkout", known), []);
    assert.deepEqual(nearNames("y", known), []);
    assert.deepEqual(nearNames("", known), []);
  });

  it("come nearest first, three at most, each once", () => {
    const many = ["prod-1", "prod-2", "prod-3", "prod-4", "prod-12", "prod-12"];
    assert.deepEqual(nearNames("prod-12", many), ["prod-12", "prod-1", "prod-2"]);
  });
});
