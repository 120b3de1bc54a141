import type { ClockDoubt } from "../evidence/clock-doubt";
import type { Unverified } from "../findings/cause";
import { type Finding, type Judgement, waiverOf } from "../findings/report";

/**
 * A key that is judged only because nobody can tell whether it has expired is a doubt, also one with its guardrail: where it
 * has expired, a requirement that means no other key means none.
 */
export function doubtExpiry<Found extends Judgement>(judgement: Found): Found {
  const findings = judgement.findings.map((finding) =>
    finding.expiryDoubt === undefined
      ? finding
      : doubted(finding, { kind: "expiry-unknown", clock: finding.expiryDoubt }),
  );
  return { ...judgement, findings };
}

/** A waiver lets a key pass until a day: where nobody can tell which day it is, it does not. */
export function doubtWaivers<Found extends Judgement>(
  judgement: Found,
  clock: ClockDoubt | undefined,
): Found {
  if (clock === undefined) return judgement;
  const findings = judgement.findings.map((finding) => {
    const waiver = waiverOf(finding);
    if (waiver === undefined) return finding;
    return doubted(finding, { kind: "waiver-unknown", expires: waiver.expires, clock });
  });
  return { ...judgement, findings };
}

function doubted(finding: Finding, cause: Unverified): Finding {
  return { ...finding, state: "unverified", cause, remedy: { kind: "set-clock" }, voidWaivers: undefined };
}
