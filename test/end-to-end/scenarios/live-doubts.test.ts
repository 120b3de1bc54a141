import { type Fault, startLocalService } from "../../../local-service/index";
import type { EngineRun } from "../../engines";
import { gateway } from "../account";
import { scenario } from "../scenario";
import { type Judging, plantedKeys } from "../stage";
import { assertCouldNotVerify } from "../verdicts";

interface Doubt {
  readonly fault?: Fault;
  readonly judging?: Judging;
  readonly says: RegExp;
}

const hostileRefusal = `\u001b[31m::error:: not for Bearer ${plantedKeys.environment}`;

const doubts: Readonly<Record<string, Doubt>> = {
  "the service answers 500": {
    fault: { kind: "status", status: 500 },
    says: /the service answered 500/,
  },
  "the service answers 401 and repeats the key among control characters": {
    fault: { kind: "json", status: 401, value: { error: { code: 401, message: hostileRefusal } } },
    says: /did not accept the management key \(401: "\\u\{1b\}\[31m: :error: : not for Bearer \[secret\]"\)/,
  },
  "the service answers with a web page": {
    fault: { kind: "html-200" },
    says: /the answer is not JSON by its content type/,
  },
  "the service does not answer": {
    fault: { kind: "no-answer" },
    judging: { limits: { readTimeout: 0.5 } },
    says: /the service gave no answer within|was not read within the readTimeout of 0\.5 s/,
  },
  "there is no management key": {
    judging: { env: { GUARDRAILS_MANAGEMENT_KEY: undefined } },
    says: /no management key for http:\/\/127\.0\.0\.1/,
  },
  "the management key is empty": {
    judging: { env: { GUARDRAILS_MANAGEMENT_KEY: "" } },
    says: /environment variable GUARDRAILS_MANAGEMENT_KEY is set but empty/,
  },
};

scenario({
  title: "live evidence that cannot be had",
  async play(stage) {
    const project = await stage.project("unrelated");
    const runs: Record<string, EngineRun> = {};
    for (const [when, { fault, judging }] of Object.entries(doubts)) {
      stage.service.faults = () => fault;
      runs[when] = await project.preview(
        stage.judging({ requiredKeys: [{ hash: gateway.keyHash }], ...judging }),
      );
    }
    const closed = await startLocalService();
    await closed.close();
    const refused = await project.preview(
      stage.judging({
        requiredKeys: [{ hash: gateway.keyHash }],
        env: { GUARDRAILS_BASE_URL: closed.baseUrl },
      }),
    );
    return { ...runs, refused };
  },
  shows: {
    ...Object.fromEntries(
      Object.entries(doubts).map(([when, { says }]) => [
        `stops the preview with "could not verify" when ${when}`,
        (runs: Record<string, EngineRun>) => assertCouldNotVerify(runOf(runs, when), says),
      ]),
    ),
    'stops the preview with "could not verify" when nothing listens there': ({ refused }) =>
      assertCouldNotVerify(refused, /the connection was refused/),
  },
});

function runOf(runs: Record<string, EngineRun>, when: string): EngineRun {
  const run = runs[when];
  if (run === undefined) throw new Error(`no run for: ${when}`);
  return run;
}
