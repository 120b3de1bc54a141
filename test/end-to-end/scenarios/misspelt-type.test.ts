import { declare, declaredTypes } from "../declared";
import { scenario } from "../scenario";
import { assertCouldNotVerify, assertStops } from "../verdicts";

scenario({
  title:
    "a key that a program declares without an assignment, where its type is misspelt in the configuration",
  async play(stage) {
    const project = await stage.project("declares");
    await declare(project, { keys: { gateway: { name: "prod-new" } } });
    const previewBy = (keyType: string) =>
      project.preview(
        stage.unjudged({
          policyPack: stage.policyPack,
          policyConfig: {
            "guardrails-settings": { ...declaredTypes, keyTypes: [keyType] },
            "required-keys-guarded": "disabled",
          },
        }),
      );
    return {
      otherCase: await previewBy("pulumi-nodejs:dynamic/fixture:key"),
      space: await previewBy("pulumi-nodejs:dynamic/fixture:Key "),
      right: await previewBy("pulumi-nodejs:dynamic/fixture:Key"),
    };
  },
  shows: {
    "is a doubt that names both types": ({ otherCase }) =>
      assertCouldNotVerify(
        otherCase,
        "pulumi-nodejs:dynamic/fixture:key",
        "pulumi-nodejs:dynamic/fixture:Key",
      ),
    "is refused where it can be no type": ({ space }) =>
      assertCouldNotVerify(space, "keyTypes[0] must be a resource type"),
    "is stopped as unguarded by the right type": ({ right }) => assertStops(right, "UNGUARDED"),
  },
});
