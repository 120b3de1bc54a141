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
      /declared-keys-guarded judged nothing: the stack has no resource of fixture:keys\/key:Key or x:y:Z;/u,
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
