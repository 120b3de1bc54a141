import { version } from "../provider/version";

/** Where the pages are that a message leads to, seen from the folder that the package is installed in. */
export const docsFolder = "node_modules/pulumi-guardrails/docs";

/** The page of a rule in the published package, for programs that lead people to an address. */
export function rulePage(rule: string): string {
  return `https://unpkg.com/pulumi-guardrails@${version}/docs/rules/${rule}.md`;
}

/** How OpenRouter describes the assignment that every violation asks for. */
export const assignmentPage =
  "https://openrouter.ai/docs/api/api-reference/guardrails/bulk-assign-keys-to-a-guardrail";
