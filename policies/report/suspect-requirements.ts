import { lookOf } from "../configuration/key-selector";
import type { PreparedRule } from "../rules/rule";
import { looksInWords } from "./describe-cause";

/** Which requirements hardly mean what they say, as whole sentences: a key may be called so all the same. */
export function describeSuspectRequirements(prepared: readonly PreparedRule[]): readonly string[] {
  const required = prepared.flatMap(({ configured }) =>
    configured.kind === "configured" ? (configured.required ?? []) : [],
  );
  const looks = required.flatMap((key) => {
    const look = lookOf(key);
    return look === undefined ? [] : [`${key.place} ${looksInWords[look]}.`];
  });
  // Several rules may judge the same requirements.
  return [...new Set(looks)];
}
