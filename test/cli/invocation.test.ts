import assert from "node:assert/strict";
import { invocationOf } from "../../cli/invocation";

describe("how the command says it is called again", () => {
  const bin = "/home/me/project/node_modules/.bin/pulumi-guardrails";
  const cases: Readonly<
    Record<string, readonly [script: string, environment: Record<string, string>, said: string]>
  > = {
    "by npx from a project": [
      bin,
      { npm_command: "exec", PATH: "/home/me/project/node_modules/.bin:/bin" },
      "npx --no-install pulumi-guardrails",
    ],
    "by node from a folder whose name a shell would take apart": [
      "/home/me/project/a b$(c)/cli/pulumi-guardrails.js",
      { PATH: "/bin" },
      "npx --no-install pulumi-guardrails",
    ],
    "by npx without an installation": [
      "/home/me/.npm/_npx/0e6/node_modules/.bin/pulumi-guardrails",
      { npm_command: "exec" },
      "npx pulumi-guardrails",
    ],
    "by a script of the package": [
      "/home/me/project/dist/cli/main.js",
      { npm_command: "run-script" },
      "npm run --silent pulumi-guardrails --",
    ],
    "by its name on the PATH": [
      "/usr/local/bin/pulumi-guardrails",
      { PATH: "/usr/local/bin:/bin" },
      "pulumi-guardrails",
    ],
    "by the path of its link": [bin, { PATH: "/bin" }, "./node_modules/.bin/pulumi-guardrails"],
    "by the path of its link from another folder": [
      "/home/me/other/node_modules/.bin/pulumi-guardrails",
      {},
      "../other/node_modules/.bin/pulumi-guardrails",
    ],
    "by node and the file": ["/home/me/project/dist/cli/main.js", {}, "node dist/cli/main.js"],
  };
  for (const [title, [script, environment, said]] of Object.entries(cases)) {
    it(title, () => assert.equal(invocationOf(script, environment, "/home/me/project"), said));
  }
});
