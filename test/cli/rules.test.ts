import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ruleNames } from "../../policies/rules/index";
import { root } from "../repository";
import { runHere } from "./run-here";

describe("pulumi-guardrails rules", () => {
  it("lists each rule in a line, with what it demands and what puts it in force, without a key", async () => {
    const { status, out, err } = await runHere(["rules"], {});
    assert.deepEqual([status, err], [0, ""]);
    const lines = out.trimEnd().split("\n");
    assert.deepEqual(
      lines.map((line) => line.split("\t")[0]),
      ruleNames,
    );
    for (const line of lines) {
      const [, severity = "", description, inForce] = line.split("\t");
      assert.match(severity, /^(?:low|medium|high|critical)$/u);
      assert.match(description ?? "", /\.$/u);
      assert.match(inForce ?? "", /^(?:with|always)\b/u);
    }
  });

  it("says of each rule what the README says: always in force, or with the setting that it names there", async () => {
    const { out } = await runHere(["rules"], {});
    const readme = readFileSync(join(root, "README.md"), "utf8");
    for (const line of out.trimEnd().split("\n")) {
      const [name = "", , , inForce = ""] = line.split("\t");
      const row = readme.split("\n").find((one) => one.startsWith(`| [${name}](`));
      const said = row?.split("|").at(3)?.trim().replaceAll("`", "") ?? "";
      assert.notEqual(said, "", name);
      assert.equal(inForce.replaceAll('"', "").slice(0, said.length), said, name);
    }
  });

  it("wraps to the terminal", async () => {
    const { out } = await runHere(["rules"], {}, { terminal: { columns: 60, colour: false } });
    for (const name of ruleNames) assert.match(out, new RegExp(`^${name} \\(`, "mu"));
    for (const line of out.split("\n")) assert(line.length <= 60, line);
    assert.match(out, /^ {2}In force: with "exempt" in its own entry;/mu);
  });
});
