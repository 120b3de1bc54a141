import assert from "node:assert/strict";
import { sampleGuardrailId } from "../../../local-service/index";
import { settingsName } from "../../../policies/configuration/shared-settings";
import { type Clock, systemClock } from "../../../provider/clock";
import { useServices } from "../../http/reading-of";
import { row } from "../builders";
import { environmentOf, runPolicies } from "../policy-run";

const guarded = { hash: row(1).keyHash };
const unguarded = { hash: row(77).keyHash };
const requiredKeys = [guarded];
/** Judged over all keys: nothing passes unseen. */
const byName = [{ name: row(1).keyName }];

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
    const service = await running({ date: () => new Date(now) });
    service.ledger.addKey(row(77));
    return runPolicies({
      environment: environmentOf(service),
      configuration: { [settingsName]: { waivers, requiredKeys: [guarded, unguarded] } },
      clock: clockAt(now),
    });
  }

  /** What is said beside how many rules are in force. */
  const besides = (notices: readonly string[]): readonly string[] =>
    notices.filter((line) => !line.startsWith("guardrails: "));

  it("is in one line that every key passes, by which list, and which rules are in force", async () => {
    const { notices } = await runPolicies({
      environment: environmentOf(await running()),
      configuration: { [settingsName]: { requiredKeys: byName }, "approved-guardrails-only": "disabled" },
    });
    assert.equal(notices.length, 1);
    assert.match(
      notices[0] ?? "",
      /^guardrails: the only required key passes \(OpenRouter at http:\S+, read \S+Z\); 2 of 5 rules in force: required-keys-guarded, declared-keys-guarded \(nothing to judge\); disabled: approved-guardrails-only$/u,
    );
  });

  it("is of five rules in force the one that had nothing to judge", async () => {
    const { violations, notices } = await runPolicies({
      environment: environmentOf(await running()),
      configuration: {
        [settingsName]: { requiredKeys },
        "no-unguarded-keys": { exempt: [] },
        "approved-guardrails-only": { approved: [0, 1, 2].map(sampleGuardrailId), keys: requiredKeys },
        "guardrails-enforce-something": { require: [] },
      },
    });
    assert.deepEqual(violations, []);
    assert.match(
      notices.at(-1) ?? "",
      /; 5 of 5 rules in force; declared-keys-guarded \(nothing to judge\)$/u,
    );
  });

  /** What is said of the address in the stack configuration, beside a pack that judges another one. */
  async function saidOfAddress(stack: Readonly<Record<string, string>>, settings: object = {}) {
    const service = await running();
    const { violations, notices } = await runPolicies({
      environment: environmentOf(service),
      configuration: { [settingsName]: { requiredKeys, ...settings } },
      stack: {
        ...stack,
        ...(stack["guardrails:baseUrl"] === "" ? { "guardrails:baseUrl": service.baseUrl } : {}),
      },
    });
    return { violations, said: notices.filter((line) => /stack configuration/u.test(line)) };
  }

  it("is that the account of the stack configuration is another one than was judged", async () => {
    const { violations, said } = await saidOfAddress({ "guardrails:service": "modelgates" });
    assert.deepEqual([violations, said.length], [[], 1]);
    assert.match(
      said[0] ?? "",
      /^guardrails: the keys at https:\/\/modelgates\.ai\/api\/v1, which the stack configuration names, were not judged, but those at http:\S+\. State "service" or "baseUrl" in guardrails-settings/u,
    );
  });

  it("is that nobody can tell which account the stack configuration means", async () => {
    const { said } = await saidOfAddress({ "guardrails:service": "modelgate" });
    assert.deepEqual(said.length, 1);
    assert.match(
      said[0] ?? "",
      /^guardrails: the address in the stack configuration was not judged: could not verify: /u,
    );
  });

  it("is nothing of an address that is the one judged, or of a stack that states none", async () => {
    assert.deepEqual((await saidOfAddress({ "guardrails:baseUrl": "" })).said, []);
    assert.deepEqual((await saidOfAddress({ "guardrails:requiredKeys": "[]" })).said, []);
  });

  it("is each waiver used", async () => {
    const { violations, notices } = await noticesBy([waiver]);
    assert.deepEqual(violations, []);
    assert.match(
      notices.join("\n"),
      /^required-keys-guarded: waived: key ".+" \(.+, hash \w{8}\): it is waived until 2026-03-08 by platform because "rotation"; .*\nguardrails: all 2 required keys pass, 1 waived \(/u,
    );
  });

  it("is each waiver that is not needed", async () => {
    const { notices } = await noticesBy([waiver, { ...waiver, hash: guarded.hash }]);
    assert.equal(
      notices[0],
      "required-keys-guarded: waivers[1] is not needed: its key passes required-keys-guarded without it.",
    );
  });

  it("is each waiver that is invalid, by the clock of the run", async () => {
    const { violations, notices } = await noticesBy([waiver, { ...waiver, owner: "" }], Date.UTC(2026, 2, 9));
    assert.deepEqual(besides(notices), [
      "guardrails-settings: waivers[0] has no effect: it expired on 2026-03-08.",
      "guardrails-settings: waivers[1] has no effect: its owner must not be empty.",
    ]);
    assert.equal(violations.length, 1);
    assert.match(violations[0]?.text ?? "", /\(waivers\[0\] has no effect: it expired on 2026-03-08\)/u);
  });

  it("is each waiver that is invalid at the start of the run, before what the rules find there", async () => {
    const { notices } = await runPolicies({
      environment: environmentOf(await running()),
      configuration: { [settingsName]: { enforceAt: "start", waivers: [waiver], requiredKeys } },
      clock: clockAt(Date.UTC(2026, 2, 9)),
    });
    assert.deepEqual(notices.slice(0, 1), [
      "guardrails-settings: waivers[0] has no effect: it expired on 2026-03-08.",
    ]);
  });

  it("is which rules were not judged where their own configuration is not valid", async () => {
    const { notices } = await runPolicies({
      environment: environmentOf(await running()),
      configuration: {
        [settingsName]: { requiredKeys: byName },
        "no-unguarded-keys": { exemt: [] },
        "guardrails-enforce-something": { require: [] },
      },
    });
    assert.deepEqual(notices, [
      "guardrails: 3 of 5 rules in force: required-keys-guarded, guardrails-enforce-something, declared-keys-guarded (nothing to judge); not judged, because their configuration is not valid: no-unguarded-keys",
    ]);
  });

  const unseen = {
    ofHashes:
      "required-keys-guarded: The list of all keys was not read: a key whose hash is not required, such as the new key of a rotation, passes unseen.",
    ofAssigned:
      "approved-guardrails-only: Only keys with an assignment were looked at: one without, such as the new key of a rotation, passes unseen.",
  };
  const approved = { "approved-guardrails-only": { approved: [0, 1, 2].map(sampleGuardrailId) } };
  const runs: readonly (readonly [what: string, configuration: object, said: readonly string[]])[] = [
    ["hashes alone", { [settingsName]: { requiredKeys } }, [unseen.ofHashes]],
    [
      "hashes, before a rule of assigned keys",
      { [settingsName]: { requiredKeys }, ...approved },
      [unseen.ofHashes],
    ],
    ["assigned keys alone", { "required-keys-guarded": "disabled", ...approved }, [unseen.ofAssigned]],
    ["names beside a rule of assigned keys", { [settingsName]: { requiredKeys: byName }, ...approved }, []],
    ["all keys beside hashes", { [settingsName]: { requiredKeys }, "no-unguarded-keys": { exempt: [] } }, []],
  ];
  for (const [what, configuration, said] of runs) {
    it(`is once in each run whether keys without an assignment pass unseen: by ${what}`, async () => {
      const environment = environmentOf(await running());
      for (const dryRun of [true, false]) {
        const { violations, notices } = await runPolicies({
          environment,
          configuration: { ...configuration },
          dryRun,
        });
        assert.deepEqual([violations, besides(notices)], [[], said]);
      }
    });
  }

  it("is nothing where a rule fails: its violation says everything, and which rules are in force", async () => {
    const { violations, notices } = await noticesBy([]);
    assert.deepEqual(notices, []);
    assert.match(
      violations[0]?.text ?? "",
      /\n2 of 5 rules in force: required-keys-guarded, declared-keys-guarded \(nothing to judge\)$/u,
    );
  });
});
