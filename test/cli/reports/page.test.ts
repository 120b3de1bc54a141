import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { source as axe } from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import type { CheckResult } from "../../../cli/reports/check-result";
import { startBrowser } from "./browser";
import { hostileTexts, resultWith } from "./hostile-results";
import { earlier, guarded, many, mixed, unread } from "./sample-results";
import { written } from "./written";

describe("the html report in a browser", function () {
  this.timeout(60_000);
  let browser: Browser | undefined;
  let directory = "";
  /** What a page complained of or asked the network for. */
  const complaints: string[] = [];

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "guardrails-page-"));
    browser = await startBrowser();
    const none = "skipped: no chromium on PATH, and GUARDRAILS_TEST_BROWSER names none";
    // The parent's hook runs before the child's title is printed.
    child.title = browser === undefined ? none : `chromium ${browser.version()}`;
  });
  after(async () => {
    await browser?.close();
    rmSync(directory, { recursive: true, force: true });
  });
  afterEach(async () => {
    await Promise.all(browser?.contexts().map((context) => context.close()) ?? []);
    assert.deepEqual(complaints.splice(0), []);
  });

  const child = describe("chromium", () => {
    beforeEach(function () {
      if (browser === undefined) this.skip();
    });

    async function open(
      result: CheckResult,
      { baseline, ...options }: BrowserContextOptions & { readonly baseline?: CheckResult } = {},
    ): Promise<Page> {
      assert(browser !== undefined);
      const file = join(directory, "report.html");
      writeFileSync(file, written("html", result, baseline));
      const address = pathToFileURL(file).href;
      const page = await (
        await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
      ).newPage();
      page.on("console", (message) => complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(String(error)));
      page.on("dialog", (dialog) => complaints.push(`dialog ${dialog.message()}`));
      page.on("request", (request) => {
        if (request.url() !== address && request.url() !== "data:,")
          complaints.push(`asked ${request.url()}`);
      });
      await page.goto(address);
      return page;
    }

    const keys = (page: Page): Promise<string[]> =>
      page.locator("tbody tr:visible .called").allTextContents();
    const shown = (page: Page): Promise<string | null> => page.getByRole("status").textContent();

    it("searches names, reasons and whole ids, in any case, word by word", async () => {
      const page = await open(mixed);
      const search = page.getByRole("searchbox", { name: "Search" });
      assert.equal(await shown(page), "13 of 13 rows");
      await search.fill("GATEWAY");
      assert.deepEqual(await keys(page), ["prod-support-8", "prod-gateway-10", "prod-gateway-5"]);
      await search.fill("may gateway");
      assert.deepEqual(await keys(page), ["prod-gateway-10"]);
      await search.fill("46f8f7dd-e793-4ceb-8477-e6f75bc33942");
      assert.deepEqual(await keys(page), ["prod-batch-9"]);
      await search.fill("961a492c48588971f268");
      assert.deepEqual(await keys(page), ["prod-support-8"]);
      assert.equal(await shown(page), "1 of 13 rows");
      // Shown by its beginning only.
      await search.fill("b4bd0b42-6442-4822-8f76-0db44f7b7ba8 checkout-1");
      assert.deepEqual(await keys(page), ["prod-checkout-1", "prod-checkout-1"]);
    });

    it("says so when nothing matches, and shows all again", async () => {
      const page = await open(mixed);
      const search = page.getByRole("searchbox");
      await search.fill("nothing has this name");
      assert.equal(await page.getByText("No row matches.").isVisible(), true);
      await search.fill("");
      assert.equal(await page.getByText("No row matches.").isVisible(), false);
      assert.equal((await keys(page)).length, 13);
    });

    it("filters by state, by all that fail and by rule, together with the search", async () => {
      const page = await open(mixed);
      const state = page.getByRole("combobox", { name: "State" });
      await state.selectOption("waived");
      assert.deepEqual(await keys(page), ["prod-gateway-10"]);
      await state.selectOption("failing");
      assert.deepEqual(await keys(page), ["prod-support-8", "prod-batch-9", "batch-*"]);
      await page.getByRole("searchbox").fill("batch");
      assert.deepEqual(await keys(page), ["prod-batch-9", "batch-*"]);
      await page.getByRole("searchbox").fill("");
      await state.selectOption("");
      await page.getByRole("combobox", { name: "Rule" }).selectOption("approved-guardrails-only");
      assert.deepEqual(await keys(page), ["prod-checkout-1"]);
    });

    it("sorts by each column, both ways, and says which", async () => {
      const page = await open(mixed);
      const head = page.getByRole("columnheader", { name: "Key" });
      const sorting = (): Promise<string | null> => head.getAttribute("aria-sort");
      assert.equal(await sorting(), null);
      await head.getByRole("button").click();
      const ascending = await keys(page);
      assert.equal(await sorting(), "ascending");
      assert.deepEqual([ascending[0], ascending.at(-1)], ["batch-*", "prod-support-8"]);
      // By numbers in them, as people count.
      assert(ascending.indexOf("prod-gateway-5") < ascending.indexOf("prod-gateway-10"));
      await head.getByRole("button").click();
      assert.equal(await sorting(), "descending");
      assert.equal((await keys(page))[0], "prod-support-8");
      await page.getByRole("button", { name: "State" }).click();
      assert.equal(await sorting(), null);
      assert.equal((await keys(page))[0], "prod-support-8");
      assert.match((await page.locator("tbody tr").first().textContent()) ?? "", /unguarded/u);
    });

    it("shows the worst 500 of more rows until all are asked for, and searches, counts and sorts them all", async () => {
      const page = await open(many(1_200));
      assert.equal((await keys(page)).length, 500);
      assert.equal((await keys(page))[0], "key 1199");
      assert.equal(await shown(page), "the first 500 of 1200 rows");
      await page.getByRole("columnheader", { name: "Key" }).getByRole("button").click();
      assert.deepEqual((await keys(page)).slice(0, 2), ["key 0", "key 1"]);
      const search = page.getByRole("searchbox");
      await search.fill("key 1199");
      assert.equal(await shown(page), "1 of 1200 rows");
      const all = page.getByRole("button", { name: "Show all rows" });
      assert.equal(await all.isVisible(), false);
      await search.fill("");
      await all.click();
      assert.equal((await keys(page)).length, 1_200);
      assert.equal(await shown(page), "1200 of 1200 rows");
      assert.equal(await all.isVisible(), false);
    });

    it("prints all rows", async () => {
      const page = await open(many(501));
      await page.pdf();
      assert.equal((await keys(page)).length, 501);
    });

    it("is worked by keyboard alone", async () => {
      const page = await open(mixed);
      const focused = (): Promise<string> =>
        page.evaluate("document.activeElement.id || document.activeElement.textContent");
      await page.keyboard.press("Tab");
      assert.equal(await focused(), "search");
      await page.keyboard.type("prod");
      await page.keyboard.press("Tab");
      assert.equal(await focused(), "state");
      await page.keyboard.type("wrong");
      assert.deepEqual(await keys(page), ["prod-batch-9"]);
      await page.keyboard.press("Home");
      await page.keyboard.press("Tab");
      assert.equal(await focused(), "rule");
      await page.keyboard.press("Tab");
      assert.equal(await focused(), "State");
      const outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle");
      assert.equal(outline, "solid");
      await page.keyboard.press("Tab");
      assert.equal(await focused(), "Key");
      await page.keyboard.press("Space");
      assert.equal((await keys(page))[0], "prod-batch-4");
      await page.keyboard.press("Enter");
      assert.equal((await keys(page))[0], "prod-support-8");
    });

    it("shows everything and no controls where scripts are off", async () => {
      const page = await open(mixed, { javaScriptEnabled: false });
      assert.equal((await keys(page)).length, 13);
      assert.equal(await page.getByRole("searchbox").isVisible(), false);
      assert.equal(await page.locator("th button").count(), 0);
    });

    it("is dark where that is wanted, and light elsewhere", async () => {
      const lightness = async (colorScheme: "light" | "dark"): Promise<number> => {
        const page = await open(mixed, { colorScheme });
        const colour: string = await page.evaluate("getComputedStyle(document.body).backgroundColor");
        return Number(/\d+/u.exec(colour)?.[0]);
      };
      assert((await lightness("light")) > 200);
      assert((await lightness("dark")) < 60);
    });

    const narrow = { viewport: { width: 360, height: 740 } };
    for (const [title, result] of Object.entries({
      mixed,
      guarded,
      unread,
      hostile: resultWith(hostileTexts),
    })) {
      it(`never scrolls sideways on a phone: ${title}`, async () => {
        const page = await open(result, { ...narrow, baseline: earlier });
        assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 360);
        const wide = await page.evaluate(
          `Array.from(document.querySelectorAll("body *")).filter((one) => one.getBoundingClientRect().right > 360.5).map((one) => one.outerHTML.slice(0, 200))`,
        );
        assert.deepEqual(wide, []);
      });
    }

    it("can be searched, filtered and sorted on a phone too", async () => {
      const page = await open(mixed, narrow);
      await page.getByRole("combobox", { name: "State" }).selectOption("failing");
      await page.getByRole("button", { name: "Key" }).click();
      assert.deepEqual(await keys(page), ["batch-*", "prod-batch-9", "prod-support-8"]);
    });

    it("keeps hostile names from running, loading or changing anything", async () => {
      const page = await open(resultWith(hostileTexts), { baseline: resultWith(hostileTexts.slice(3)) });
      assert.equal(await page.locator("script, img, iframe, a, form").count(), 1);
      assert.equal(await page.getByRole("heading", { level: 1 }).count(), 1);
    });

    it("runs no script and applies no style that is not its own", async () => {
      const page = await open(guarded);
      await page.evaluate(`{
      const script = document.createElement("script");
      script.textContent = "document.title = 'changed'";
      document.body.append(script);
      document.body.setAttribute("style", "display: none");
    }`);
      assert.match(await page.title(), /^pulumi-guardrails check: guarded/u);
      assert.equal(await page.getByRole("heading", { level: 1 }).isVisible(), true);
      const refused = complaints.splice(0);
      assert.equal(refused.filter((text) => /Content Security Policy/u.test(text)).length, refused.length);
      assert.equal(refused.length, 2);
    });

    const sizes = {
      wide: { viewport: { width: 1280, height: 800 }, results: [mixed, guarded, unread] },
      narrow: { ...narrow, results: [mixed] },
    };
    for (const colorScheme of ["light", "dark"] as const) {
      for (const [title, { viewport, results }] of Object.entries(sizes)) {
        it(`has no accessibility violations: ${colorScheme}, ${title}`, async () => {
          for (const result of results) {
            const page = await open(result, { colorScheme, viewport, baseline: earlier });
            await page.evaluate(axe);
            const violations = await page.evaluate(
              `axe.run({ resultTypes: ["violations"] }).then(({ violations }) =>
              violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html).join(" ")))`,
            );
            assert.deepEqual(violations, []);
          }
        });
      }
    }
  });
});
