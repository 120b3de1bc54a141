import assert from "node:assert/strict";
import { type Engine, findEngine, realEngine } from "../engines";
import { plantedKeys, Stage } from "./stage";

interface Story<Seen> {
  readonly title: string;
  /** Played once, however much it shows: a run of an engine takes seconds. */
  play(stage: Stage): Promise<Seen>;
  readonly shows: Readonly<Record<string, (seen: Seen) => void>>;
}

/** The engines have limits of their own; this one is only there to be out of their way. */
const patience = 600_000;

/** Something that happens under an engine, and what it shows: under the real one where there is one, else under the double. */
export function scenario<Seen>(story: Story<Seen>): void {
  define(story, findEngine);
}

/** A scenario of what the double cannot play. */
export function pulumiScenario<Seen>(story: Story<Seen>): void {
  define(story, realEngine);
}

function define<Seen>(
  { title, play, shows }: Story<Seen>,
  lookForEngine: () => Promise<Engine | undefined>,
): void {
  describe(title, function () {
    this.timeout(patience);
    let engine: Engine | undefined;

    // The parent's hook runs before the child's title is printed, so that the title can name what was found.
    before(async () => {
      engine = await lookForEngine();
      child.title =
        engine === undefined
          ? "skipped: no pulumi on PATH, none could be downloaded (or GUARDRAILS_TEST_ENGINE=double)"
          : `under ${engine.description}`;
    });

    const child = describe("under an engine", () => {
      let stage: Stage | undefined;
      let seen: { readonly value: Seen } | undefined;

      before(async function () {
        if (engine === undefined) this.skip();
        stage = await Stage.open(engine);
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
  });
}

function excerpt(text: string, found: string): string {
  const at = text.indexOf(found);
  return `a management key shows: ${text.slice(Math.max(0, at - 200), at + 100)}`;
}
