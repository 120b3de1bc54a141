import { rotated } from "../account";
import { scenario } from "../scenario";
import { plantedKeys } from "../stage";
import { sharedAddress } from "../two-accounts";
import { assertCouldNotVerify, assertPasses, assertViolates } from "../verdicts";

scenario({
  title:
    "stack evidence of another account at the same address, where the key is guarded that the pack's own leaves unguarded",
  async play(stage) {
    const baseUrl = await sharedAddress(stage);
    const env = { GUARDRAILS_BASE_URL: baseUrl };
    const requiredKeys = [{ hash: rotated.keyHash }];
    const judging = stage.judging({ requiredKeys, evidence: "stack", env });

    const plugin = await stage.project("plugin", { "fixture:provider": JSON.stringify({ baseUrl }) });
    await plugin.setConfig("fixture:providerKey", plantedKeys.stack, { secret: true });
    const explicit = await plugin.preview(judging);
    await plugin.setConfig("fixture:providerKey", plantedKeys.environment, { secret: true });
    const own = await plugin.preview(judging);

    const lists = await stage.project("lists", { "guardrails:baseUrl": baseUrl });
    const stacks = await lists.preview(judging);
    const alone = await lists.preview(
      stage.judging({
        requiredKeys,
        evidence: "stack",
        env: { ...env, GUARDRAILS_MANAGEMENT_KEY: undefined },
      }),
    );
    return { explicit, own, stacks, alone };
  },
  shows: {
    "is none by a provider of the program's own, which has that account's key": ({ explicit }) =>
      assertCouldNotVerify(explicit, "another management key than the pack's"),
    "is the pack's where that provider has the pack's key": ({ own }) =>
      assertViolates(own, "required-keys-guarded", "UNGUARDED  1 key"),
    "is none where the stack has another key than the environment": ({ stacks }) =>
      assertCouldNotVerify(stacks, "another management key than the pack's"),
    "is the stack's account where the environment has no key": ({ alone }) => assertPasses(alone),
  },
});
