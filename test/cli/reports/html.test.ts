import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fc from "fast-check";
import type { CheckResult } from "../../../cli/reports/check-result";
import { cases } from "../../cases";
import { anyText, harmful } from "../../policies/builders";
import { hostileTexts, resultWith } from "./hostile-results";
import { type Element, elementsOf, parseHtml, textOf } from "./parsed-html";
import {
  account,
  earlier,
  findingOf,
  guarded,
  judged,
  keyOf,
  mixed,
  refused,
  resultOf,
  unread,
} from "./sample-results";
import { written } from "./written";

interface Page {
  readonly elements: readonly Element[];
  all(tag: string): readonly Element[];
  texts(tag: string): readonly string[];
}

async function pageOf(result: CheckResult, baseline?: CheckResult): Promise<Page> {
  const elements = elementsOf(await parseHtml(written("html", result, baseline)));
  const all = (tag: string): readonly Element[] => elements.filter(({ tagName }) => tagName === tag);
  const texts = (tag: string): readonly string[] =>
    all(tag).map((element) => textOf(element).replace(/\s+/gu, " ").trim());
  return { elements, all, texts };
}

function attribute({ attrs }: Element, name: string): string | undefined {
  return attrs.find((attr) => attr.name === name)?.value;
}

function isOwnCode({ tagName }: Element): boolean {
  return tagName === "style" || tagName === "script";
}

/** No markup but the page's own: as many elements as with names that do no harm, and no way out of the page. */
async function assertHarmless(texts: readonly string[]): Promise<void> {
  const page = await pageOf(resultWith(texts), resultWith([...texts, "gone"]));
  const plain = texts.map((_, index) => `name ${index}`);
  const same = await pageOf(resultWith(plain), resultWith([...plain, "gone"]));
  const shape = ({ elements }: Page): readonly string[] =>
    elements.map(({ tagName, attrs }) => `${tagName} ${attrs.map(({ name }) => name).join(" ")}`);
  assert.deepEqual([...new Set(shape(page))].toSorted(), [...new Set(shape(same))].toSorted());
  assert.equal(page.all("tr").length, same.all("tr").length);
  const root = page.elements[0];
  assert(root !== undefined);
  assert.doesNotMatch(textOf(root, isOwnCode).replaceAll("\n", " "), harmful);
}

describe("the html report", () => {
  it("is a page that asks for nothing: no link, no source, no address but its empty icon", async () => {
    const { elements } = await pageOf(mixed, earlier);
    const addresses = elements.flatMap((element) =>
      ["href", "src", "srcset", "action", "data", "xlink:href", "style"].flatMap(
        (name) => attribute(element, name) ?? [],
      ),
    );
    assert.deepEqual(addresses, ["data:,"]);
    assert.doesNotMatch(written("html", mixed, earlier), /url\(|@import/u);
  });

  it("lets nothing run and nothing style it but what is in it, by its hash", async () => {
    const { all } = await pageOf(mixed);
    const [policy] = all("meta").filter(
      (meta) => attribute(meta, "http-equiv") === "Content-Security-Policy",
    );
    assert(policy !== undefined);
    const [style, script] = ["style", "script"].map((tag) => {
      // Data is no script: browsers run nothing of another type than theirs.
      const found = all(tag).filter((one) => attribute(one, "type") !== "application/json");
      assert.equal(found.length, 1);
      return `'sha256-${createHash("sha256").update(textOf(found[0])).digest("base64")}'`;
    });
    assert.equal(
      attribute(policy, "content"),
      `default-src 'none'; style-src ${style}; script-src ${script}; img-src data:; base-uri 'none'; form-action 'none'`,
    );
  });

  it("says the verdict first, and what could not be verified next", async () => {
    const { texts } = await pageOf(unread);
    assert.deepEqual(texts("h1"), ["could not verify: nothing is known about any key"]);
    assert.equal(texts("h2")[0], "What could not be verified");
    assert(!texts("h2").includes("Coverage"));
    assert(!(await pageOf(guarded)).texts("h2").includes("What could not be verified"));
  });

  it("says once what was asked and when, where nothing could be read", async () => {
    const page = written("html", refused);
    assert.equal(page.match(/OpenRouter at https:\/\/openrouter\.ai\/api\/v1, 2026-/gu)?.length, 1);
    assert.match(page, /<p class="where">service: OpenRouter at /u);
  });

  it("has a row for each key that fails without any script, the worst first", async () => {
    const states = (await pageOf(mixed)).all("tr").flatMap((row) => attribute(row, "data-state") ?? []);
    assert.deepEqual(states, ["unguarded", "wrong-guardrail", "missing", "unverified"]);
  });

  it("shows coverage as a picture that counts each key once, in its worst state", async () => {
    const { all, texts } = await pageOf(mixed);
    const [share] = all("svg").filter((svg) => attribute(svg, "role") === "img");
    assert(share !== undefined);
    assert.equal(attribute(share, "aria-label"), "8 of 11 keys known to be guarded, 72 percent");
    const [perState = "", perGuardrail = ""] = texts("figure").slice(1);
    assert.match(
      perState,
      /✕ unguarded ?1 ≠ wrong-guardrail ?1 ~ waived ?1 \+ guarded-by-deployment ?1 ✓ guarded ?7/u,
    );
    assert.match(perGuardrail, /b4bd0b42-\S+? ?4 .*no guardrail known ?2$/u);
  });

  it("puts the worst first and counts the worst, whichever rule finds it", async () => {
    const { all, texts } = await pageOf(
      resultOf([
        judged("required-keys-guarded", [findingOf("guarded", keyOf(1)), findingOf("unguarded", keyOf(2))]),
        judged("no-unguarded-keys", [findingOf("unguarded", keyOf(1)), findingOf("guarded", keyOf(2))]),
      ]),
    );
    const states = all("tr").flatMap((row) => attribute(row, "data-state") ?? []);
    assert.deepEqual(states, ["unguarded", "unguarded"]);
    assert.match(texts("figure")[1] ?? "", /✕ unguarded ?2$/u);
  });

  it("never rounds up to 100 percent", async () => {
    const findings = Array.from({ length: 400 }, (_, n) =>
      findingOf(n === 0 ? "unguarded" : "guarded", keyOf(n)),
    );
    const { texts } = await pageOf(resultOf([judged("no-unguarded-keys", findings)]));
    assert.equal(texts("text")[0], "99%");
  });

  it("shows what changed since an earlier report: new, fixed, no longer judged, still failing", async () => {
    const { texts } = await pageOf(mixed, earlier);
    assert(texts("h2").includes("Changes since 2026-02-01 10:00 UTC"));
    assert.deepEqual(texts("h3"), ["3 new", "1 fixed", "1 no longer judged", "1 still failing"]);
    assert.deepEqual((await pageOf(mixed)).texts("h3"), []);
  });

  it("warns if the earlier report is of another address", async () => {
    const other = {
      ...earlier,
      accounts: [{ ...account, service: "modelgates", baseUrl: "https://modelgates.ai/api/v1" } as const],
    };
    const warned = async (baseline: CheckResult): Promise<boolean> =>
      (await pageOf(mixed, baseline))
        .texts("p")
        .some((text) => text.startsWith("The earlier report is of another address"));
    assert.deepEqual([await warned(other), await warned(earlier)], [true, false]);
  });

  it("has no live markup from hostile names, nor from any text", async () => {
    await assertHarmless(hostileTexts);
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(anyText, { minLength: 1, maxLength: 4 }), assertHarmless),
      {
        numRuns: cases(100),
      },
    );
  });
});
