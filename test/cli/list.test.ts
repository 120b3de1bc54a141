import assert from "node:assert/strict";
import { type Fault, Ledger, LOCAL_MANAGEMENT_KEY, sampleAssignment } from "../../local-service/index";
import { KeyAssignmentsClient } from "../../provider/client";
import { useServices } from "../http/reading-of";
import { hostileNames, nilGuardrail } from "../policies/builders";
import { environmentFor } from "./run-command";
import { runHere } from "./run-here";

describe("pulumi-guardrails list", () => {
  const running = useServices();

  it("writes one JSON object: what the client gives", async () => {
    const service = await running({ rows: 120 });
    const { status, out, err } = await runHere(["list", "--format", "json"], environmentFor(service));
    assert.deepEqual({ status, err }, { status: 0, err: "" });
    const { baseUrl } = service;
    const options = { baseUrl, managementKey: LOCAL_MANAGEMENT_KEY } as const;
    const { readAt, clock, ...expected } = await new KeyAssignmentsClient(options).readAll();
    const { readAt: listedAt, clock: listedClock, ...listed } = JSON.parse(out);
    assert.deepEqual(listed, structuredClone(expected));
    assert.equal(listedClock.kind, clock?.kind);
    assert(Date.parse(listedAt) <= Date.parse(readAt));
  });

  it("finds the 31 assignments behind 120 deleted keys, and says that 120 rows are missing", async () => {
    const positions = Array.from({ length: 151 }, (_, n) => (n < 120 ? "orphan" : sampleAssignment(n)));
    const service = await running({ ledger: new Ledger({ positions }) });
    const { status, out } = await runHere(["list", "--format", "json"], environmentFor(service));
    assert.equal(status, 0);
    const { assignments, totalCount, missingRows } = JSON.parse(out);
    assert.deepEqual([assignments.length, totalCount, missingRows], [31, 151, 120]);
    const hashes = assignments.map(({ keyHash }: { keyHash: string }) => keyHash);
    assert(hashes.includes(sampleAssignment(150).keyHash));
  });

  it("shows people that an assignment to the nil UUID is of no guardrail, and programs what the service says", async () => {
    const ledger = new Ledger();
    ledger.assign({ keyName: "prod-nil", guardrailId: nilGuardrail });
    const environment = environmentFor(await running({ ledger }));
    assert.match((await runHere(["list"], environment)).out, /^prod-nil\t[^\n]*\t\(none\)\t/u);
    const { out } = await runHere(["list", "--format", "json"], environment);
    assert.equal(JSON.parse(out).assignments[0].guardrailId, nilGuardrail);
  });

  it("writes an empty list as an empty list", async () => {
    const { out } = await runHere(["list", "--format", "json"], environmentFor(await running({ rows: 0 })));
    assert.deepEqual(JSON.parse(out).assignments, []);
  });

  it("is harmless to a terminal and a pipeline, and true to a parser but for secrets, whatever the keys are called", async () => {
    const positions = hostileNames.map((name, n) => ({
      ...sampleAssignment(n),
      keyName: name,
      keyLabel: name,
    }));
    const service = await running({ ledger: new Ledger({ positions }) });
    const { out } = await runHere(["list", "--format", "json"], environmentFor(service));
    assert.doesNotMatch(out.replaceAll("\n", ""), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}]/u);
    assert.doesNotMatch(out, /::|##\[|##vso\[|<\{/u);
    const names = JSON.parse(out).assignments.map(({ keyName }: { keyName: string }) => keyName);
    const expected = hostileNames.map((name) => (name.startsWith("sk-or-v1-") ? "[key]" : name));
    assert.deepEqual(names.toSorted(), expected.toSorted());
  });

  it("colours nothing, also where the environment asks for it", async () => {
    const environment = { ...environmentFor(await running()), FORCE_COLOR: "3", CLICOLOR_FORCE: "1" };
    for (const argv of [["list"], ["--help"], ["list", "--format", "yaml"]]) {
      const { out, err } = await runHere(argv, environment);
      assert(!(out + err).includes("\u001b"));
    }
  });

  it("reads from --base-url when the credential belongs there", async () => {
    const service = await running();
    const argv = ["list", "--base-url", service.baseUrl];
    assert.equal((await runHere(argv, environmentFor(service))).status, 0);
  });

  it("sends the environment's credential to no other --base-url", async () => {
    const service = await running();
    const other = await running();
    const { status, out, err } = await runHere(
      ["list", "--base-url", other.baseUrl],
      environmentFor(service),
    );
    assert.deepEqual([status, out], [2, ""]);
    assert.match(err, /does not belong to/u);
    assert.deepEqual([service.requests.length, other.requests.length], [0, 0]);
  });

  it("ends with 2 and no output without a credential", async () => {
    const service = await running();
    for (const environment of [{}, { ...environmentFor(service), GUARDRAILS_MANAGEMENT_KEY: "" }]) {
      const { status, out, err } = await runHere(["list"], environment);
      assert.deepEqual([status, out], [2, ""]);
      assert.match(err, /^pulumi-guardrails: (?:no management key for|environment variable GUARDRAILS_MAN)/u);
    }
    assert.equal(service.requests.length, 0);
  });

  const faults: readonly Fault[] = [
    { kind: "status", status: 401 },
    { kind: "echo-credential" },
    { kind: "html-200" },
    { kind: "invalid-json" },
    { kind: "redirect", location: "https://elsewhere.example/" },
  ];
  for (const fault of faults) {
    it(`ends with 3 and no output on ${fault.kind}`, async () => {
      const service = await running({ faults: () => fault });
      const { status, out, err } = await runHere(["list"], environmentFor(service));
      assert.deepEqual([status, out], [3, ""]);
      assert.match(err, /^pulumi-guardrails: could not verify: .*\n$/u);
    });
  }
});
