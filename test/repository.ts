import { resolve } from "node:path";

/** The repository, seen from the compiled tests. */
export const root = resolve(__dirname, "../..");
