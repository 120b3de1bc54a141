import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";

describe("the search for a secret in a long text", () => {
  for (const unit of ["%25", "é", "\\"]) {
    it(`takes little more room than the text it searches: ${unit} three million characters long`, () => {
      const program = `
        const { reveal } = require(${JSON.stringify(require.resolve("../../provider/redaction/secret-search"))});
        const text = ${JSON.stringify(unit)}.repeat(3_000_000 / ${unit.length});
        console.log(reveal([text], "some-secret-key"), reveal([text + "some-secret-key"], "some-secret-key".slice(1)));
      `;
      const { stdout, stderr } = spawnSync(
        process.execPath,
        ["--max-old-space-size=150", "--eval", program],
        { encoding: "utf8" },
      );
      assert.equal(stdout, "false true\n", stderr.slice(0, 300));
    });
  }
});
