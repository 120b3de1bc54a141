/** Where the pages are that a message leads to, seen from the folder that the package is installed in. */
export const docsFolder = "node_modules/pulumi-guardrails/docs";
