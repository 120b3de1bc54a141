import { pulumiScenario } from "../scenario";
import { assertCouldNotVerify, assertPasses } from "../verdicts";

pulumiScenario({
  title: "a KeyAssignments resource by a provider that the program makes itself",
  async play(stage) {
    const { baseUrl } = stage.friendlier;
    const project = await stage.project("lists", {
      "guardrails:baseUrl": baseUrl,
      "fixture:explicit": "true",
    });
    const explicit = await project.preview(stage.unjudged());
    await project.setConfig("fixture:explicit", "false");
    return { explicit, usual: await project.preview(stage.unjudged()) };
  },
  shows: {
    "is refused, for it would read the environment's account": ({ explicit }) =>
      assertCouldNotVerify(explicit, "would read another account than the stack's"),
    "reads the stack's account by the usual one": ({ usual }) => assertPasses(usual),
  },
});
