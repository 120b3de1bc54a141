import assert from "node:assert/strict";
import type { Engine } from "../engines";
import { plantedKeys, Stage } from "./stage";

interface Story<Seen> {
  readonly title: string;
  /** Played once, however much it shows: a run of an engine takes seconds. */
  play(stage: Stage): Promise<Seen>;
  readonly shows: Readonly<Record<string, (seen: Seen) => void>>;
}

/** Something that happens under an engine, and what it shows. */
export interface Scenario {
  readonly needsPulumi: boolean;
  /** Defines its tests; the engine is asked for when they run. */
  define(engine: () => Engine): void;
}

/** A scenario for every engine. */
export function scenario<Seen>(story: Story<Seen>): Scenario {
  return { needsPulumi: false, define: (engine) => define(story, engine) };
}

/** A scenario of what the double cannot play. */
export function pulumiScenario<Seen>(story: Story<Seen>): Scenario {
  return { needsPulumi: true, define: (engine) => define(story, engine) };
}

function define<Seen>({ title, play, shows }: Story<Seen>, engine: () => Engine): void {
  describe(title, () => {
    let stage: Stage | undefined;
    let seen: { readonly value: Seen } | undefined;

    before(async () => {
      stage = await Stage.open(engine());
      seen = { value: await play(stage) };
    });
    after(() => stage?.close());

    for (const [sentence, check] of Object.entries(shows)) {
      it(sentence, () => {
        assert(seen);
        check(seen.value);
      });
    }

    it("[always] keeps both management keys out of every output and state", () => {
      assert(stage);
      const all = [...stage.printed, ...stage.states].join("\n");
      for (const key of Object.values(plantedKeys)) assert(!all.includes(key), excerpt(all, key));
    });

    it("[always] prints no stack trace and nothing that a terminal or a pipeline would obey", () => {
      assert(stage);
      for (const text of stage.printed) {
        assert.doesNotMatch(text, /^\s+at /m);
        assert.doesNotMatch(text, /(?![\t\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        assert.doesNotMatch(text, /^\s*::|##\[|##vso\[|<\{%/m);
      }
    });
  });
}

function excerpt(text: string, found: string): string {
  const at = text.indexOf(found);
  return `a management key shows: ${text.slice(Math.max(0, at - 200), at + 100)}`;
}
