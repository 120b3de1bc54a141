import assert from "node:assert/strict";
import fc from "fast-check";
import { checkReportOf } from "../../../cli/reports/check-report";
import type { CheckResult } from "../../../cli/reports/check-result";
import { cases } from "../../cases";
import { anyText, harmful } from "../../policies/builders";
import { hostileTexts, resultWith } from "./hostile-results";
import { type Element, elementsOf, parseHtml, textOf } from "./parsed-html";
import { findingOf, judged, keyOf, mixed, resultOf } from "./sample-results";
import { written } from "./written";

/** As a reader of GitHub's Markdown makes a page of it; with everything that is not code. */
async function rendered(markdown: string): Promise<{ elements: readonly Element[]; outsideCode: string }> {
  const { marked } = await import("marked");
  const document = await parseHtml(await marked.parse(markdown, { gfm: true, async: false }));
  const inCode = (element: Element): boolean => element.tagName === "code";
  return { elements: elementsOf(document), outsideCode: textOf(document, inCode) };
}

const ours = /^(html|head|body|h3|ul|li|p|strong|table|thead|tbody|tr|th|td|code|sub|details|summary|pre)$/u;
/** What a code host makes more of than text: mentions, references, addresses, emoji, formulas. */
const live = /@[\w-]|#\d|GH-\d|:\/\/|www\.[\w-]|:\w+:|\$/iu;

async function assertHarmless(result: CheckResult): Promise<void> {
  const markdown = written("markdown", result);
  for (const line of markdown.split("\n")) assert.doesNotMatch(line, harmful);
  const { elements, outsideCode } = await rendered(markdown);
  for (const { tagName, attrs } of elements) {
    assert.match(tagName, ours);
    assert.deepEqual(
      attrs,
      tagName === "code" && attrs.length > 0 ? [{ name: "class", value: "language-sh" }] : [],
    );
  }
  assert.doesNotMatch(outsideCode, live);
  const { keys } = checkReportOf(result);
  const [failing, excepted] = [keys.failing.length, keys.withExceptions.length];
  const rows = elements.filter(
    ({ tagName, parentNode }) => tagName === "tr" && parentNode?.nodeName === "tbody",
  );
  assert.equal(rows.length, failing + excepted);
  for (const [index, row] of rows.entries()) {
    const cells = elementsOf(row).filter(({ tagName }) => tagName === "td");
    assert.equal(cells.length, index < failing ? 4 : 2);
    if (index < failing) assert.equal(textOf(cells[3]), "U");
  }
}

