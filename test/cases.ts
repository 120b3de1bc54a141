/** GUARDRAILS_TEST_CASES: what share of its random cases a property plays, where thousands of runs are to be quick; default all. */
const share = Number(process.env["GUARDRAILS_TEST_CASES"] ?? "1");

/** How many random cases a property plays of so many. */
export function cases(all: number): number {
  return Math.ceil(all * share);
}
