/** How many requests may be under way: starts careful, doubles while the service keeps up, halves on trouble. */
export interface Pace {
  /** Runs the work as soon as there is room. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** A request was answered well. */
  keptUp(): void;
  /** A request was turned away (429) or its connection failed. */
  troubled(): void;
}

const initialConcurrency = 8;
/** Doubles when one in so many of the requests allowed was answered well: two doublings a round trip. */
const patience = 4;

/** @param maxConcurrency the most that may be under way; it may fall while requests are made, and never rises */
export async function createPace(maxConcurrency: () => number): Promise<Pace> {
  // p-limit is an ES module: from CommonJS it is had by a dynamic import only.
  const { default: pLimit } = await import("p-limit");
  const limit = pLimit(Math.min(initialConcurrency, maxConcurrency()));
  let answered = 0;
  return {
    run: (work) => {
      if (limit.concurrency > maxConcurrency()) limit.concurrency = maxConcurrency();
      return limit(work);
    },
    keptUp: () => {
      answered += 1;
      if (answered < limit.concurrency / patience || limit.concurrency === maxConcurrency()) return;
      limit.concurrency = Math.min(limit.concurrency * 2, maxConcurrency());
      answered = 0;
    },
    troubled: () => {
      limit.concurrency = Math.max(1, Math.floor(limit.concurrency / 2));
      answered = 0;
    },
  };
}
