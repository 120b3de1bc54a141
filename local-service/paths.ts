/** Where the API begins, as on both services. */
export const BASE_PATH = "/api/v1";

const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const WHOLE_UUID = new RegExp(`^${UUID}$`, "i");

export const ASSIGNMENTS_PATH = `${BASE_PATH}/guardrails/assignments/keys`;
export const WORKSPACES_PATH = `${BASE_PATH}/workspaces`;
export const KEYS_PATH = `${BASE_PATH}/keys`;
export const GUARDRAILS_PATH = `${BASE_PATH}/guardrails`;
/** Each captures the guardrail's id. */
export const ASSIGN_PATH = new RegExp(`^${BASE_PATH}/guardrails/(${UUID})/assignments/keys$`, "i");
export const GUARDRAIL_PATH = new RegExp(`^${BASE_PATH}/guardrails/(${UUID})$`, "i");

export function isUuid(text: string): boolean {
  return WHOLE_UUID.test(text);
}
