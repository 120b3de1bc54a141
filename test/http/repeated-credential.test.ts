import assert from "node:assert/strict";
import { type LocalService, sampleAssignment, startLocalService } from "../../local-service/index";
import { KeyAssignmentsClient } from "../../provider/index";

describe("an answer that repeats the management key", () => {
  let service: LocalService;

  afterEach(() => service.close());

  const readBy = ({ baseUrl, managementKey }: LocalService) =>
    new KeyAssignmentsClient({ baseUrl, managementKey }).readAll();

  for (const [how, written] of [
    ["plainly", (key: string) => key],
    [
      "in JSON's escapes",
      (key: string) => `\\u${key.charCodeAt(0).toString(16).padStart(4, "0")}${key.slice(1)}`,
    ],
  ] as const) {
    it(`is refused, ${how}: rows end in state and output`, async () => {
      service = await startLocalService();
      const { managementKey } = service;
      const row = JSON.stringify({ ...wire(), key_name: "NAME" }).replace(
        "NAME",
        () => `was ${written(managementKey)}`,
      );
      service.faults = [{ kind: "raw", body: `{"data":[${row}],"total_count":1}` }];
      await assert.rejects(readBy(service), ({ message }: Error) => {
        assert.match(message, /^could not verify: the answer repeats the management key .* Rotate that key/u);
        assert.ok(!message.includes(managementKey));
        return true;
      });
    });
  }
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
