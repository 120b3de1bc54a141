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
import { checkedAccount } from "./sample-accounts";
import { earlier, guarded, keyOf, many, mixed, unread } from "./sample-results";
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

    const narrow = { viewport: { width: 360, height: 740 } };
    const keys = (page: Page): Promise<string[]> =>
      page.locator("tbody tr:visible .called").allTextContents();
    const shown = (page: Page): Promise<string | null> => page.getByRole("status").textContent();

    it("searches names, reasons and whole ids, in any case, word by word, over all keys", async () => {
      const page = await open(mixed);
      const search = page.getByRole("searchbox", { name: "Search" });
      assert.equal(await shown(page), "2 of 11 keys and 2 of 2 requirements without a key");
      await page.getByRole("combobox", { name: "State" }).selectOption("");
      assert.equal(await shown(page), "11 of 11 keys and 2 of 2 requirements without a key");
      await search.fill("GATEWAY");
      assert.deepEqual(await keys(page), ["prod-support-8", "prod-gateway-10", "prod-gateway-5"]);
      await search.fill("may gateway");
      assert.deepEqual(await keys(page), ["prod-gateway-10"]);
      await search.fill("46f8f7dd-e793-4ceb-8477-e6f75bc33942");
      assert.deepEqual(await keys(page), ["prod-batch-9"]);
      await search.fill("961a492c48588971f268");
      assert.deepEqual(await keys(page), ["prod-support-8"]);
      assert.equal(await shown(page), "1 of 11 keys and 0 of 2 requirements without a key");
      // Shown by its beginning only.
      await search.fill("b4bd0b42-6442-4822-8f76-0db44f7b7ba8 checkout-1");
      assert.deepEqual(await keys(page), ["prod-checkout-1"]);
    });

    it("shows what fails first, and says so when nothing matches", async () => {
      const page = await open(mixed);
      assert.deepEqual(await keys(page), ["prod-support-8", "prod-batch-9", "prod-nightly", "batch-*"]);
      const search = page.getByRole("searchbox");
      await search.fill("nothing has this name");
      assert.equal(await page.getByText("No key matches.").isVisible(), true);
      await search.fill("");
      assert.equal(await page.getByText("No key matches.").isVisible(), false);
      assert.equal((await keys(page)).length, 4);
    });

    it("filters by state and by the rules that keys fail, together with the search", async () => {
      const page = await open(mixed);
      const state = page.getByRole("combobox", { name: "State" });
      await state.selectOption("waived");
      assert.deepEqual(await keys(page), ["prod-gateway-10"]);
      await state.selectOption("failing");
      await page.getByRole("searchbox").fill("batch");
      assert.deepEqual(await keys(page), ["prod-batch-9", "batch-*"]);
      await page.getByRole("searchbox").fill("");
      const rule = page.getByRole("combobox", { name: "Fails" });
      await rule.selectOption("required-keys-guarded");
      assert.equal((await keys(page)).length, 4);
      await rule.selectOption("approved-guardrails-only");
      assert.deepEqual(await keys(page), []);
    });

    it("sorts by each column, both ways, and says which", async () => {
      const page = await open(mixed);
      await page.getByRole("combobox", { name: "State" }).selectOption("");
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

    it("draws so many keys at a time, and searches, counts and sorts them all", async () => {
      const page = await open(many(1_300));
      assert.deepEqual(await keys(page), ["key 1299"]);
      const state = page.getByRole("combobox", { name: "State" });
      await state.selectOption("");
      assert.equal((await keys(page)).length, 200);
      assert.equal((await keys(page))[0], "key 1299");
      assert.equal(await shown(page), "the first 200 of 1300 keys");
      await page.getByRole("columnheader", { name: "Key" }).getByRole("button").click();
      assert.deepEqual((await keys(page)).slice(0, 2), ["key 0", "key 1"]);
      const search = page.getByRole("searchbox");
      await search.fill(keyOf(1298).hash ?? "");
      assert.equal(await shown(page), "1 of 1300 keys");
      const more = page.getByRole("button", { name: "Show more" });
      assert.equal(await more.isVisible(), false);
      await search.fill("");
      await more.click();
      assert.equal((await keys(page)).length, 1_200);
      await more.click();
      assert.equal(await shown(page), "1300 of 1300 keys");
      assert.equal(await more.isVisible(), false);
    });

    it("draws a key from data as it stands in a row", async () => {
      const page = await open(await checkedAccount(3, 1));
      const [row] = await page.locator("tbody tr").all();
      const shape = (html: string | undefined): string[] => html?.match(/<\w+|class="[\w-]+/gu) ?? [];
      const plain = shape(await row?.innerHTML());
      await page.getByRole("combobox", { name: "State" }).selectOption("guarded");
      const [drawn] = await page.locator("tbody tr").all();
      const text = (await drawn?.textContent()) ?? "";
      for (const part of [
        "prod-checkout-1",
        "Team default",
        "Default",
        "no limit of its own",
        "spent 7.00 USD this month",
        "assigned 2026-",
      ]) {
        assert(text.includes(part), part);
      }
      assert.deepEqual(
        new Set(shape(await drawn?.innerHTML()).filter((one) => one.startsWith("<"))),
        new Set(plain.filter((one) => one.startsWith("<"))),
      );
    });

    it("prints all that fails and nothing else, however many rows are shown", async () => {
      const page = await open(await checkedAccount(700, 300));
      await page.getByRole("combobox", { name: "State" }).selectOption("guarded");
      await page.evaluate("dispatchEvent(new Event('beforeprint'))");
      const printed = await keys(page);
      assert.equal(printed.length, 300);
      assert(printed.every((name) => name.startsWith("new-")));
      await page.evaluate("dispatchEvent(new Event('afterprint'))");
      assert.equal((await keys(page)).length, 200);
    });

    it("prints seven failing keys on one sheet and 400 on a dozen, rules by letters that stand beside their names", async () => {
      for (const [keys, failing, most] of [
        [230, 7, 1],
        [10_000, 400, 12],
      ] as const) {
        const page = await open(await checkedAccount(keys, failing));
        const pdf = (await page.pdf({ format: "A4" })).toString("latin1");
        assert((pdf.match(/\/Type\s*\/Page\b/gu) ?? []).length <= most);
      }
      const page = await open(await checkedAccount(9, 1));
      await page.emulateMedia({ media: "print" });
      assert.deepEqual(await page.locator(".letter:visible").allTextContents(), ["R ", "U ", "E "]);
      const legend = "document.querySelector('section:has(.letter)')";
      const inside = await page.evaluate(`getComputedStyle(${legend}).breakInside`);
      assert.equal(inside, "avoid", "the letters stand on one sheet");
    });

    it("copies the command that fixes it", async () => {
      const page = await open(await checkedAccount(5, 2), {
        permissions: ["clipboard-read", "clipboard-write"],
      });
      await page.getByRole("button", { name: "Copy" }).click();
      const copied: string = await page.evaluate("navigator.clipboard.readText()");
      assert.match(copied, /^GUARDRAIL=c1b22b16-05a0-4b24-8353-6273a5c32a0f\nprintf /u);
    });

    it("says on top what is spent without a limit", async () => {
      const page = await open(await checkedAccount(5, 2));
      assert.match(
        (await page.locator("header").textContent()) ?? "",
        /1 key spends without a limit: 28\.00 USD this month/u,
      );
    });

    it("shows the first failing key on the first screen of a phone", async () => {
      const page = await open(await checkedAccount(230, 7), narrow);
      const box = await page.locator("tbody tr .called").first().boundingBox();
      assert(box !== null && box.y + box.height < 740, JSON.stringify(box));
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
      await page.keyboard.press("ArrowDown");
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

    it("shows verdict and failing keys and no controls where scripts are off", async () => {
      const page = await open(mixed, { javaScriptEnabled: false });
      assert.equal((await keys(page)).length, 4);
      assert.equal(await page.getByRole("heading", { level: 1 }).isVisible(), true);
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
      assert.deepEqual(await keys(page), ["batch-*", "prod-batch-9", "prod-nightly", "prod-support-8"]);
    });

    it("keeps hostile names from running, loading or changing anything", async () => {
      const page = await open(resultWith(hostileTexts), { baseline: resultWith(hostileTexts.slice(3)) });
      assert.equal(await page.locator("script:not([type]), img, iframe, a, form").count(), 1);
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
