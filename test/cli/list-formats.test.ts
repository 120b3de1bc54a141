import assert from "node:assert/strict";
import { Ledger, sampleAssignment, sampleGuardrailId } from "../../local-service/index";
import { KeyAssignmentsClient } from "../../provider/client";
import { useServices } from "../http/reading-of";
import { hostileNames } from "../policies/builders";
import { environmentFor, runCommand } from "./run-command";

describe("pulumi-guardrails list in other formats", () => {
  const running = useServices();

  it("writes a table by default, with what the service counts and where it was read", async () => {
    const service = await running({ rows: 3 });
    service.ledger.deleteKey(sampleAssignment(1).keyHash);
    const { status, out } = await runCommand(["list"], environmentFor(service));
    assert.equal(status, 0);
    const { keyName, keyLabel, keyHash } = sampleAssignment(2);
    assert.match(out, new RegExp(`│ ${keyName} +│ ${keyLabel} +│ ${keyHash.slice(0, 8)} │`, "u"));
    assert.match(out, /2 shown; the service counts 3, 1 of deleted keys \(list of OpenRouter at .*, read 2/u);
  });

  it("writes one JSON object a line", async () => {
    const service = await running({ rows: 120 });
    const { out } = await runCommand(["list", "--format", "ndjson"], environmentFor(service));
    const { baseUrl, managementKey } = service;
    const { assignments } = await new KeyAssignmentsClient({ baseUrl, managementKey }).readAll();
    const lines = out.trimEnd().split("\n");
    assert.deepEqual(
      lines.map((line) => JSON.parse(line)),
      [...assignments],
    );
  });

  it("writes CSV whose cells no spreadsheet takes for a formula", async () => {
    const ledger = new Ledger();
    for (const keyName of ["=1+2", "+1", "-1", "@SUM(A1)", 'a "quoted", name']) ledger.assign({ keyName });
    const service = await running({ ledger });
    const { out } = await runCommand(["list", "--format", "csv"], environmentFor(service));
    const [head, ...rows] = out.trimEnd().split("\n");
    assert.equal(head, "keyName,keyLabel,keyHash,guardrailId,assignedBy,createdAt,id");
    const names = rows.map((row) => row.slice(0, row.indexOf(",sk-or-v1-"))).sort();
    assert.deepEqual(names, ['"a ""quoted"", name"', "'+1", "'-1", "'=1+2", "'@SUM(A1)"]);
  });

  for (const format of ["table", "json", "ndjson", "csv"]) {
    it(`shows hostile names as harmless text in ${format}`, async () => {
      const ledger = new Ledger();
      for (const keyName of hostileNames) ledger.assign({ keyName });
      const service = await running({ ledger });
      const { out } = await runCommand(["list", "--format", format], environmentFor(service));
      assert.doesNotMatch(out.replaceAll("\n", ""), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|::|##\[|##vso|<\{%/u);
    });
  }

  it("filters by guardrail, hashes and names", async () => {
    const service = await running({ rows: 8 });
    const idsBy = async (...filters: string[]): Promise<number> => {
      const { out } = await runCommand(["list", "--format", "ndjson", ...filters], environmentFor(service));
      return out === "" ? 0 : out.trimEnd().split("\n").length;
    };
    const [one, other] = [sampleAssignment(1), sampleAssignment(2)];
    assert.equal(await idsBy("--guardrail-id", sampleGuardrailId(0)), 2);
    assert.equal(await idsBy("--key-hashes", one.keyHash, other.keyHash.toUpperCase()), 2);
    assert.equal(await idsBy("--key-names", one.keyName), 1);
    assert.equal(await idsBy("--key-names", one.keyName, "--key-hashes", other.keyHash), 0);
  });

  it("refuses a filter that is none before it reads, and never echoes it", async () => {
    const service = await running({ rows: 3 });
    const key = `sk-or-v1-${"0e".repeat(32)}`;
    const { status, err } = await runCommand(["list", "--key-hashes", key], environmentFor(service));
    assert.equal(status, 2);
    assert.match(err, /option keyHashes must be a list/u);
    assert(!err.includes(key.slice(0, 20)));
    assert.equal(service.requests.length, 0);
  });
});
