import type { KnownKey } from "../policies/account/account";
import { describeKeys } from "../policies/report/describe";
import { describeClock } from "../policies/report/describe-cause";
import { setClock } from "../policies/report/describe-remedy";

/** Of which of these keys nobody can tell whether they have expired, as whole sentences: none where there are none. */
export function describeExpiryDoubts(keys: readonly KnownKey[]): readonly string[] {
  const doubted = keys.filter(({ expiryDoubt }) => expiryDoubt !== undefined);
  // Those of one account have one reason.
  const clock = doubted[0]?.expiryDoubt;
  if (clock === undefined) return [];
  const named = describeKeys(doubted.map(({ identity }) => identity));
  const has = doubted.length === 1 ? "has" : "have";
  return [
    `could not verify: nobody can tell whether ${named} ${has} expired, because ${describeClock(clock)}. ${setClock}`,
  ];
}
