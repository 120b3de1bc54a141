import { hostile } from "./account";
import type { Stage } from "./stage";

/** Settings by which the program `plugin` asks by a function and by a resource. */
export const everything = { "fixture:function": '{"keyNames":["prod-gateway"]}', "fixture:lists": "[{}]" };

/** Keys whose names would be escaped are another test's. */
export function withoutHostile(stage: Stage): void {
  for (const { keyHash } of hostile) stage.service.ledger.unassign(keyHash);
}
