import assert from "node:assert/strict";
import fc from "fast-check";
import { contentsOf, namesIn } from "../../provider/json";
import { seed } from "../assignments/property";
import { cases } from "../cases";

describe("the names that JSON writes", () => {
  it("are as many as its value has properties, however it is spaced and whatever its texts hold", () => {
    const texts = fc.oneof(fc.string(), fc.stringMatching(/^[\\":,{} \n]*$/u));
    const value = fc.jsonValue({ stringUnit: "binary" });
    const json = fc.tuple(fc.dictionary(texts, fc.oneof(texts, value, fc.array(texts))), fc.nat({ max: 3 }));
    fc.assert(
      fc.property(json, ([written, indent]) => {
        const text = JSON.stringify(written, null, indent);
        assert.equal(namesIn(text), contentsOf(JSON.parse(text), 100_000)?.properties);
      }),
      { seed, numRuns: cases(2_000) },
    );
  });

  it("are more where an object gives one twice", () => {
    const text = '{"a":1,"\\u0061":{"b":2},"c":[{"b":"b"}]}';
    assert.deepEqual([namesIn(text), contentsOf(JSON.parse(text), 100)?.properties], [5, 4]);
  });
});
