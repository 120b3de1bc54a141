/** What the help of every command that reads the service ends with. */
export const credentialHelp = `
The management key comes from the environment only: GUARDRAILS_MANAGEMENT_KEY (sent to GUARDRAILS_BASE_URL, or
GUARDRAILS_SERVICE, or else OpenRouter), or OPENROUTER_MANAGEMENT_KEY / MODELGATES_MANAGEMENT_KEY for that service.`;

export const exitHelp = `
Exit status: 0 all guarded; 1 violations; 2 wrong usage or configuration; 3 could not verify.`;
