/** One measured run: milliseconds of wall and of this process's CPU time. */
export interface Measured {
  readonly wall: number;
  readonly cpu: number;
}

/**
 * Does all the works in turn, `rounds` times, and gives the medians of each. In turn, because the machine's speed drifts:
 * what is compared must be measured side by side. Without warm-ups of their own, one round before the others warms up.
 * @param warmUps what is done right before the work of the same place, not measured: a turn may come seconds after the
 *   last one, when caches are cold and compiled code is gone
 */
export async function measureInTurn(
  works: readonly (() => Promise<unknown>)[],
  rounds: number,
  warmUps: readonly (() => Promise<unknown>)[] = [],
): Promise<Measured[]> {
  const runs: Measured[][] = works.map(() => []);
  for (let round = warmUps.length > 0 ? 1 : 0; round <= rounds; round += 1) {
    for (const [index, work] of works.entries()) {
      await warmUps[index]?.();
      const measured = await measureOnce(work);
      if (round > 0) runs[index]?.push(measured);
    }
  }
  return runs.map((measured) => ({
    wall: median(measured.map(({ wall }) => wall)),
    cpu: median(measured.map(({ cpu }) => cpu)),
  }));
}

async function measureOnce(work: () => Promise<unknown>): Promise<Measured> {
  const cpuBefore = process.cpuUsage();
  const begin = performance.now();
  await work();
  const wall = performance.now() - begin;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { wall, cpu: (user + system) / 1_000 };
}

function median(values: readonly number[]): number {
  const ordered = values.toSorted((one, other) => one - other);
  const middle = Math.floor(ordered.length / 2);
  const [low = Number.NaN, high = Number.NaN] = [
    ordered[ordered.length % 2 === 0 ? middle - 1 : middle],
    ordered[middle],
  ];
  return (low + high) / 2;
}
