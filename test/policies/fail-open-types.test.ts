import assert from "node:assert/strict";
import { settingsName } from "../../policies/configuration/shared-settings";
import { useServices } from "../http/reading-of";
import { row } from "./builders";
import { assertCouldNotVerify, completeRun, configured, everyRule } from "./fail-open-run";
import { runPolicies, violationsOf } from "./policy-run";
import { assignmentResource, keyResource, type StackResource } from "./stack-resource";

const own = { key: "fixture:keys/key:Key", assignment: "fixture:keys/assignment:Assignment" };

/** A key that no assignment guards. */
const unguarded = (type: string): StackResource => ({ ...keyResource("new"), type });

function stopped(settings: object, resources: readonly StackResource[]): Promise<string[]> {
  const run = { environment: {}, configuration: {}, settings, resources: () => resources };
  return violationsOf({ rule: "declared-keys-guarded", ...run });
}

describe("a resource type that is misspelt in the configuration", () => {
  const misspelt = {
    "in upper and lower case": "fixture:keys/key:key",
    "by a letter too many": "fixture:keys/key:Keyy",
    "by a letter too few": "fixture:key/key:Key",
    "by another letter": "fixture:keys/key:Kei",
    "by two letters that changed places": "fixture:keys/key:Kye",
    "in the package": "fixtures:keys/key:Key",
    "by the module without its type": "fixture:keys:Key",
    "by the module with index before it": "fixture:index/keys:Key",
  };
  for (const [title, type] of Object.entries(misspelt)) {
    it(`${title} is a doubt that names both`, async () => {
      const [text = ""] = await stopped({ keyTypes: [type] }, [unguarded(own.key)]);
      assert(text.startsWith(`could not verify: "keyTypes" names "${type}", of which`), text);
      assert(text.includes(`one of "${own.key}"`), text);
    });
  }

  it("is one for an assignment type too, in each rule that counts what is declared", async () => {
    const resources = [
      unguarded(own.key),
      { ...assignmentResource("assignment", ["new"]), type: own.assignment },
    ];
    const settings = {
      keyTypes: [own.key],
      assignmentTypes: [{ type: "fixture:keys/assigment:Assignment" }],
    };
    const [text = ""] = await stopped(settings, resources);
    assert.match(text, /^could not verify: "assignmentTypes" names "fixture:keys\/assigment:Assignment"/u);
  });

  it("is one where another of the configured types is right", async () => {
    const types = { keyTypes: [own.key, "fixture:keys/token:Tokn"] };
    const resources = [unguarded("fixture:keys/token:Token"), unguarded("other:index:Thing")];
    const [text = ""] = await stopped(types, resources);
    assert.match(text, /^could not verify: "keyTypes" names "fixture:keys\/token:Tokn"/u);
  });

  const besideRight = {
    "fixture:index/credential:Credential": [
      "fixture:index/key:Credentals",
      "fix-ture:index/api_credential:ApiCredential",
      "fixture:module/credential:Credential",
      "fixturee:index/credential:Credentiall",
      "terraform-provider:index/credential:Credential",
      "terraform-provider-fixture:index/credential:Credential",
      "pulumi-nodejs:dynamic/fixture:Credential",
    ],
    "fixture:index/apiKey:ApiKey": ["fixture:index/key:Key"],
    "pulumi-nodejs:dynamic/gateway:Credential": [
      "pulumi-nodejs:dynamic/gateway:Credentials",
      "pulumi-nodejs:dynamic/gatway:Credentals",
      "pulumi-python:dynamic/gateway:Credential",
      "gateway:index:Credential",
    ],
  };
  for (const [found, all] of Object.entries(besideRight)) {
    for (const type of all) {
      it(`is one where ${type} stands for ${found}, beside a type that is right`, async () => {
        const resources = [
          keyResource("new"),
          assignmentResource("assignment", ["new"]),
          { ...unguarded(found), name: "other" },
        ];
        const right = "openrouter:index/apiKey:ApiKey";
        const [text = ""] = await stopped({ keyTypes: [right, type] }, resources);
        assert(text.startsWith(`could not verify: "keyTypes" names "${type}", of which`), text);
        assert(text.includes(`one of "${found}"`), text);
      });
    }
  }

  it("is one where only the state has what may be meant, left out of this run", async () => {
    const resources = [{ ...unguarded(own.key), registered: false }];
    const [text = ""] = await stopped({ keyTypes: ["fixture:keys/key:Keyy"] }, resources);
    assert.match(text, /^could not verify: "keyTypes" names "fixture:keys\/key:Keyy"/u);
  });

  it("is one of a default too, and nobody is told to correct what is not in the file", async () => {
    const found = "openrouter:index:ApiKey";
    const [text = ""] = await stopped({}, [unguarded(found)]);
    assert.equal(
      text.split("\n", 1)[0],
      `could not verify: "keyTypes" is not stated and by default names "openrouter:index/apiKey:ApiKey", of which this stack has no resource, and it has one of "${found}". State "keyTypes" in guardrails-settings with the types of your stacks: that one, if it is meant.`,
    );
  });

  it("is none where the stack has what is meant, or only what nobody takes for it", async () => {
    const other = [unguarded("fixture:kms/key:Key"), unguarded("fixture:keys/secret:Secret")];
    assert.deepEqual(await stopped({ keyTypes: [own.key] }, other), []);
    const assigned = { ...assignmentResource("a", ["new"]), type: own.assignment };
    const types = { keyTypes: [own.key], assignmentTypes: [own.assignment] };
    assert.deepEqual(await stopped(types, [unguarded(own.key), assigned]), []);
  });
});

