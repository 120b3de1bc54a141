import { gateway } from "../account";
import { scenario } from "../scenario";
import type { Judging } from "../stage";
import { assertCouldNotVerify, assertStops } from "../verdicts";

const judged: Judging = { requiredKeys: [{ hash: gateway.keyHash }], evidence: "stack" };

scenario({
  title: "stack evidence that is none",
  async play(stage) {
    const judging = stage.judging(judged);
    const without = await (await stage.project("unrelated")).preview(judging);

    const project = await stage.project("lists");
    const previewOf = async (...lists: object[]) => {
      await project.setConfig("fixture:lists", JSON.stringify(lists));
      return project.preview(judging);
    };
    let pages = 0;
    let last = Number.POSITIVE_INFINITY;
    stage.service.afterPage = () => {
      pages += 1;
      if (pages === last) stage.service.ledger.assign();
    };
    const filtered = await previewOf({ keyNames: ["prod-gateway"] });
    const ofOneList = pages;
    const unknown = await previewOf({}, { guardrailId: "later" });
    last = pages + ofOneList;
    const differing = await previewOf({}, {});
    await project.setConfig("guardrails:baseUrl", stage.friendlier.baseUrl);
    const foreign = await previewOf({});
    return { without, filtered, unknown, differing, foreign };
  },
  shows: {
    'stops the preview with "could not verify" when the program has no KeyAssignments': ({ without }) =>
      assertCouldNotVerify(without, "the program has no KeyAssignments resource"),
    "does so when the list is filtered": ({ filtered }) =>
      assertCouldNotVerify(filtered, "the KeyAssignments resource holds only a part of the list"),
    "does so when one list is not known before deployment": ({ unknown }) =>
      assertCouldNotVerify(unknown, "what a KeyAssignments resource reads is not known before deployment"),
    "does so when two lists differ": ({ differing }) =>
      assertCouldNotVerify(differing, "several KeyAssignments resources differ"),
    "does so when the list is that of the service the stack would rather ask": ({ foreign }) =>
      assertCouldNotVerify(foreign, "no KeyAssignments resource was read from http://127.0.0.1:"),
  },
});

scenario({
  title: "stack evidence when the list cannot be read",
  async play(stage) {
    const project = await stage.project("lists");
    stage.service.faults = () => ({ kind: "status", status: 500 });
    const failing = await project.preview(stage.judging(judged));
    stage.service.faults = () => ({ kind: "html-200" });
    const html = await project.preview(stage.judging(judged));
    const env = { GUARDRAILS_MANAGEMENT_KEY: "" };
    const empty = await project.preview(stage.judging({ ...judged, env }));
    return { failing, html, empty };
  },
  shows: {
    'fails the preview with "could not verify" when the service answers 500': ({ failing }) =>
      assertCouldNotVerify(failing, "the service answered 500"),
    "does so when the service answers with a web page": ({ html }) =>
      assertCouldNotVerify(html, "the answer is not JSON by its content type"),
    "does so when the management key is empty": ({ empty }) =>
      assertCouldNotVerify(empty, "GUARDRAILS_MANAGEMENT_KEY is set but empty"),
    "names the resource that could not be read": ({ failing }) =>
      assertStops(failing, /KeyAssignments resource 'list-0' has a problem: could not verify/),
  },
});
