import assert from "node:assert/strict";
import { readingOf, useServices } from "../http/reading-of";
import { runPolicies } from "../policies/policy-run";

/** What a warm-up loads, loaded again: when this has ended, so has the warm-up. */
async function warmedUp(): Promise<void> {
  await Promise.all([import("node-fetch"), import("p-retry")]);
  await new Promise(setImmediate);
}

const requiredKeys = [{ hash: "0".repeat(64) }];

describe("an account that is warmed up", () => {
  const running = useServices();

  it("sends nothing before it is asked for, and is then read as ever", async () => {
    const { baseUrl, requests } = await running();
    const account = readingOf(baseUrl);
    await Promise.all([account.warmUp(), account.warmUp()]);
    // Another reader's request, made later and answered: one of the warm-up would be here before it.
    await readingOf(baseUrl).readAll();
    assert.equal(requests.length, 2);
    assert.equal((await account.readAll()).assignments.length, 3);
    assert.equal(requests.length, 2 + 2);
  });

  it("leaves it to the read to tell that no connection can be had", async () => {
    const before = process.env["HTTPS_PROXY"];
    process.env["HTTPS_PROXY"] = "socks5://127.0.0.1:1";
    const loose: unknown[] = [];
    const onLoose = (reason: unknown): void => void loose.push(reason);
    process.on("unhandledRejection", onLoose);
    try {
      const environment = { GUARDRAILS_MANAGEMENT_KEY: "a-management-key-1" };
      const configuration = { "required-keys-guarded": { requiredKeys } };
      const { violations } = await runPolicies({ environment, configuration });
      await warmedUp();
      assert.deepEqual(loose, []);
      assert.equal(violations.length, 1);
      assert.match(violations[0]?.text ?? "", /could not verify: the proxy named in the environment/u);
    } finally {
      if (before === undefined) delete process.env["HTTPS_PROXY"];
      else process.env["HTTPS_PROXY"] = before;
      process.off("unhandledRejection", onLoose);
    }
  });

  it("is opened anew where it could not be opened before", async () => {
    const before = process.env["HTTPS_PROXY"];
    const account = readingOf("https://guardrails.invalid/api/v1");
    try {
      process.env["HTTPS_PROXY"] = "socks5://127.0.0.1:1";
      await assert.rejects(account.readAll(), /the proxy named in the environment/u);
    } finally {
      if (before === undefined) delete process.env["HTTPS_PROXY"];
      else process.env["HTTPS_PROXY"] = before;
    }
    await assert.rejects(account.readAll(), (error: Error) => !/the proxy named/u.test(error.message));
  });

  it("stops a deployment without a credential once, at the end", async () => {
    const configuration = { "required-keys-guarded": { requiredKeys } };
    const { violations } = await runPolicies({ environment: {}, configuration });
    assert.deepEqual(
      violations.map(({ policy, at }) => [policy, at]),
      [["required-keys-guarded", "end"]],
    );
  });
});