describe("resource types of which the stack has none", () => {
  const running = useServices();

  /** What a run says beside a stack that has one guarded key, and by whatever else these settings judge. */
  async function saidBeside(
    settings: object,
    ...others: readonly StackResource[]
  ): Promise<readonly string[]> {
    const { violations, notices } = await runPolicies({
      environment: {},
      configuration: { "required-keys-guarded": "disabled", [settingsName]: settings },
      resources: () => [keyResource("new"), assignmentResource("assignment", ["new"]), ...others],
    });
    assert.deepEqual(violations, []);
    return notices.filter((line) => line.includes("of which this stack has no resource"));
  }
  const right = "openrouter:index/apiKey:ApiKey";
  const assigning = "openrouter:index/guardrailKeyAssignment:GuardrailKeyAssignment";

  it("are each said once beside one that has a key, with what is called the same in another package", async () => {
    const settings = {
      keyTypes: [right, "acme:index:Token", "acme:vault:Secret"],
      assignmentTypes: [assigning, "acme:index:Grant"],
    };
    const other = { ...unguarded("aws:vault/secret:Secret"), name: "other" };
    assert.deepEqual(await saidBeside(settings, other), [
      'guardrails: "keyTypes" names "acme:index:Token", of which this stack has no resource.',
      'guardrails: "keyTypes" names "acme:vault:Secret", of which this stack has no resource; it has one of "aws:vault/secret:Secret": correct the type if that is meant.',
      'guardrails: "assignmentTypes" names "acme:index:Grant", of which this stack has no resource.',
    ]);
  });

  it("are not said of the types that nobody wrote", async () => {
    assert.deepEqual(await saidBeside({ keyTypes: [right] }), []);
    assert.deepEqual(await saidBeside({ assignmentTypes: [assigning] }), []);
    for (const dryRun of [true, false]) {
      const { notices } = await runPolicies({
        environment: {},
        configuration: { "required-keys-guarded": "disabled" },
        resources: () => [{ ...unguarded("acme:index:ApiKey"), name: "other" }],
        dryRun,
      });
      assert.deepEqual(
        notices.filter((line) => line.includes("of which this stack has no resource")),
        [],
      );
    }
  });

  it("are said beside a violation too", async () => {
    const { violations, notices } = await runPolicies({
      environment: {},
      configuration: {
        "required-keys-guarded": "disabled",
        [settingsName]: { keyTypes: [right, "acme:index:Token"] },
      },
      resources: () => [keyResource("new")],
    });
    assert.equal(violations.length, 1);
    assert.match(notices.join("\n"), /"keyTypes" names "acme:index:Token", of which/u);
  });

  it("are said where the rule for declared keys is disabled", async () => {
    const service = await running({ rows: 4 });
    const { notices } = await runPolicies(
      completeRun(service, {
        configuration: {
          ...everyRule,
          [settingsName]: { requiredKeys: [{ hash: row(1).keyHash }], keyTypes: ["acme:index:Token"] },
          "declared-keys-guarded": "disabled",
        },
      }),
    );
    assert.match(notices.join("\n"), /"keyTypes" names "acme:index:Token", of which/u);
  });

  it("are said beside the stack: that rule judged nothing", async () => {
    const { violations, notices } = await runPolicies({
      environment: {},
      configuration: {
        "required-keys-guarded": "disabled",
        [settingsName]: { keyTypes: [own.key, "x:y:Z"] },
      },
      resources: () => [unguarded("aws:s3:Bucket")],
    });
    assert.deepEqual(violations, []);
    assert.match(
      notices.join("\n"),
      /: declared-keys-guarded \(judged nothing: the stack has no resource of fixture:keys\/key:Key or x:y:Z\);/u,
    );
  });

  it("leave rules that read the account in doubt as well, where planned assignments count", async () => {
    const service = await running({ rows: 4 });
    const settings = {
      requiredKeys: [{ hash: row(1).keyHash }],
      keyTypes: ["openrouter:index/apiKey:ApiKy"],
    };
    await assertCouldNotVerify(
      completeRun(service, configured(settingsName, settings)),
      Object.keys(everyRule).filter((name) => name !== settingsName) as never,
    );
  });
});