describe("the markdown report", () => {
  it("shows the verdict, the keys that do not pass, the waived ones and the counts", async () => {
    const { elements } = await rendered(written("markdown", mixed));
    const texts = (tag: string): readonly string[] =>
      elements.filter(({ tagName }) => tagName === tag).map((element) => textOf(element));
    assert.deepEqual(texts("h3"), [
      "❌ not guarded: 2 of 11 required keys fail, 1 required name or pattern matches no key, 1 could not be verified",
    ]);
    assert.equal(texts("tr").length, 2 + 4 + 1);
    assert(texts("td").includes("prod-support-8 sk-or-v1-cb6...67d9 961a492c"));
    assert(
      texts("li").includes(
        "required-keys-guarded: 2 of 11 fail, 1 required name or pattern matches no key, 1 could not be verified",
      ),
    );
    assert.deepEqual(texts("summary"), ["How to fix it", "Rules and notes"]);
  });

  it("keeps hostile names from being anything but text, in cells that stay cells", async () => {
    await assertHarmless(resultWith(hostileTexts));
    for (const text of hostileTexts) await assertHarmless(resultWith([text]));
  });

  it("keeps any text from being anything but text", async () => {
    const meaningful = fc.constantFrom(..."|`\\<>[]()!*_~#@:$&;\"' \t-=+.1aw/", "://", "www.", "gh-1");
    const text = fc.oneof(
      anyText,
      fc.array(meaningful, { maxLength: 20 }).map((parts) => parts.join("")),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 5 }), (texts) =>
        assertHarmless(resultWith(texts)),
      ),
      { numRuns: cases(300) },
    );
  });

  it("shows an empty name as that, and no fence that a later one would close", async () => {
    await assertHarmless(resultWith(["", "`@octocat`", "``"]));
    assert.match(written("markdown", resultWith([""])), /^\| unguarded \| "" /mu);
  });

  it("makes no list, line or heading of a text that begins like one", async () => {
    for (const text of ["1.", "2)", "-", "--", "---", " --", "\u00a0 1."])
      await assertHarmless(resultWith([text]));
  });

  it("shows names as they are, as far as that is harmless", async () => {
    const { elements } = await rendered(written("markdown", resultWith(hostileTexts)));
    const codes = elements.filter(({ tagName }) => tagName === "code").map((element) => textOf(element));
    for (const text of ["a|b", "@octocat", "`x` ``y``", "<script>alert(1)</script>"]) {
      assert(codes.includes(text), text);
    }
  });

  it("stays short enough for a comment, and says how many keys it leaves out", () => {
    const findings = Array.from({ length: 2_000 }, (_, n) => findingOf("unguarded", keyOf(n)));
    const markdown = written("markdown", resultOf([judged("no-unguarded-keys", findings)]));
    assert(markdown.length < 65_536);
    const rows = markdown.match(/^\| unguarded /gmu)?.length ?? 0;
    assert(rows > 400);
    assert(markdown.includes(`… and **${2_000 - rows} more**`));
  });

  /** A name that no key has, required in this place. */
  function missingAt(n: number, changes: { readonly name?: string; readonly near?: readonly string[] } = {}) {
    const { name = `gone-${n}`, near = [] } = changes;
    const place = `guardrails-settings.requiredKeys[${n}]`;
    const instead = { near, switchedOff: [], looksLike: undefined };
    const finding = findingOf("missing", { name });
    return { ...finding, cause: { kind: "nothing-matches", by: "name", place, ...instead } } as const;
  }
  const reasonsIn = (markdown: string): readonly string[] =>
    markdown.split("\n").filter((line) => /^- (?:[a-z-]+: |… )/u.test(line));

  it("says once why requirements mean no key, and in the row of each where it stands and what may be meant", () => {
    const names = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((n) => missingAt(n));
    const place = "guardrails-settings.requiredKeys[9]";
    const byHash = {
      ...findingOf("missing", { hash: "e".repeat(64) }),
      cause: { kind: "no-such-hash", place, near: [] },
    } as const;
    const findings = [
      ...names,
      byHash,
      missingAt(10, { name: "prod-bacth", near: ["prod-batch"] }),
      findingOf("unguarded", keyOf(1)),
      findingOf("unverified", { name: "batch-*" }),
    ];
    const markdown = written("markdown", resultOf([judged("required-keys-guarded", findings)]));
    assert.deepEqual(reasonsIn(markdown).slice(0, 4), [
      "- unguarded: has no direct assignment of a guardrail",
      "- missing: no enabled key of the account matches",
      "- missing: no key of the account has that hash",
      "- unverified: could not be verified by name: the inventory of all keys could not be read",
    ]);
    const rows = markdown
      .split("\n")
      .filter((line) => /^\| (?:State|unguarded|missing|unverified) /u.test(line));
    assert.deepEqual(rows, [
      "| State | Key | Guardrail | Fails | Requirement |",
      `| unguarded | \`${keyOf(1).name}\` \`${keyOf(1).label}\` \`${keyOf(1).hash?.slice(0, 8)}\` | - | R | - |`,
      ...names.map(({ key, cause }) => `| missing | \`${key.name}\` | - | R | \`${cause.place}\` |`),
      `| missing | \`eeeeeeee\` | - | R | \`${place}\` |`,
      '| missing | `prod-bacth` | - | R | `guardrails-settings.requiredKeys[10]` (did you mean "prod-batch"?) |',
      "| unverified | `batch-*` | - | R | - |",
    ]);
  });

  it("names a reason of each kind where there are many, and says how many it leaves out", () => {
    const wrong = Array.from({ length: 12 }, (_, n) =>
      findingOf("wrong-guardrail", keyOf(n), [`other-${n}`]),
    );
    const findings = [...wrong, missingAt(0), findingOf("unverified", { name: "batch-*" })];
    const said = reasonsIn(written("markdown", resultOf([judged("required-keys-guarded", findings)])));
    assert.deepEqual(
      said.slice(0, 9).map((line) => line.replace(/other-\d+/u, "…")),
      [
        ...Array.from(
          { length: 6 },
          () => "- wrong-guardrail: is assigned to guardrail …, which is not the one required",
        ),
        "- missing: no enabled key of the account matches",
        "- unverified: could not be verified by name: the inventory of all keys could not be read",
        "- … and 6 more reasons, which the other formats list",
      ],
    );
  });

  it("keeps what may be meant by a requirement from being anything but text in its cell", async () => {
    for (const near of hostileTexts) {
      const result = resultOf([judged("required-keys-guarded", [missingAt(0, { near: [near] })])]);
      const { elements, outsideCode } = await rendered(written("markdown", result));
      assert.equal(elements.filter(({ tagName }) => tagName === "td").length, 5, near);
      for (const { tagName } of elements) assert.match(tagName, ours);
      assert.doesNotMatch(outsideCode, live);
    }
  });
});
