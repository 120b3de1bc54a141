import assert from "node:assert/strict";
import { Ledger, sampleAssignment, sampleGuardrailId } from "../../local-service/index";
import { KeyAssignmentsClient } from "../../provider/client";
import { useServices } from "../http/reading-of";
import { hostileNames } from "../policies/builders";
import { environmentFor, runCommand } from "./run-command";
import { runHere } from "./run-here";

describe("pulumi-guardrails list in other formats", () => {
  const running = useServices();

  it("writes a tab between the fields in a pipe, and the counts and the source to standard error", async () => {
    const service = await running({ rows: 3 });
    service.ledger.deleteKey(sampleAssignment(1).keyHash);
    const { status, out, err } = await runCommand(["list"], environmentFor(service));
    assert.equal(status, 0);
    const lines = [sampleAssignment(0), sampleAssignment(2)].map((row) =>
      [
        row.keyName,
        row.keyLabel,
        row.keyHash.slice(0, 8),
        row.guardrailId,
        row.assignedBy ?? "-",
        row.createdAt,
      ].join("\t"),
    );
    assert.equal(out, `${lines.toSorted().join("\n")}\n`);
    assert.match(
      err,
      /^2 shown; the service counts 3, 1 of deleted keys \(list of OpenRouter at .*, read 2.*\n$/u,
    );
  });

  it("aligns columns below a heading on a terminal, in the order of names, and draws no box", async () => {
    const ledger = new Ledger();
    ledger.assign({ keyName: "prod-search" });
    const { guardrailId } = ledger.assign({ keyName: "a", assignedBy: null });
    const { out } = await runHere(["list"], environmentFor(await running({ ledger })), {
      terminal: { columns: 80, colour: true },
    });
    const [head = "", first = "", second = ""] = out.split("\n");
    assert.match(head, /^KEY {10}LABEL {16}HASH {6}GUARDRAIL {29}ASSIGNED BY {2,}SINCE$/u);
    assert.match(first, /^a {12}sk-or-/u);
    assert.equal(first.indexOf(guardrailId), head.indexOf("GUARDRAIL"));
    assert.match(first, / {2}- +2026/u);
    assert.match(second, /^prod-search {2}sk-or-/u);
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

  for (const format of ["text", "json", "ndjson", "csv"]) {
    it(`shows hostile names as harmless text in ${format}`, async () => {
      const ledger = new Ledger();
      for (const keyName of hostileNames) ledger.assign({ keyName });
      const service = await running({ ledger });
      const { out } = await runCommand(["list", "--format", format], environmentFor(service));
      assert.doesNotMatch(out.replaceAll(/[\n\t]/gu, ""), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|::|##\[|##vso|<\{%/u);
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
    assert.equal(await idsBy("--key-hash", one.keyHash, "--key-hash", other.keyHash.toUpperCase()), 2);
    assert.equal(await idsBy("--key-name", one.keyName), 1);
    assert.equal(await idsBy("--key-name", one.keyName, "--key-hash", other.keyHash), 0);
  });

  it("refuses a filter that is none before it reads, and never echoes it", async () => {
    const service = await running({ rows: 3 });
    const key = `sk-or-v1-${"0e".repeat(32)}`;
    const { status, err } = await runCommand(["list", "--key-hash", key], environmentFor(service));
    assert.equal(status, 2);
    assert.match(err, /option --key-hash must be a key's hash: 64 hexadecimal/u);
    assert(!err.includes(key.slice(0, 20)));
    assert.equal(service.requests.length, 0);
  });

  it("says of each filter that matches nothing that it does, and which name may be meant", async () => {
    const ledger = new Ledger();
    ledger.assign({ keyName: "prod-gateway" });
    const service = await running({ ledger });
    const filters = [
      "--key-name",
      "prod-gatewya",
      "--key-name",
      "prod-gateway",
      "--key-hash",
      "ab".repeat(32),
    ];
    const { status, out, err } = await runHere(["list", ...filters], environmentFor(service));
    assert.deepEqual([status, out], [0, ""]);
    assert.match(
      err,
      /^none of the 1 assignments has the key name "prod-gatewya"\. Did you mean "prod-gateway"\?$/mu,
    );
    assert.match(err, /^none of the 1 assignments is of the key hash abababab\.$/mu);
    assert.match(
      err,
      /^A key without a guardrail is in no assignment: see pulumi-guardrails list --unguarded\.$/mu,
    );
    assert.doesNotMatch(err, /key name "prod-gateway"\./u);
  });

  it("says that no assignment is of a guardrail", async () => {
    const service = await running({ rows: 3 });
    const id = "00000000-0000-4000-8000-000000000000";
    const { status, err } = await runHere(["list", "--guardrail-id", id], environmentFor(service));
    assert.equal(status, 0);
    assert.match(err, new RegExp(`^none of the 3 assignments is of the guardrail ${id}\\.$`, "mu"));
  });
});
