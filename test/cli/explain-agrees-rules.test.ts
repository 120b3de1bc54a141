import assert from "node:assert/strict";
import fc from "fast-check";
import { Ledger } from "../../local-service/index";
import { keyStates } from "../../policies/findings/report";
import { cases } from "../cases";
import { useServices } from "../http/reading-of";
import { nilGuardrail } from "../policies/builders";
import { environmentFor, useFiles } from "./run-command";
import { RoutedAccounts, runHere } from "./run-here";

const names = ["prod-a", "prod-b", "stage-a"] as const;
const name = fc.constantFrom(...names);
const approved = "11111111-1111-4111-8111-111111111111";

/** Keys of one account, and whether it lists them. */
const account = fc.record({
  inventory: fc.constantFrom(true, true, false),
  keys: fc.array(
    fc.record({
      name,
      isDisabled: fc.boolean(),
      guardrail: fc.constantFrom("some", "some", "approved", "nil", "none"),
    }),
    { minLength: 1, maxLength: 4 },
  ),
});

/** Which account a rule reads, and within which limits: by the lower ones its lists cannot be read. */
const place = fc.record(
  {
    service: fc.constant("modelgates"),
    maxRequests: fc.constantFrom(1, 4, 40, 40, 40),
    maxConcurrency: fc.nat(5).map((n) => n + 1),
  },
  { requiredKeys: [] },
);
const guardrail = fc.option(fc.constant({ guardrail: approved }), { nil: {} });
const requirement = fc.oneof(
  fc.record({ named: name, extra: guardrail }).map(({ named, extra }) => ({ name: named, ...extra })),
  fc
    .record({ named: name, extra: guardrail })
    .map(({ named, extra }) => ({ name: named, assignedNameSuffices: true, ...extra })),
  fc.constantFrom({ pattern: "prod-*" }, { pattern: "dev-*" }),
  fc.record({ nth: fc.nat(3), extra: guardrail }),
);
const rules = fc.record({
  required: fc.tuple(place, fc.array(requirement, { minLength: 1, maxLength: 3 })),
  unguarded: fc.option(fc.tuple(place, fc.constantFrom([], [{ name: "prod-a" }]))),
  approvedOnly: fc.option(place),
  own: fc.boolean(),
});

type ValueOf<Some> = Some extends fc.Arbitrary<infer Value> ? Value : never;

const oneKey: ValueOf<typeof account> = {
  inventory: true,
  keys: [{ name: "prod-a", isDisabled: false, guardrail: "some" }],
};
const oneRule = (required: ValueOf<typeof rules>["required"]): ValueOf<typeof rules> => ({
  required,
  unguarded: null,
  approvedOnly: null,
  own: true,
});
const twoKeys: ValueOf<typeof account> = {
  inventory: true,
  keys: [
    { name: "prod-a", isDisabled: false, guardrail: "none" },
    { name: "prod-a", isDisabled: true, guardrail: "some" },
  ],
};
/** One that ends with 0, of which there are few among random ones, one with 1 and two with 3; each head once. */
const examples: [ValueOf<typeof account>, ValueOf<typeof account>, ValueOf<typeof rules>][] = [
  [oneKey, oneKey, oneRule([{}, [{ name: "prod-a" }]])],
  [oneKey, oneKey, oneRule([{}, [{ name: "prod-b" }]])],
  [oneKey, oneKey, oneRule([{ maxRequests: 1 }, [{ name: "prod-a" }]])],
  [{ ...oneKey, inventory: false }, oneKey, oneRule([{}, [{ name: "prod-a" }]])],
  [twoKeys, oneKey, oneRule([{}, [{ name: "prod-a" }]])],
];

function ledgerOf({ keys }: ValueOf<typeof account>, made: number): Ledger {
  const ledger = new Ledger();
  // No two accounts have a key of the same hash.
  for (let other = 0; other < made; other += 1) ledger.deleteKey(ledger.addKey().keyHash);
  ledger.guardrails.add({ id: approved });
  for (const { name: keyName, isDisabled, guardrail: assigned } of keys) {
    const { keyHash } = ledger.addKey({ keyName, disabled: isDisabled });
    if (assigned === "none") continue;
    const id = { approved, nil: nilGuardrail, some: undefined }[assigned];
    ledger.assign({ keyHash, ...(id === undefined ? {} : { guardrailId: id }) });
  }
  return ledger;
}

interface ReportedKey {
  readonly state: string;
  readonly key: { readonly hash?: string; readonly name?: string; readonly label?: string };
  readonly verdicts: readonly { readonly rule: string; readonly state: string }[];
}
interface Reported {
  readonly keys: readonly ReportedKey[];
  readonly rules: readonly {
    readonly rule: string;
    readonly problems?: readonly string[];
    readonly source?: object;
  }[];
}

const passing = ["guarded", "exempt", "waived"];

/** How explain must end, by what check says of these keys; undefined where no rule says anything. */
function expected({ rules: judged }: Reported, keys: readonly ReportedKey[]): number | undefined {
  const isAnyDoubted = judged.some(({ problems = [] }) => problems.length > 0);
  const failing = keys.flatMap(({ verdicts }) => verdicts).filter(({ state }) => !passing.includes(state));
  if (failing.some(({ state }) => state !== "unverified")) return 1;
  if (failing.length > 0 || isAnyDoubted) return 3;
  return keys.length > 0 ? 0 : undefined;
}

