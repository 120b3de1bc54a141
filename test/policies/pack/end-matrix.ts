/*
 * Whatever a deployment does to the assignment of a required key, by whatever evidence and from whatever moment it is
 * judged: how the run ends, and what has become of the key by then. The document's table is this one.
 */

export const runs = ["preview", "up", "up --skip-preview"] as const;
export type Run = (typeof runs)[number];

/** What the deployment does to the assignment: takes it out, changes its guardrail, makes it; or somebody took it away by hand. */
export const changes = ["drop", "change", "repair", "drift"] as const;
export type Change = (typeof changes)[number];

/** `stopped`: ends 1 and nothing was changed. `too late`: ends 1 when everything was changed. */
export type Ending = "passes" | "stopped" | "too late" | "passes unguarded";

export interface Row {
  readonly enforceAt: "end" | "start";
  readonly evidence: "live" | "stack";
  /** `KeyAssignments` waits for the assignments (`dependsOn`). */
  readonly waits?: true;
  readonly endings: Readonly<Record<Run, Readonly<Record<Change, Ending>>>>;
}

export const rows: readonly Row[] = [
  {
    enforceAt: "end",
    evidence: "live",
    endings: {
      preview: { drop: "passes", change: "stopped", repair: "passes", drift: "stopped" },
      up: { drop: "too late", change: "stopped", repair: "passes", drift: "stopped" },
      "up --skip-preview": { drop: "too late", change: "too late", repair: "passes", drift: "too late" },
    },
  },
  {
    enforceAt: "start",
    evidence: "live",
    endings: {
      preview: { drop: "passes", change: "passes", repair: "stopped", drift: "stopped" },
      up: { drop: "too late", change: "too late", repair: "stopped", drift: "stopped" },
      "up --skip-preview": { drop: "too late", change: "too late", repair: "stopped", drift: "stopped" },
    },
  },
  {
    enforceAt: "end",
    evidence: "stack",
    endings: {
      preview: { drop: "passes", change: "stopped", repair: "passes", drift: "stopped" },
      up: { drop: "passes unguarded", change: "stopped", repair: "passes", drift: "stopped" },
      "up --skip-preview": {
        drop: "passes unguarded",
        change: "too late",
        repair: "passes",
        drift: "passes unguarded",
      },
    },
  },
  {
    enforceAt: "end",
    evidence: "stack",
    waits: true,
    endings: {
      preview: { drop: "passes", change: "stopped", repair: "passes", drift: "stopped" },
      up: { drop: "passes unguarded", change: "stopped", repair: "passes", drift: "stopped" },
      "up --skip-preview": {
        drop: "passes unguarded",
        change: "too late",
        repair: "passes",
        drift: "too late",
      },
    },
  },
];

export function titleOf({ enforceAt, evidence, waits }: Row): string {
  return `${evidence} evidence${waits ? " that waits" : ""} from the ${enforceAt}`;
}
