import assert from "node:assert/strict";
import fc from "fast-check";
import stringWidth from "string-width";
import { listAssignments } from "../../cli/list-assignments";
import { type ListFormat, writeListing } from "../../cli/list-formats";
import { Ledger, sampleAssignment, sampleGuardrailId } from "../../local-service/index";
import { redactSnapshot } from "../../provider/assignments/snapshot";
import { KeyAssignmentsClient } from "../../provider/client";
import { registerSecret } from "../../provider/redaction/sanitize";
import { cases } from "../cases";
import { charactersByCategory, foreignText, pieceShown, rawKey, secret, unprintable } from "../foreign-text";
import { useServices } from "../http/reading-of";
import { hostileNames, row, snapshotOf } from "../policies/builders";
import { environmentFor } from "./run-command";
import { runHere } from "./run-here";

describe("pulumi-guardrails list in other formats", () => {
  const running = useServices();

  it("writes a tab between the fields in a pipe, and the counts and the source to standard error", async () => {
    const service = await running({ rows: 3 });
    service.ledger.deleteKey(sampleAssignment(1).keyHash);
    const { status, out, err } = await runHere(["list"], environmentFor(service));
    assert.equal(status, 0);
    const lines = [sampleAssignment(0), sampleAssignment(2)].map((row) =>
      [
        row.keyName,
        row.keyLabel,
        row.keyHash.slice(0, 8),
        service.ledger.guardrails.get(row.guardrailId)?.name ?? "",
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
      terminal: { columns: 180, colour: true },
    });
    const [head = "", first = "", second = ""] = out.split("\n");
    assert.match(head, /^KEY {10}LABEL {16}HASH {6}GUARDRAIL {11}GUARDRAIL ID {26}ASSIGNED BY {2,}SINCE$/u);
    assert.match(first, /^a {12}sk-or-/u);
    const name = ledger.guardrails.get(guardrailId)?.name ?? "";
    assert.equal(first.indexOf(name), head.indexOf("GUARDRAIL"));
    assert.match(first, / {2}- +2026/u);
    assert.match(second, /^prod-search {2}sk-or-/u);
  });

  it("calls guardrails by their names, and by their ids with the reason where names cannot be read", async () => {
    const ledger = new Ledger();
    const { id } = ledger.guardrails.add({ name: "Team\u0007 default" });
    ledger.assign({ keyName: "a", guardrailId: id });
    const named = await runHere(["list"], environmentFor(await running({ ledger })));
    assert.equal(named.out.split("\t")[3], "Team\\u{7} default");
    const faults = ({ path }: { readonly path: string }) =>
      path.endsWith("/guardrails") ? ({ kind: "status", status: 403 } as const) : undefined;
    const service = await running({ ledger, faults });
    const { status, out, err } = await runHere(["list"], environmentFor(service));
    assert.equal(status, 0);
    assert.deepEqual(out.split("\t").slice(3, 5), [id, "-"], "an id is shown once");
    assert.match(
      err,
      /^Showing guardrail ids instead of names: the service did not accept the management key \(403/mu,
    );
    const asked = service.requests.length;
    assert.equal((await runHere(["list", "--format", "csv"], environmentFor(service))).err, "");
    assert(service.requests.slice(asked).every(({ path }) => !path.endsWith("/guardrails")));
  });

  it("aligns names that a terminal draws two columns wide a character", async () => {
    const ledger = new Ledger();
    ledger.assign({ keyName: "決済ゲートウェイ" });
    ledger.assign({ keyName: "prod-search" });
    const { out } = await runHere(["list"], environmentFor(await running({ ledger })), {
      terminal: { columns: 60, colour: true },
    });
    assert.match(out, /^prod-search {7}[0-9a-f]{8} /mu);
    assert.match(out, /^決済ゲートウェイ {2}[0-9a-f]{8} /mu);
  });

  for (const columns of [40, 60, 80, 132]) {
    it(`fits a terminal of ${columns} columns, whatever the names, and says what it left out for that`, async () => {
      const ledger = new Ledger();
      for (const keyName of ["x".repeat(300), "決済".repeat(60), "prod-search", ""]) {
        ledger.assign({ keyName });
        ledger.addKey({ keyName });
      }
      const environment = environmentFor(await running({ ledger }));
      for (const argv of [["list"], ["list", "--unguarded"]]) {
        const { out } = await runHere(argv, environment, { terminal: { columns, colour: true } });
        const [head = "", ...lines] = out.trimEnd().split("\n");
        assert.match(head, /^KEY .*HASH/u);
        for (const line of lines) assert(stringWidth(line) <= columns, line);
        assert.match(out, /^\(no name\) /mu);
        assert.match(out, /^prod-search/mu);
        if (columns === 40) assert.match(out, /^Left out: /mu);
      }
    });
  }

  it("writes one JSON object a line", async () => {
    const service = await running({ rows: 120 });
    const { out } = await runHere(["list", "--format", "ndjson"], environmentFor(service));
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
    const { out } = await runHere(["list", "--format", "csv"], environmentFor(service));
    const [head, ...rows] = out.trimEnd().split("\n");
    assert.equal(head, "keyName,keyLabel,keyHash,guardrailId,assignedBy,createdAt,id");
    const names = rows.map((row) => row.slice(0, row.indexOf(",sk-or-v1-"))).sort();
    assert.deepEqual(names, ['"a ""quoted"", name"', "'+1", "'-1", "'=1+2", "'@SUM(A1)"]);
  });

  for (const format of ["text", "json", "ndjson"]) {
    it(`shows hostile names as harmless text in ${format}`, async () => {
      const ledger = new Ledger();
      for (const keyName of hostileNames) ledger.assign({ keyName });
      const service = await running({ ledger });
      const { out } = await runHere(["list", "--format", format], environmentFor(service));
      assert.doesNotMatch(out.replaceAll(/[\n\t]/gu, ""), unprintable);
      assert.doesNotMatch(out, /::|##\[|##vso|<\{%/u);
    });
  }

  it("shows no raw key that somebody took for a name, in no format, and finds it by that name", async () => {
    const ledger = new Ledger();
    ledger.assign({ keyName: `old ${rawKey}` });
    ledger.addKey({ keyName: `new ${rawKey}` });
    ledger.addKey({ keyName: "other" });
    const service = await running({ ledger });
    for (const format of ["text", "json", "ndjson", "csv"]) {
      for (const [which, name] of [
        [[], "old"],
        [["--unguarded"], "new"],
      ] as const) {
        const { status, out, err } = await runHere(
          ["list", ...which, "--format", format, "--key-name", `${name} ${rawKey}`],
          environmentFor(service),
        );
        assert.equal(status, 0);
        assert.match(out, new RegExp(`${name} \\[key\\]`, "u"));
        assert.doesNotMatch(out, /other/u);
        assert.equal(pieceShown(out + err), undefined);
      }
    }
  });

  it("filters by guardrail, hashes and names", async () => {
    const service = await running({ rows: 8 });
    const idsBy = async (...filters: string[]): Promise<number> => {
      const { out } = await runHere(["list", "--format", "ndjson", ...filters], environmentFor(service));
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
    const { status, err } = await runHere(["list", "--key-hash", key], environmentFor(service));
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
      /^of 1 assignment, none has the key name "prod-gatewya"\. Did you mean "prod-gateway"\?$/mu,
    );
    assert.match(err, /^of 1 assignment, none is of the key hash abababab\.$/mu);
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
    assert.match(err, new RegExp(`^of 3 assignments, none is of the guardrail ${id}\\.$`, "mu"));
  });
});

describe("names of every kind of character, in the formats of pulumi-guardrails list", () => {
  registerSecret(secret);

  /** The list as it is written for somebody's program, or on a terminal. */
  function written(format: ListFormat, names: readonly string[], toTerminal = false): string {
    const rows = names.map((name, n) => row(n, { keyName: name, keyLabel: name, assignedBy: name }));
    return writeListing(
      format,
      listAssignments(
        snapshotOf(rows),
        {},
        { unguarded: "pulumi-guardrails list --unguarded", names: new Map() },
      ).listing,
      toTerminal ? { columns: 80, colour: true } : undefined,
    );
  }

  function always(property: (names: readonly string[]) => void): void {
    fc.assert(fc.property(fc.array(foreignText, { minLength: 1, maxLength: 4 }), property), {
      numRuns: cases(100),
    });
  }

  const expected = (names: readonly string[]) =>
    redactSnapshot(snapshotOf(names.map((keyName, n) => row(n, { keyName })))).assignments.map(
      ({ keyName }) => keyName,
    );

  for (const format of ["text", "json", "ndjson", "csv"] as const) {
    it(`give no secret away in ${format}`, () =>
      always((names) => {
        assert.equal(pieceShown(written(format, names)), undefined);
        assert.equal(pieceShown(written(format, names, true)), undefined);
      }));

    it(`do nothing to a terminal in ${format}`, () =>
      always((names) => {
        const shown = written(format, names, true);
        assert.doesNotMatch(shown.replaceAll("\n", ""), unprintable);
        assert.doesNotMatch(shown, /::|##\[|##vso\[|<\{%/u);
      }));

    it(`do nothing to a pipeline's log in ${format}`, () =>
      always((names) => assert.doesNotMatch(written(format, names), /^[\p{Z}\p{C}]*::|##\[|##vso\[/mu)));
  }

  it("do nothing to a pipeline's log in csv, whatever character that a pipeline may trim stands before a command", () => {
    const trimmed = [...charactersByCategory].filter(([category]) => /^[ZC]/u.test(category));
    for (const character of trimmed.flatMap(([, characters]) => characters)) {
      const lines = written("csv", [`${character}::error::pwned`, `a\n${character}##[group]`]);
      assert.doesNotMatch(lines, /^[\p{Z}\p{C}]*::|##\[/mu, JSON.stringify(character));
    }
  });

  it("are the same in JSON for whoever reads it, but for secrets", () =>
    always((names) => {
      const { assignments } = JSON.parse(written("json", names));
      assert.deepEqual(
        assignments.map(({ keyName }: { keyName: string }) => keyName),
        expected(names),
      );
      const lines = written("ndjson", names).trimEnd().split("\n");
      assert.deepEqual(
        lines.map((line) => JSON.parse(line).keyName),
        expected(names),
      );
    }));

  it("are the same in CSV, but for secrets and an apostrophe before what would be obeyed", () =>
    always((names) => {
      const [head, ...records] = csvRecords(written("csv", names));
      assert.equal(head?.length, 7);
      const plain = (text = "") => text.replace(/^'|'(?=::)|(?<=#)'(?=#)/gmu, "");
      assert.deepEqual(
        records.map(([keyName]) => plain(keyName)),
        expected(names).map(plain),
      );
      for (const record of records) {
        assert.equal(record.length, 7);
        for (const field of record) assert.doesNotMatch(field, /^[=+\-@\t\r]/u);
      }
    }));
});

/** The records of a CSV file as RFC 4180 has it. */
function csvRecords(text: string): readonly (readonly string[])[] {
  const records: string[][] = [[]];
  const field = /(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|$)/guy;
  for (const [, quoted, bare = "", end] of text.trimEnd().matchAll(field)) {
    records.at(-1)?.push(quoted?.replaceAll('""', '"') ?? bare);
    if (end === "\n") records.push([]);
    if (end === "") break;
  }
  return records;
}
