import { clockRemedy } from "../evidence/clock-doubt";
import type { Finding, Judgement } from "./report";

/**
 * A key that is judged only because nobody can tell whether it has expired is a doubt, also one with its guardrail: where it
 * has expired, a requirement that means no other key means none.
 */
export function doubtExpiry<Found extends Judgement>(judgement: Found): Found {
  const findings = judgement.findings.map((finding) =>
    finding.expiryDoubt === undefined
      ? finding
      : doubted(finding, "whether it has expired", finding.expiryDoubt),
  );
  return { ...judgement, findings };
}

/** A waiver lets a key pass until a day: where nobody can tell which day it is, it does not. */
export function doubtWaivers<Found extends Judgement>(judgement: Found, doubt: string | undefined): Found {
  if (doubt === undefined) return judgement;
  const findings = judgement.findings.map(({ waiver, ...finding }) =>
    waiver === undefined
      ? finding
      : doubted(finding, `whether its waiver until ${waiver.expires} holds`, doubt),
  );
  return { ...judgement, findings };
}

function doubted(finding: Finding, what: string, why: string): Finding {
  const reason = `could not be verified: nobody can tell ${what}, because ${why}`;
  return { ...finding, state: "unverified", reason, remedy: clockRemedy, fixedBy: undefined };
}
