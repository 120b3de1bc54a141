import assert from "node:assert/strict";
import {
  Ledger,
  type LocalService,
  type LocalServiceOptions,
  sampleAssignment,
  samplePositions,
} from "../../local-service/index";
import { useServices } from "../http/reading-of";
import { absentGuardrail } from "../policies/builders";
import { environmentFor, useFiles } from "./run-command";
import { runHere } from "./run-here";

const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);

describe("pulumi-guardrails check by several rules", () => {
  const running = useServices();
  const write = useFiles();

  /** Three guarded keys, whose guardrails limit spending, and one without an assignment that is called stray. */
  async function account(options: LocalServiceOptions = {}) {
    const ledger = new Ledger({ positions: samplePositions(3) });
    const { keyHash: stray } = ledger.addKey({ keyName: "stray" });
    return { service: await running({ ledger, ...options }), stray };
  }

  function check(content: unknown, service: LocalService): ReturnType<typeof runHere> {
    return runHere(["check", "--config", write(content)], environmentFor(service));
  }

  const byName = { requiredKeys: [{ name: sampleAssignment(1).keyName }] };
  const approved = [0, 1, 2].map((n) => sampleAssignment(n).guardrailId);
  const whole = {
    "guardrails-settings": byName,
    "no-unguarded-keys": { exempt: [{ name: "stray" }] },
    "approved-guardrails-only": { approved },
    "guardrails-enforce-something": { require: ["limitUsd"] },
  };

  it("ends with 0 when each of them passes, and reads each list once", async () => {
    const { service } = await account();
    const { status, out, err } = await check(whole, service);
    assert.deepEqual([status, err], [0, ""]);
    for (const line of [
      /^guarded: all 4 keys in use pass, 1 exempt$/mu,
      /^exempt\tstray\t.*\tis exempt by name stray$/mu,
      /^list of OpenRouter at http:\S+, read \S+$/mu,
      /^rules in force: required-keys-guarded \(its only key passes\), no-unguarded-keys \(all 4 pass, 1 exempt\), approved-guardrails-only \(all 3 pass\), guardrails-enforce-something \(its only key passes\)$/mu,
    ]) {
      assert.match(out, line);
    }
    const asked = (path: string) => service.requests.filter((request) => request.path.endsWith(path)).length;
    // Its one page, and the one behind.
    assert.equal(asked("/guardrails/assignments/keys"), 2);
    assert.equal(asked("/workspaces"), 1);
  });

  it("counts what is left out, and ends with 3 where nobody can tell whether it has expired", async () => {
    const { service } = await account();
    service.ledger.addKey({ keyName: "gone", expiresAt: "2026-01-01T00:00:00Z" });
    service.ledger.addKey({ keyName: "off", disabled: true });
    const { status, out } = await check(whole, service);
    assert.equal(status, 0);
    assert.match(out, /no-unguarded-keys: Not judged: 1 disabled key and 1 expired key\./u);
    service.date = () => new Date(Date.now() + 600_000);
    const doubted = await check(whole, service);
    assert.equal(doubted.status, 3);
    assert.match(doubted.out, /^unverified\tgone\t.*nobody can tell whether it has expired/mu);
    assert.match(doubted.out, /Not judged: 1 disabled key\./u);
  });

  it("ends with 1 when one of them fails, and says what of which", async () => {
    const { service } = await account();
    const { status, out } = await check({ ...whole, "no-unguarded-keys": { exempt: [] } }, service);
    assert.equal(status, 1);
    assert.match(
      out,
      /^not guarded: 1 of 4 keys in use fails\nlist of .*\nunguarded\tstray\t.*\tno-unguarded-keys\n/u,
    );
    assert.match(out, /^rules in force: required-keys-guarded \(its only key passes\), /mu);
  });

  it("ends with 1 when one fails although another could not be judged", async () => {
    const { service } = await account({ management: false });
    const { status, out } = await check(
      { ...whole, "approved-guardrails-only": { approved: [absentGuardrail] } },
      service,
    );
    assert.equal(status, 1);
    assert.match(out, /^(wrong-guardrail\t.*\tapproved-guardrails-only\t.*\n){3}/mu);
    assert.match(out, /^could not verify: the service offers no .*inventory/mu);
  });

  it("ends with 1 when a guardrail enforces nothing", async () => {
    const { service } = await account();
    service.ledger.guardrails.add({ id: sampleAssignment(1).guardrailId, limit_usd: null });
    const { status, out } = await check(whole, service);
    assert.equal(status, 1);
    assert.match(out, /^wrong-guardrail\t.*\tguardrails-enforce-something\t.* has no spending limit$/mu);
  });

  it("ends with 3 when all that fails could not be verified", async () => {
    const { service } = await account({ management: false });
    const { status, out } = await check(whole, service);
    assert.equal(status, 3);
    assert.match(out, /^could not verify: /u);
    assert.match(out, /^could not verify: the service offers no .*inventory/mu);
    assert.match(out, /approved-guardrails-only \(all 3 pass\)/u);
  });

  it("ends with 3 when a rule finds no key at all to judge", async () => {
    const { status, out } = await check(
      { "required-keys-guarded": "disabled", "no-unguarded-keys": { exempt: [] } },
      await running({ rows: 0 }),
    );
    assert.equal(status, 3);
    assert.match(
      out,
      /^could not verify: .*\nservice: .*\n(?:list of .*\n)?could not verify: the account shows no enabled key/u,
    );
  });

  it("ends with 2 and sends nothing when one of them is configured wrongly", async () => {
    const { service } = await account();
    for (const content of [
      { ...whole, "approved-guardrails-only": { approved: [] } },
      { ...whole, "guardrails-enforce-something": { require: ["limitEur"] } },
      { ...whole, "no-unguarded-keys": "mandatory" },
      { ...whole, "no-unguarded-keys": { exempt: [], baseUrl: "https://gateway.example/api/v1" } },
    ]) {
      const { status, out, err } = await check(content, service);
      assert.deepEqual([status, out, service.requests.length], [2, "", 0]);
      assert.match(err, /^pulumi-guardrails: (?!could not verify)/u);
    }
  });

  describe("with waivers", () => {
    const waiverFor = (hash: string) => ({
      hash,
      rule: "no-unguarded-keys",
      reason: "is taken out of use",
      owner: "platform",
      expires: tomorrow,
    });
    const configured = (waivers: readonly unknown[]) => ({
      "guardrails-settings": { ...byName, waivers },
      "no-unguarded-keys": { exempt: [] },
    });

    it("lets the key pass that one names, and lists it", async () => {
      const { service, stray } = await account();
      const { status, out } = await check(configured([waiverFor(stray)]), service);
      assert.equal(status, 0);
      assert.match(
        out,
        new RegExp(
          `^waived\\tstray\\t.*\\tis waived until ${tomorrow} by platform because "is taken out of use"; `,
          "mu",
        ),
      );
    });

    for (const format of ["text", "terminal", "markdown", "html", "json", "junit", "sarif"]) {
      it(`names one that was used in the ${format} report, also where the key fails by another rule`, async () => {
        const { service, stray } = await account();
        const settings = { requiredKeys: [{ hash: stray }], waivers: [waiverFor(stray)] };
        const configuration = { "guardrails-settings": settings, "no-unguarded-keys": { exempt: [] } };
        const options = format === "terminal" ? [] : ["--format", format];
        const terminal = format === "terminal" ? { columns: 120, colour: false } : undefined;
        const file = write(configuration);
        const ran = await runHere(["check", "--config", file, ...options], environmentFor(service), {
          terminal,
        });
        assert.equal(ran.status, 1);
        assert.match(ran.out, /unguarded/iu);
        const named = /waived until [-\d]+ by platform because (?:\\?"|&quot;|&#34;)?is taken out of use/u;
        assert.match(ran.out, named);
      });
    }

    it("lists waived keys apart from exempt ones on a terminal, and before them", async () => {
      const { service, stray } = await account();
      service.ledger.addKey({ keyName: "sandbox" });
      const settings = { requiredKeys: [{ hash: stray }], waivers: [waiverFor(stray)] };
      const exempt = [{ name: "sandbox" }];
      const file = write({ "guardrails-settings": settings, "no-unguarded-keys": { exempt } });
      const terminal = { columns: 120, colour: false };
      const { out } = await runHere(["check", "--config", file], environmentFor(service), { terminal });
      assert.match(
        out,
        /^WAIVED {2}1 key\n {2}stray .* \(for no-unguarded-keys\)\n\nEXEMPT {2}1 key\n {2}sandbox .* is exempt by name sandbox$/mu,
      );
    });

    it("says which are void and which are not needed", async () => {
      const { service, stray } = await account();
      const waivers = [
        { ...waiverFor(stray), expires: "2026-01-31" },
        waiverFor(sampleAssignment(1).keyHash),
        { ...waiverFor(stray), rule: "all" },
      ];
      const { status, out } = await check(configured(waivers), service);
      assert.equal(status, 1);
      assert.match(out, /^unguarded\tstray\t.*\(waivers\[0\] has no effect: it expired on 2026-01-31\)/mu);
      assert.match(out, /^guardrails-settings: waivers\[0\] has no effect: it expired on 2026-01-31\.$/mu);
      assert.match(out, /^guardrails-settings: waivers\[2\] has no effect: its rule must be one of /mu);
      assert.match(out, /^no-unguarded-keys: waivers\[1\] is not needed: /mu);
    });
  });
});
