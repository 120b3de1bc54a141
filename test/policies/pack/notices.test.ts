import assert from "node:assert/strict";
import { settingsName } from "../../../policies/configuration/shared-settings";
import { type Clock, systemClock } from "../../../provider/clock";
import { useServices } from "../../http/reading-of";
import { row } from "../builders";
import { environmentOf, runPolicies } from "../policy-run";

const guarded = { hash: row(1).keyHash };
const unguarded = { hash: row(77).keyHash };
const requiredKeys = [guarded];

describe("what the pack shows beside the stack", () => {
  const running = useServices();
  const waiver = {
    hash: unguarded.hash,
    rule: "required-keys-guarded",
    reason: "rotation",
    owner: "platform",
    expires: "2026-03-08",
  };
  const clockAt = (time: number): Clock => ({ ...systemClock, now: () => time });

  async function noticesBy(waivers: readonly unknown[], now = Date.UTC(2026, 2, 1)) {
    return runPolicies({
      environment: environmentOf(await running({ date: () => new Date(now) })),
      configuration: { [settingsName]: { waivers, requiredKeys: [guarded, unguarded] } },
      clock: clockAt(now),
    });
  }

  /** What is said of the rules that have something to judge. */
  const applicable = (notices: readonly string[]): readonly string[] =>
    notices.filter((line) => !line.includes(": not applicable: "));

  it("is how many keys each rule found to pass, by which list, or why it has nothing to judge", async () => {
    const { notices } = await runPolicies({
      environment: environmentOf(await running()),
      configuration: { [settingsName]: { requiredKeys } },
    });
    assert.deepEqual(notices.slice(1), [
      'no-unguarded-keys: not applicable: it is not configured; "exempt": [] switches it on',
      'approved-guardrails-only: not applicable: it is not configured; "approved" with guardrail UUIDs switches it on',
      'guardrails-enforce-something: not applicable: it is not configured; "require": [] switches it on',
      "declared-keys-guarded: not applicable: the stack declares no API key",
    ]);
    assert.match(
      notices[0] ?? "",
      /^required-keys-guarded: required keys: 1 guarded \(list of OpenRouter at /u,
    );
  });

  it("is each waiver used", async () => {
    const { violations, notices } = await noticesBy([waiver]);
    assert.deepEqual(violations, []);
    assert.match(
      notices.join("\n"),
      /^required-keys-guarded: required keys: 1 waived, 1 guarded .*\nwaived: key hash \w{8} is waived until 2026-03-08 by platform because "rotation"; /u,
    );
  });

  it("is each waiver that is not needed", async () => {
    const { notices } = await noticesBy([waiver, { ...waiver, hash: guarded.hash }]);
    assert.equal(
      notices[0],
      "required-keys-guarded: waivers[1] is not needed: required-keys-guarded finds nothing to waive for its key.",
    );
  });

  it("is each waiver that is void, by the clock of the run", async () => {
    const { violations, notices } = await noticesBy([waiver, { ...waiver, owner: "" }], Date.UTC(2026, 2, 9));
    assert.deepEqual(applicable(notices), [
      "guardrails-settings: waivers[0] is void: it expired on 2026-03-08.",
      "guardrails-settings: waivers[1] is void: it is malformed: owner must not be empty.",
    ]);
    assert.equal(violations.length, 1);
    assert.match(violations[0]?.text ?? "", /\(waivers\[0\] is void: it expired on 2026-03-08\)/u);
  });

  it("is each waiver that is void at the start of the run, before what the rules find there", async () => {
    const { notices } = await runPolicies({
      environment: environmentOf(await running()),
      configuration: { [settingsName]: { enforceAt: "start", waivers: [waiver], requiredKeys } },
      clock: clockAt(Date.UTC(2026, 2, 9)),
    });
    assert.deepEqual(
      applicable(notices).map((line) => line.split(/ is void| keys:/u)[0]),
      ["guardrails-settings: waivers[0]", "required-keys-guarded: required"],
    );
  });

  it("is nothing of a rule that fails: its violation says everything", async () => {
    const { notices } = await noticesBy([]);
    assert.deepEqual(applicable(notices), []);
  });
});
