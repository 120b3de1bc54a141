import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { ruleNames } from "../../policies/rules/index";
import { elementsOf, parseHtml } from "../cli/reports/parsed-html";
import { root } from "../repository";

const run = promisify(execFile);

/** One page of the site, as far as links go. */
interface SitePage {
  readonly ids: ReadonlySet<string>;
  /** What it leads to. */
  readonly links: readonly string[];
  /** What a browser fetches to show it. */
  readonly loaded: readonly string[];
  readonly text: string;
}

describe("the site of the documentation", function () {
  this.timeout(300_000);
  let site = "";
  const pages = new Map<string, SitePage>();

  before(async () => {
    site = mkdtempSync(join(tmpdir(), "guardrails-site-"));
    const typedoc = join(root, "node_modules/typedoc/bin/typedoc");
    await run(process.execPath, [typedoc, "--out", site], { cwd: root }).catch(({ stdout }) =>
      assert.fail(stdout),
    );
    for (const name of filesOf(site).filter((one) => one.endsWith(".html"))) {
      pages.set(name, await pageOf(readFileSync(join(site, name), "utf8")));
    }
  });
  after(() => rmSync(site, { recursive: true, force: true }));

  it("has no link that leads nowhere, neither to a page nor to a place in one", () => {
    const files = new Set(filesOf(site));
    const broken = [...pages].flatMap(([name, page]) =>
      page.links.filter(isInternal).flatMap((link) => {
        const [path = "", fragment = ""] = decodeURIComponent(link).split("#");
        const target = path === "" ? name : relative(".", join(dirname(name), path));
        const isThere =
          files.has(target) && (fragment === "" || pages.get(target)?.ids.has(fragment) === true);
        return isThere ? [] : [`${name}: ${link}`];
      }),
    );
    assert.deepEqual(broken, []);
    const links = [...pages.values()].flatMap((page) => page.links.filter(isInternal));
    assert(links.length > 1_000, "the test looks at hardly anything");
  });

  it("loads nothing from elsewhere", () => {
    const files = new Set(filesOf(site));
    for (const [name, { loaded }] of pages) {
      for (const address of loaded) {
        const [path = ""] = address.split(/[?#]/u);
        assert(files.has(relative(".", join(dirname(name), path))), `${name} loads ${address}`);
      }
    }
  });

  it("begins with the README, and leads to every guide and to one page a rule", () => {
    const index = pages.get("index.html");
    assert.match(index?.text ?? "", /Stops|guardrails/u);
    const documents = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" }).filter((name) =>
      name.endsWith(".md"),
    );
    const titles = documents.map(
      (name) => /^title: (.*)$/mu.exec(readFileSync(join(root, "docs", name), "utf8"))?.[1],
    );
    const shown = [...pages].filter(([name]) => name.startsWith("documents/")).map(([, { text }]) => text);
    for (const title of titles) {
      assert(title !== undefined);
      assert(
        shown.some((text) => text.includes(`<title>${title} | pulumi-guardrails`)),
        title,
      );
    }
    for (const rule of ruleNames) assert(index?.links.includes(`documents/${rule}.html`), rule);
  });

  it("documents each entry of the package under the name that people import", () => {
    const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const entries = Object.keys(exports).filter((entry) => !/\.json$|dynamic-provider$/u.test(entry));
    const documented = [...pages.keys()].filter((name) => name.startsWith("modules/"));
    assert.deepEqual(
      documented.toSorted(),
      entries.map((entry) => `modules/pulumi-guardrails${entry.slice(1).replace("/", "_")}.html`).toSorted(),
    );
  });
});

function filesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

function isInternal(link: string): boolean {
  return !/^[a-z]+:/iu.test(link);
}

async function pageOf(text: string): Promise<SitePage> {
  const elements = elementsOf(await parseHtml(text)).map(({ tagName, attrs }) => {
    return { tagName, attributes: new Map(attrs.map(({ name, value }) => [name, value])) };
  });
  const valuesOf = (attribute: string, wanted: (tagName: string) => boolean): readonly string[] =>
    elements
      .filter(({ tagName }) => wanted(tagName))
      .flatMap(({ attributes }) => attributes.get(attribute) ?? []);
  const isLink = (tagName: string): boolean => tagName === "a";
  return {
    ids: new Set(valuesOf("id", () => true)),
    links: valuesOf("href", isLink),
    loaded: [...valuesOf("href", (tagName) => !isLink(tagName)), ...valuesOf("src", () => true)],
    text,
  };
}
