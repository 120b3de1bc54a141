import assert from "node:assert/strict";
import { setMaxListeners } from "node:events";
import fc from "fast-check";
import type { LocalService } from "../../local-service/index";
import { AttemptFailed, cutOff } from "../../provider/http/failure";
import { Pace } from "../../provider/http/pace";
import type { ReadScope } from "../../provider/http/read-scope";
import { ClockComparison } from "../../provider/service-clock";
import { defaultLimits } from "../../provider/settings/limits";
import { seed, wanted } from "../assignments/property";
import { InstantClock, readingOf, refusalOf, useServices } from "./reading-of";
import { VirtualTime } from "./virtual-time";

/** A service that allows so many requests in each second, or as many as come in a second filled up evenly. */
class Budget {
  well = 0;
  turnedAway = 0;
  #from = 0;
  #left: number;

  constructor(
    readonly time: VirtualTime,
    readonly perSecond: number,
    readonly refills: "at once" | "evenly",
    /** In milliseconds. */
    readonly retryAfter: number | undefined,
  ) {
    this.#left = perSecond;
  }

  get share(): number {
    return this.turnedAway / (this.well + this.turnedAway);
  }

  /** One request, answered after 40 ms. */
  async answer(): Promise<void> {
    await this.time.sleep(20);
    const isAllowed = this.#take();
    await this.time.sleep(20);
    if (isAllowed) return;
    throw turnAway(this.retryAfter);
  }

  #take(): boolean {
    const passed = this.time.now() - this.#from;
    if (this.refills === "evenly" || passed >= 1_000) {
      const more = this.refills === "evenly" ? (passed * this.perSecond) / 1_000 : this.perSecond;
      this.#left = Math.min(this.perSecond, this.#left + more);
      this.#from = this.time.now();
    }
    const isAllowed = this.#left >= 1;
    if (isAllowed) this.#left -= 1;
    this[isAllowed ? "well" : "turnedAway"] += 1;
    return isAllowed;
  }
}

function turnAway(pause: number | undefined): AttemptFailed {
  return new AttemptFailed({
    kind: "http",
    what: "the service asks for fewer requests (429)",
    advice: "Wait.",
    retry: { when: "turned-away", pause },
    trouble: false,
  });
}

function scopeOf(time: VirtualTime, readTimeout: number): ReadScope {
  const end = time.now() + readTimeout * 1_000;
  const { signal } = new AbortController();
  setMaxListeners(0, signal);
  return {
    limits: defaultLimits,
    signal,
    clocks: new ClockComparison(),
    sent: { requests: 0, slowest: 0, isAccepted: false },
    remaining: () => Math.max(0, end - time.now()),
    rest: async () => true,
    endedBy: () => undefined,
  };
}

/** Makes so many requests through one pace: the first alone, as a list's first page, the others when it is answered. */
async function read(budget: Budget, requests: number, readTimeout = 30): Promise<void> {
  const { time } = budget;
  const pace = new Pace(() => defaultLimits.maxConcurrency, time);
  const scope = scopeOf(time, readTimeout);
  const request = async (): Promise<void> => {
    for (;;) {
      try {
        return await pace.run(scope, () => budget.answer());
      } catch (error) {
        if (!(error instanceof AttemptFailed) || error.failure.retry.when !== "turned-away") throw error;
      }
    }
  };
  await request();
  await Promise.all(Array.from({ length: requests - 1 }, request));
}

