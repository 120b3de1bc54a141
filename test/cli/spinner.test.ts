import assert from "node:assert/strict";
import { describeProgress } from "../../cli/spinner";

describe("the progress of a reading", () => {
  it("names no total that more was read than", () => {
    assert.equal(describeProgress(1, 1), "Reading the key assignments: 1 of 1");
    assert.equal(describeProgress(1200, 5000), "Reading the key assignments: 1,200 of 5,000");
    assert.equal(describeProgress(6, 5), "Reading the key assignments: 6");
  });
});
