import type { KeyAssignment } from "../../provider/assignments/contract";
import { readAll, readStream } from "../../provider/assignments/read";
import type { History } from "./history";
import { ModelService } from "./model-service";

/** How a read ended: with a list, or with an error. */
export type Outcome =
  | { readonly kind: "list"; readonly rows: readonly KeyAssignment[]; readonly total: number | undefined }
  | { readonly kind: "refusal"; readonly error: unknown };

/** What a history came to, and the service it was played on. */
export interface Played {
  readonly outcome: Outcome;
  readonly service: ModelService;
  /** The rows that were there, unchanged, from before the first page to after the last. */
  readonly stayed: readonly KeyAssignment[];
}

export type Reader = "readAll" | "readStream";

/** Reads a list while its history happens. */
export async function play(history: History, reader: Reader = "readAll"): Promise<Played> {
  const service = new ModelService(history);
  const before = service.account.rows();
  const outcome = await service.serve(outcomeOf(read(service, history.window, reader)));
  const after = new Set(service.account.rows());
  return { outcome, service, stayed: before.filter((row) => after.has(row)) };
}

async function read(service: ModelService, window: number, reader: Reader): Promise<Outcome> {
  if (reader === "readAll") return { kind: "list", ...(await readAll(service, window)) };
  const rows: KeyAssignment[] = [];
  for await (const batch of readStream(service, window)) rows.push(...batch);
  return { kind: "list", rows, total: undefined };
}

async function outcomeOf(reading: Promise<Outcome>): Promise<Outcome> {
  try {
    return await reading;
  } catch (error) {
    return { kind: "refusal", error };
  }
}