describe("the pace of one account", () => {
  const start = useServices();

  for (const refills of ["at once", "evenly"] as const) {
    it(`keeps to ten requests a second, filled up ${refills}: 5,000 rows in ten seconds, below a tenth turned away`, async () => {
      const time = new VirtualTime();
      const budget = new Budget(time, 10, refills, 1_000);
      await time.until(read(budget, 52));
      assert.equal(budget.well, 52);
      assert(budget.share < 0.1, `${budget.turnedAway} turned away`);
      assert(time.now() < 10_000, `${time.now()} ms`);
    });

    it(`keeps to them also where the service does not say how long to wait, filled up ${refills}`, async () => {
      const time = new VirtualTime();
      const budget = new Budget(time, 10, refills, undefined);
      await time.until(read(budget, 52));
      assert(budget.share < 0.35, `${budget.turnedAway} turned away`);
      assert(time.now() < 15_000, `${time.now()} ms`);
    });

    it(`lets three readers, each a process of its own, read to the end, filled up ${refills}`, async () => {
      const time = new VirtualTime();
      const budget = new Budget(time, 10, refills, 1_000);
      await time.until(Promise.all([read(budget, 52), read(budget, 52), read(budget, 52)]));
      assert.equal(budget.well, 3 * 52);
      assert(budget.share < 0.35, `${budget.turnedAway} turned away`);
    });
  }

  it("reads to the end by any budget, in a few times the time that it takes, with most answers good", async function () {
    this.timeout(0);
    const budgets = fc.record({
      perSecond: fc.integer({ min: 2, max: 40 }),
      refills: fc.constantFrom("at once" as const, "evenly" as const),
      retryAfter: fc.constantFrom(1_000, 2_000, 3_000),
      readers: fc.integer({ min: 1, max: 3 }),
      requests: fc.integer({ min: 10, max: 150 }),
    });
    const property = fc.asyncProperty(budgets, async ({ readers, requests, ...shape }) => {
      const time = new VirtualTime();
      const budget = new Budget(time, shape.perSecond, shape.refills, shape.retryAfter);
      await time.until(Promise.all(Array.from({ length: readers }, () => read(budget, requests, 3_600))));
      const all = readers * requests;
      assert.equal(budget.well, all);
      assert(budget.share < 0.6, `${budget.turnedAway} turned away`);
      const least = (all / shape.perSecond) * 1_000 + shape.retryAfter;
      assert(time.now() < 7 * least, `${time.now()} ms where ${least} would do`);
    });
    await fc.assert(property, { numRuns: Math.ceil(wanted / 200), seed, endOnFailure: true });
  });

  it("asks for ten thousand rows of a service that keeps up in six round trips", async () => {
    const time = new VirtualTime();
    await time.until(read(new Budget(time, 1_000, "at once", 1_000), 102));
    assert.equal(time.now(), 6 * 40);
  });

  it("sends the next request while an answer is worked on, and no sooner than it is there", async () => {
    const time = new VirtualTime();
    const pace = new Pace(() => 1, time);
    const events: string[] = [];
    const answered = async (name: string, arrived: () => void): Promise<void> => {
      events.push(`${name} sent`);
      await time.sleep(40);
      events.push(`${name} here`);
      arrived();
      await time.sleep(20);
      events.push(`${name} read`);
    };
    const names = ["one", "two"];
    const reads = names.map((name) => pace.run(scopeOf(time, 60), (arrived) => answered(name, arrived)));
    await time.until(Promise.all(reads));
    assert.deepEqual(events, ["one sent", "one here", "two sent", "one read", "two here", "two read"]);
  });

  it("slows down for an answer that was here in time and is none", async () => {
    const time = new VirtualTime();
    const pace = new Pace(() => 4, time);
    let atOnce = 0;
    let most = 0;
    const answered = async (arrived: () => void, isGood: boolean): Promise<void> => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      await time.sleep(40);
      atOnce -= 1;
      arrived();
      if (!isGood) throw new AttemptFailed(cutOff);
    };
    const tries = (isGood: boolean): Promise<unknown> =>
      Promise.allSettled(
        Array.from({ length: 4 }, () => pace.run(scopeOf(time, 60), (arrived) => answered(arrived, isGood))),
      );
    await time.until(tries(true));
    assert.equal(most, 4);
    await time.until(tries(false));
    most = 0;
    await time.until(tries(true));
    assert(most < 4, `${most} at once`);
  });

  it("learns nothing of what a service allows from one that turned the first request away", async () => {
    const time = new VirtualTime();
    const generous = new Budget(time, 1_000, "at once", 1_000);
    const answer = generous.answer.bind(generous);
    generous.answer = () => (time.now() < 1_000 ? Promise.reject(turnAway(7_000)) : answer());
    await time.until(read(generous, 102));
    // The pause, a part of it by chance, and from one request on the same batches as ever, 2.5 times each.
    assert(time.now() < 7_000 + 1_000 + 10 * 40, `${time.now()} ms`);
  });

  it("does not wait for a pause whose clock was set back", async () => {
    const time = new VirtualTime();
    let back = 0;
    const clock = { now: () => time.now() - back, sleep: (milliseconds: number) => time.sleep(milliseconds) };
    const pace = new Pace(() => 1, clock);
    const turnedAway = pace.run(scopeOf(time, 60), () => Promise.reject(turnAway(5_000)));
    await assert.rejects(time.until(turnedAway), AttemptFailed);
    back = 3_600_000;
    assert.equal(await time.until(pace.run(scopeOf(time, 60), async () => "answered")), "answered");
  });

  it("asks again after an hour of a service that asked for days", async () => {
    const time = new VirtualTime();
    const pace = new Pace(() => 4, time);
    const turnedAway = pace.run(scopeOf(time, 60), () => Promise.reject(turnAway(172_000_000)));
    await assert.rejects(time.until(turnedAway), AttemptFailed);
    const answer = async () => "answered";
    await assert.rejects(time.until(pace.run(scopeOf(time, 60), answer)), AttemptFailed);
    await time.until(time.sleep(3_600_001));
    assert.equal(await time.until(pace.run(scopeOf(time, 60), answer)), "answered");
  });

  it("tries more again after a while, so that one busy second does not slow a long read for good", async () => {
    const time = new VirtualTime();
    const budget = new Budget(time, 10, "at once", 1_000);
    const generous = new Budget(time, 1_000, "at once", 1_000);
    const answer = budget.answer.bind(budget);
    budget.answer = () => (time.now() < 1_000 ? answer() : generous.answer());
    await time.until(read(budget, 1_000, 600));
    // At ten a second it would take a hundred seconds.
    assert(time.now() < 45_000, `${time.now()} ms`);
  });

  for (const [what, status] of [
    ["429", 429],
    ["503", 503],
  ] as const) {
    it(`pauses for every list when one of them is answered ${what} with Retry-After`, async () => {
      const clock = new InstantClock();
      const times: number[] = [];
      let pausedFrom: number | undefined;
      const service: LocalService = await start({
        rows: 2_000,
        faults: () => {
          times.push(clock.now());
          if (pausedFrom !== undefined || times.length < 12) return undefined;
          pausedFrom = clock.now();
          return { kind: "status", status, headers: { "retry-after": "9" } };
        },
      });
      const account = readingOf(service.baseUrl, { readTimeout: 60 }, clock);
      await Promise.all([account.readAll(), account.readInventory()]);
      assert(pausedFrom !== undefined);
      const until = pausedFrom + 9_000;
      const within = times.slice(12).filter((time) => time < until);
      // Those under way at that moment had left already: at the most one batch.
      assert(within.length <= 10, `${within.length} requests were made in the pause`);
      assert(times.some((time) => time >= until));
    });
  }

  it("lets a part of the pause by chance follow also on one that asks for longer than the first did", async () => {
    const time = new VirtualTime();
    const pace = new Pace(() => 2, time);
    const scope = scopeOf(time, 30);
    const turnedAway = async (after: number, pause: number | undefined): Promise<void> => {
      await time.sleep(after);
      throw turnAway(pause);
    };
    const starts = await time.until(
      Promise.allSettled([
        pace.run(scope, () => turnedAway(10, undefined)),
        pace.run(scope, () => turnedAway(20, 2_000)),
      ]).then(() => pace.run(scope, async () => time.now())),
    );
    assert(starts > 2_020 && starts <= 2_520, `${starts}`);
  });

  it("is kept to by no count of tries, but by the time of the read", async () => {
    const clock = new InstantClock();
    const service = await start({
      faults: () => ({ kind: "status", status: 429, headers: { "retry-after": "2" } }),
    });
    const error = await refusalOf(
      readingOf(service.baseUrl, { readTimeout: 60 }, clock).readAll(),
      service.baseUrl,
    );
    assert.match(
      error.message,
      /the next try would wait [23]\.\d s and the read has [0-3]\.\d s of its readTimeout left/u,
    );
    assert(service.requests.length > 20, `${service.requests.length}`);
  });

  it("warns of no listeners, however many requests wait", async () => {
    const warnings: Error[] = [];
    const note = (warning: Error): void => void warnings.push(warning);
    process.on("warning", note);
    try {
      const clock = new InstantClock();
      const service = await start({
        rows: 10_000,
        faults: ({ index }) =>
          index === 30 ? { kind: "status", status: 429, headers: { "retry-after": "1" } } : undefined,
      });
      await readingOf(service.baseUrl, { maxConcurrency: 64 }, clock).readAll();
      await new Promise(setImmediate);
    } finally {
      process.off("warning", note);
    }
    assert.deepEqual(warnings, []);
  });
});
