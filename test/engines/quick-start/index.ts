import { join } from "node:path";

/** What Node loads, by `-r`, before it runs what an engine starts, so that it starts in less time. */
export const preloads: readonly string[] = ["code-cache.js", "late-modules.js"].map((file) =>
  join(__dirname, file),
);

/** Variables of a run of a real engine whose processes start as users have them. */
export const plainStart = { NODE_OPTIONS: undefined };
