import assert from "node:assert/strict";
import { type LocalService, sampleAssignment, startLocalService } from "../../local-service/index";
import { KeyAssignmentsClient } from "../../provider/index";

/** A key in which every character that JSON can write in two ways occurs. */
const managementKey = 'mgmt-abc/def"ghi\\jkl';

describe("an answer that repeats the management key", () => {
  let service: LocalService;

  afterEach(() => service.close());

  async function refusalOf(key: string, row: Readonly<Record<string, unknown>>, written: string) {
    service = await startLocalService({ managementKey: key });
    const body = `{"data":[${JSON.stringify(row).replace("PLACE", () => written)}],"total_count":1}`;
    service.faults = [{ kind: "raw", body }];
    const { baseUrl } = service;
    await assert.rejects(
      new KeyAssignmentsClient({ baseUrl, managementKey: key }).readAll(),
      ({ message }: Error) => {
        assert.match(message, /^could not verify: the answer repeats the management key .* Rotate that key/u);
        assert.ok(!message.includes(key));
        return true;
      },
    );
  }

  const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);
  const escaped = (text: string): string =>
    [...text].map((one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");

  for (const [how, written] of [
    ["plainly", inJson],
    ["in JSON's escapes", escaped],
    [
      "in an escape of its first character",
      (key: string) => `${escaped(key.slice(0, 1))}${inJson(key.slice(1))}`,
    ],
    ["with JSON's escaped slash", (key: string) => inJson(key).replaceAll("/", "\\/")],
    [
      "strewn with invisible characters",
      (key: string) => [...inJson(key)].join("\u2060").replaceAll("\\\u2060", "\\"),
    ],
    ["as JSON in JSON", (key: string) => inJson(inJson(key))],
  ] as const) {
    for (const key of ["mgmt-abc/def", 'mgmt-abc"def', "mgmt-abc\\def", managementKey]) {
      it(`is refused, ${how}: rows end in state and output (${key})`, () =>
        refusalOf(key, { ...wire(), key_name: "leak:PLACE" }, written(key)));
    }
  }

  it("is refused wherever the key stands: in a name of a property, in a field nobody reads, at any depth", async () => {
    for (const row of [
      { ...wire(), key_name: "x", PLACE: 1 },
      { ...wire(), key_name: "x", more: [[{ deep: ["PLACE"] }]] },
    ]) {
      await refusalOf("mgmt-abc/def", row, "mgmt-abc\\/def");
      await service.close();
    }
  });

  it("is looked through however deep it nests", async () => {
    service = await startLocalService();
    const { baseUrl, managementKey: key } = service;
    const row = JSON.stringify({ ...wire(), key_name: "x", more: "DEEP" });
    const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
    service.faults = [{ kind: "raw", body: `{"data":[${row.replace('"DEEP"', deep)}],"total_count":1}` }];
    const { assignments } = await new KeyAssignmentsClient({ baseUrl, managementKey: key }).readPage({
      offset: 0,
      limit: 100,
    });
    assert.equal(assignments.length, 1);
  });
});

function wire(): Record<string, unknown> {
  const { id, keyHash, guardrailId, keyLabel, assignedBy, createdAt } = sampleAssignment(1);
  return {
    id,
    key_hash: keyHash,
    guardrail_id: guardrailId,
    key_label: keyLabel,
    assigned_by: assignedBy,
    created_at: createdAt,
  };
}
