import assert from "node:assert/strict";
import { useServices } from "../../http/reading-of";
import { row } from "../builders";
import { environmentOf, type PolicyRun, runPolicies } from "../policy-run";
import { assignmentResource, unknownValue } from "../stack-resource";

const unguarded = { hash: row(77).keyHash };

describe("assignments that a deployment is about to make", () => {
  const running = useServices();
  const { keyHash } = row(77);
  const repair = assignmentResource("repair", [], { keyHash, guardrailId: row(0).guardrailId });

  async function judgedWith(run: Partial<PolicyRun>) {
    const service = await running();
    service.ledger.addKey(row(77));
    const { violations, notices } = await runPolicies({
      environment: environmentOf(service),
      configuration: { "required-keys-guarded": { requiredKeys: [unguarded] } },
      resources: () => [repair],
      ...run,
    });
    const said = violations.map(({ text }) => text.split(" (")[0]);
    return { said, passes: said.length === 0, notice: notices.at(-1) ?? "" };
  }

  it("count at preview, apart from those made", async () => {
    const { passes, notice } = await judgedWith({});
    assert(passes);
    assert.match(notice, /^guardrails: the only required key passes, 1 by this deployment \(OpenRouter at /u);
  });

  it("do not count in the update itself: then the list must hold them", async () => {
    assert.deepEqual((await judgedWith({ dryRun: false })).said, ["the only required key fails"]);
  });

  it("do not count where planned is false", async () => {
    const configuration = { "required-keys-guarded": { requiredKeys: [unguarded], planned: false } };
    assert.deepEqual((await judgedWith({ configuration })).said, ["the only required key fails"]);
  });

  it("do not count where they are only in the state, left out of this run", async () => {
    const resources = () => [{ ...repair, registered: false }];
    assert.deepEqual((await judgedWith({ resources })).said, ["the only required key fails"]);
  });

  it("do not count where they are made already, as far as outputs tell: then the list must hold them", async () => {
    const shown = (output: unknown) => () => [
      { ...repair, outputs: { ...repair.props, assignedAt: output } },
    ];
    const made = await judgedWith({ resources: shown("2026-03-01") });
    assert.deepEqual(made.said, ["the only required key fails"]);
    for (const notTold of [unknownValue, null]) {
      assert((await judgedWith({ resources: shown(notTold) })).passes);
    }
  });

  it("do not count where there are none", async () => {
    assert.deepEqual((await judgedWith({ resources: () => [] })).said, ["the only required key fails"]);
  });

  it("are of the types that the configuration names", async () => {
    const types = {
      assignmentTypes: [
        { type: "acme:index:Bulk", keyProperty: "keys", guardrailProperty: "to", createdProperty: "at" },
      ],
    };
    const configuration = { "required-keys-guarded": { requiredKeys: [unguarded], ...types } };
    assert(!(await judgedWith({ configuration })).passes);
    const props = { keys: [keyHash], to: row(0).guardrailId };
    const resources = () => [{ type: "acme:index:Bulk", name: "bulk", props }];
    assert((await judgedWith({ configuration, resources })).passes);
  });
});
