import { createHash } from "node:crypto";
import type { KeyAssignment } from "../provider/assignments/contract";
import type { LedgerPosition, LedgerPositions } from "./positions";

const WORKLOADS = ["gateway", "checkout", "search", "support", "batch"] as const;
const EPOCH = Date.UTC(2026, 0, 1);
const MINUTES_A_YEAR = 525_600;

const digest = (text: string): string => createHash("sha512").update(text).digest("hex");

const uuid = (hex: string): string =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;

/** The same name always gives the same UUID. */
export function namedUuid(name: string): string {
  return uuid(digest(name));
}

/** A time of the year in which everything made up happened (ISO 8601, UTC): so many minutes after its beginning. */
export function sampleTime(minute = 0): string {
  return new Date(EPOCH + (minute % MINUTES_A_YEAR) * 60_000).toISOString();
}

const guardrailIds = [0, 1, 2, 3].map((n) => namedUuid(`guardrail ${n}`));

/** One of four guardrail ids (UUID): the one of every row `n` of {@link sampleAssignment}. */
export function sampleGuardrailId(n: number): string {
  return guardrailIds[n % guardrailIds.length] ?? "";
}

/**
 * A believable assignment made from a number alone: the same number always gives the same row, and different numbers
 * (or families) never share an id or a key hash.
 *
 * @param n - any non-negative integer
 * @param family - the first word of the key's name; default `prod`
 */
export function sampleAssignment(n: number, family = "prod"): KeyAssignment {
  const hex = digest(`${family} ${n}`);
  return {
    id: uuid(hex),
    keyHash: hex.slice(32, 96),
    guardrailId: sampleGuardrailId(n),
    keyName: `${family}-${WORKLOADS[n % WORKLOADS.length]}-${n}`,
    keyLabel: `sk-or-v1-${hex.slice(96, 99)}...${hex.slice(99, 103)}`,
    assignedBy: n % 10 === 9 ? null : `user_${hex.slice(103, 115)}`,
    createdAt: sampleTime(n),
  };
}

/**
 * Positions for a ledger of any size, each made only when a page shows it: a million rows cost a few megabytes.
 *
 * @param count - positions in all; this is the `total_count` the service will claim
 * @param orphans - how many of them belong to deleted keys, spread evenly from the first on; default 0
 */
export function samplePositions(count: number, orphans = 0): LedgerPositions {
  const orphansBefore = (position: number): number => Math.ceil((position * orphans) / count);
  const isOrphan = (position: number): boolean => orphansBefore(position + 1) > orphansBefore(position);
  const at = (position: number): LedgerPosition =>
    isOrphan(position) ? "orphan" : sampleAssignment(position);
  return { length: count, at, isOrphan };
}
