/** How the docs and the messages call the command: an installed one, never one that npm fetches. */
export const command = "npx --no-install pulumi-guardrails";

/** Where the pages are that a message leads to, seen from the folder that the package is installed in. */
export const docsFolder = "node_modules/pulumi-guardrails/docs";

/** How OpenRouter describes the assignment that every violation asks for. */
export const assignmentPage =
  "https://openrouter.ai/docs/api/api-reference/guardrails/bulk-assign-keys-to-a-guardrail";