function mayMean(stated: string, name: string): boolean {
  return stated.endsWith("*") ? name.startsWith(stated.slice(0, -1)) : name === stated;
}

/** What explain says first of each key. */
function headsOf(text: string): readonly { state: string; name: string; hash: string }[] {
  const heads = text.matchAll(/^(not judged|[a-z-]+): key "(.*)" \(.*hash ([0-9a-f]{8})\), /gmu);
  return [...heads].map(([, state = "", name = "", hash = ""]) => ({ state, name, hash }));
}

describe("pulumi-guardrails explain, where several rules judge several accounts,", () => {
  const running = useServices();
  const write = useFiles();

  it("ends as check does of the same keys, and heads each by the worst that check says of it", async () => {
    const seen = new Set<number>();
    const headed = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        account,
        account,
        rules,
        async (here, there, { required, unguarded, approvedOnly, own }) => {
          const ledgers = [ledgerOf(here, 0), ledgerOf(there, 20)] as const;
          const [service, elsewhere] = [
            await running({ ledger: ledgers[0], management: here.inventory }),
            await running({ ledger: ledgers[1], management: there.inventory }),
          ];
          const hashes = ledgers.flatMap((ledger) => ledger.keys().map(({ keyHash }) => keyHash));
          const [at, stated] = required;
          const requiredAmong = ledgers[at.service === undefined ? 0 : 1];
          const requiredKeys = stated.map((one) =>
            "nth" in one ? { hash: hashes[one.nth % hashes.length], ...one.extra } : one,
          );
          const config = write({
            "required-keys-guarded": { ...at, requiredKeys },
            ...(unguarded === null ? {} : { "no-unguarded-keys": { ...unguarded[0], exempt: unguarded[1] } }),
            ...(approvedOnly === null
              ? {}
              : { "approved-guardrails-only": { ...approvedOnly, approved: [approved] } }),
            ...(own ? { "no-public-buckets": { some: "setting" } } : {}),
          });
          const environment = {
            ...environmentFor(service),
            MODELGATES_MANAGEMENT_KEY: elsewhere.managementKey,
          };
          const run = (...argv: readonly string[]) =>
            runHere(
              [...argv, "--config", config, ...(own ? ["--own", "no-public-buckets"] : [])],
              environment,
              { accounts: new RoutedAccounts(elsewhere) },
            );
          const check = await run("check", "--format", "json");
          assert(check.status !== 2, check.err);
          const report: Reported = JSON.parse(check.out);
          const wanted = new Set([...names, "dev-*", "prod-*", ...hashes.map((hash) => hash.slice(0, 10))]);
          // Of a rule that could not read its list check says nothing of keys, but that it could not.
          const isUnread = report.rules.some(
            ({ rule, source }) => rule === "required-keys-guarded" && source === undefined,
          );
          const isRequired = (name: string, hash: string): boolean =>
            requiredKeys.some((one) => {
              if ("hash" in one) return one.hash?.startsWith(hash);
              return mayMean("pattern" in one ? one.pattern : one.name, name);
            });
          for (const one of wanted) {
            const { status, out, err } = await run("explain", one);
            const heads = headsOf(out);
            const shown = new Set(heads.map(({ hash }) => hash));
            const meant = report.keys.filter(
              ({ key: { hash = "-", name: called } }) =>
                called === one || hash.startsWith(one) || shown.has(hash.slice(0, 8)),
            );
            const said = JSON.stringify([report, one, out, err], null, 1);
            const ending = expected(report, meant);
            if (ending === undefined) continue;
            assert.equal(status, ending, said);
            seen.add(ending);
            for (const { key, state } of meant) {
              // One of which no list shows more than the hash has no head.
              if (key.hash === undefined || key.label === undefined || state === "missing") continue;
              assert(shown.has(key.hash.slice(0, 8)), said);
            }
            for (const head of heads) {
              const isRequiredAmong = requiredAmong
                .keys()
                .some(({ keyHash }) => keyHash.startsWith(head.hash));
              const about = report.keys.filter(({ key, state }) =>
                key.hash === undefined
                  ? isRequiredAmong && state === "unverified" && mayMean(key.name ?? "", head.name)
                  : // One without a label was only required, maybe of the account that has no such key.
                    key.hash.startsWith(head.hash) && (isRequiredAmong || key.label !== undefined),
              );
              const states = about.map(({ state }) => state);
              if (isUnread && isRequiredAmong && isRequired(head.name, head.hash)) states.push("unverified");
              const worst = keyStates.find((known) => states.includes(known));
              assert.equal(head.state, worst ?? "not judged", said);
              headed.add(head.state);
            }
          }
        },
      ),
      { numRuns: cases(40), examples },
    );
    assert.deepEqual([...seen].toSorted(), [0, 1, 3]);
    for (const state of ["guarded", "not judged", "unguarded", "unverified"]) {
      assert(headed.has(state), `no key was ${state}`);
    }
  });
});
