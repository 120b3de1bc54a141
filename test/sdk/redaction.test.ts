import assert from "node:assert/strict";
import { Ledger, LOCAL_MANAGEMENT_KEY, type LocalService } from "../../local-service/index";
import { LiveEvidence } from "../../policies/evidence/live-evidence";
import { parseSnapshot } from "../../provider/assignments/snapshot";
import { checkKeyAssignments } from "../../provider/dynamic-provider";
import { KeyAssignmentsClient } from "../../provider/index";
import { getKeyAssignments } from "../../sdk/index";
import { pieceShown, rawKey } from "../foreign-text";
import { readingOf, useServices } from "../http/reading-of";
import { judgeRule } from "../policies/judging";
import { configureFor, useProgram } from "./program";

const wanted = `${rawKey}-of-billing`;
const strange = "a::b\u200b\u0085<{%";

/** A raw key and the management key's own text as names, labels and authors; and one that is strange and no secret. */
function hostileLedger(): Ledger {
  const ledger = new Ledger();
  const label = `${rawKey.slice(0, 30)}\u2060${rawKey.slice(30)}`;
  ledger.assign({ keyName: wanted, keyLabel: label, assignedBy: `by ${rawKey}` });
  ledger.assign({ keyName: strange });
  return ledger;
}

describe("a raw key that somebody took for a name", () => {
  const running = useServices();
  useProgram();

  let service: LocalService;
  beforeEach(async () => {
    service = await running({ ledger: hostileLedger() });
    configureFor(service);
  });

  function assertRedacted(data: unknown, names: readonly string[]): void {
    const text = JSON.stringify(data);
    assert.equal(pieceShown(text), undefined);
    for (const name of names) assert(text.includes(JSON.stringify(name).slice(1, -1)), name);
  }

  it("is redacted in what a client gives, and all else stays as it is", async () => {
    const { baseUrl } = service;
    const client = new KeyAssignmentsClient({ baseUrl, managementKey: LOCAL_MANAGEMENT_KEY });
    assertRedacted(await client.readAll(), ["[key]", "by [key]", strange]);
    assertRedacted(await client.readPage({ offset: 0, limit: 10 }), ["[key]", strange]);
    const streamed = [];
    for await (const row of client.stream()) streamed.push(row);
    assertRedacted(streamed, ["[key]", strange]);
    assertRedacted(await client.readInventory(), ["[key]", strange]);
    const { id, workspace_id: workspace } = service.ledger.guardrails.add({ name: `of ${rawKey}` });
    assert(workspace !== null);
    assertRedacted([...(await client.readGuardrails([id]))], ["of [key]"]);
    assertRedacted([...(await client.readGuardrailNames("all", [workspace]))], ["of [key]"]);
  });

  it("is redacted in a program, in each of the ways it may ask", async () => {
    const { signal } = new AbortController();
    for (const options of [{}, { signal }]) {
      assertRedacted(await getKeyAssignments({}, options), ["[key]", strange]);
      assertRedacted(await getKeyAssignments({ offset: 0, limit: 10 }, options), ["[key]", strange]);
      const named = await getKeyAssignments({ keyNames: [wanted] }, options);
      assert.equal(named.assignments.length, 1);
      assertRedacted(named, ["[key]"]);
    }
  });

  it("is redacted in the state, as the filter it was found by too", async () => {
    const configuration = {
      get: (name: string) =>
        ({ "guardrails:baseUrl": service.baseUrl, "guardrails:managementKey": LOCAL_MANAGEMENT_KEY })[name],
    };
    assertRedacted(await checkKeyAssignments(configuration, {}), ["[key]"]);
    const { inputs } = await checkKeyAssignments(configuration, { keyNames: [wanted] });
    assertRedacted(inputs, ["[key]"]);
    assert.equal(parseSnapshot(inputs?.["snapshot"])?.assignments.length, 1);
    const refused = await checkKeyAssignments(configuration, { keyNames: [wanted], offset: 1 });
    assert.equal(refused.failures?.length, 1);
    assertRedacted(refused, ["[key]"]);
  });

  it("is matched as it is by the rules, and shown as [key]", async () => {
    const live = new LiveEvidence(readingOf(service.baseUrl));
    const given = await live.wholeAccount();
    const report = await judgeRule(
      "required-keys-guarded",
      { requiredKeys: [{ pattern: "sk-or-v1-*-of-billing" }] },
      given,
    );
    assert(report.kind === "judged");
    assert.deepEqual(
      report.findings.map(({ state }) => state),
      ["guarded"],
    );
  });
});
