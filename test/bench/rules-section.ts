import Table from "cli-table3";
import { sampleAssignment, sampleGuardrailId, sampleWorkspace } from "../../local-service/index";
import { type AccountEvidence, judge, prepareRule, reportPasses, rules } from "../../policies/index";
import { guardrail } from "../../provider/inventory/contract";
import { measureInTurn } from "./measure";

const keys = 100_000;
const patterns = 100;

/** Each rule over a long account, and over half of it: its cost should grow in step. (A tenth would fit into the caches.) */
export async function rulesSection(): Promise<string> {
  const table = new Table({
    head: ["rule, over 100,000 assignments and keys", "configured with", "wall ms", "CPU ms", "of a half"],
    style: { head: [], border: [] },
  });
  const [half, whole] = [worksOver(keys / 2), worksOver(keys)];
  const measured = await measureInTurn(
    [...half, ...whole].map(({ work }) => work),
    5,
  );
  for (const [index, { rule, configured }] of whole.entries()) {
    const [little, all] = [measured[index], measured[index + half.length]];
    if (little === undefined || all === undefined) throw new Error("a rule was not measured");
    const growth = `${(all.cpu / little.cpu).toFixed(1)}x`;
    table.push([rule, configured, all.wall.toFixed(0), all.cpu.toFixed(0), growth]);
  }
  return table.toString();
}

/** Every rule about the account, over so many keys. All pass. */
function worksOver(count: number) {
  const made = Array.from({ length: count }, (_, position) => sampleAssignment(position));
  // As a reader gets them: strings that are still in the pieces they were made of cost more to compare.
  const assignments: typeof made = JSON.parse(JSON.stringify(made));
  const required = assignments.filter((_, position) => position % 10 === 0);
  const requiredKeys = [
    ...required.map(({ keyHash, keyName }, n) => (n % 2 === 0 ? { hash: keyHash } : { name: keyName })),
    ...Array.from({ length: patterns }, (_, n) => ({ pattern: patternOf(n) })),
  ];
  const exempt = Array.from({ length: patterns }, (_, n) => {
    const { keyHash: hash, keyName: name } = sampleAssignment(n);
    return [{ hash }, { name }, { pattern: patternOf(n) }][n % 3];
  });
  const approved = [0, 1, 2, 3].map(sampleGuardrailId);
  const account = accountOf(assignments);
  const selectors = `${required.length.toLocaleString("en")} hashes and names, ${patterns} patterns`;
  return [
    { rule: "required-keys-guarded", own: { requiredKeys }, configured: selectors },
    { rule: "guardrails-enforce-something", own: { require: [], requiredKeys }, configured: selectors },
    { rule: "no-unguarded-keys", own: { exempt }, configured: `${patterns} exemptions` },
    { rule: "approved-guardrails-only", own: { approved }, configured: `${approved.length} guardrails` },
  ].map(({ rule: name, own, configured }) => {
    const rule = rules.find((one) => one.name === name);
    if (rule === undefined) throw new Error(`there is no rule ${name}`);
    const prepared = prepareRule(rule, { own, settings: {} }, 0);
    const work = async (): Promise<void> => {
      if (!reportPasses(await judge(prepared, { account, now: 0 }))) throw new Error(`${name} should pass`);
    };
    return { rule: name, configured, work };
  });
}

/** Most patterns begin with a text; every fifth has to be looked for in all names. */
function patternOf(n: number): string {
  return n % 5 === 4 ? `*-support-*${n * 5 + 3}` : `prod-gateway-${n * 5}*`;
}

function accountOf(assignments: readonly ReturnType<typeof sampleAssignment>[]): AccountEvidence {
  const about = {
    service: "openrouter",
    baseUrl: "https://openrouter.ai/api/v1",
    readAt: new Date(0).toISOString(),
    requests: 1,
  } as const;
  const { id: workspaceId, name } = sampleWorkspace(0);
  const inventory = {
    keys: assignments.map(({ keyHash, keyName, keyLabel }) => ({
      ...{ hash: keyHash, name: keyName, label: keyLabel },
      ...{ workspaceId, disabled: false, expiresAt: null },
    })),
    details: new Map(),
    workspaces: [{ id: workspaceId, name }],
    ...about,
  };
  const totals = { version: 1, totalCount: assignments.length, missingRows: 0 } as const;
  const snapshot = { ...totals, assignments, scope: { kind: "complete" } as const, ...about };
  const list = { kind: "read", value: snapshot } as const;
  return {
    assignments: async () => list,
    wholeAccount: async () => ({ assignments: list, inventory: { kind: "read", value: inventory } }),
    guardrails: async (ids) => ({
      kind: "read",
      value: new Map(ids.map((id) => [id, guardrail({ id, name: "Production", limit_usd: 100 })])),
    }),
  };
}
