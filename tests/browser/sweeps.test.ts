import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launch, NO_CHROMIUM, open, settled, until } from "../fixtures/browser.ts";
import { pipeline, rowsOf, tinyCifar10 } from "../fixtures/command-line.ts";
import { clipped, contrasts, outside, overlapping, unusable } from "../fixtures/layout.ts";
import { gradstream, type ServeProcess, serveProcess } from "../fixtures/recorded.ts";
import { describeUnless } from "../fixtures/unless.ts";

const GRID = ["--grid", "learningRate=0.001,0.01,0.1", "--grid", "hidden=4,8", "--seeds", "2"];

describeUnless(NO_CHROMIUM, "the page of a real sweep", () => {
  let browser: Browser;
  let folder: string;
  let store: string;
  let server: ServeProcess;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "gradstream-sweeps-"));
    store = join(folder, "s.duckdb");
    const cifar10 = tinyCifar10(folder);
    const how = ["--backend", "cpu", "--data", "shapes10", "--jobs", "2", "--no-serve", "--store", store];
    await gradstream(["sweep", pipeline("tiny"), ...GRID, ...how], folder, cifar10);
    await gradstream(["report", "--store", store, "--out", join(folder, "report")], folder, cifar10);
    server = await serveProcess(store);
    browser = await launch();
  }, 600_000);
  afterAll(async () => {
    await browser.close();
    await server.kill();
    rmSync(folder, { recursive: true });
  });

  const ready = async (page: Page): Promise<void> => {
    await settled(page);
    await until(page, `document.querySelectorAll("[data-panel] svg").length === 4`);
  };
  const count = (page: Page, selector: string) =>
    page.evaluate<number>(`document.querySelectorAll(${JSON.stringify(selector)}).length`);

  it("draws a dot per setting with its seeds, and a line per setting through all axes", async () => {
    const { page, complaints } = await open(browser, `${server.url}sweeps.html?result=final_train_accuracy`);
    await ready(page);
    expect(await count(page, '[data-panel="sweep-learningRate"] circle')).toBe(12);
    expect(await count(page, '[data-panel="sweep-hidden"] circle')).toBe(12);
    expect(await count(page, '[data-panel="sweep-parallel"] path')).toBe(12);
    expect(await count(page, '[data-panel="sweep-rates"] circle')).toBe(6);
    const said = await page.evaluate<string[]>(
      `[...document.querySelectorAll('[data-panel="sweep-learningRate"] g title')].map((one) => one.textContent)`,
    );
    const rows = await rowsOf(
      store,
      "SELECT arm, hyper ->> 'hidden', final_train_accuracy FROM sweep_setting WHERE hyper ->> 'learningRate' = '0.1'",
    );
    for (const [arm, hidden, accuracy] of rows as [string, string, number][]) {
      const mine = said.filter(
        (text) =>
          text.startsWith(`${arm}, `) && text.includes(`hidden ${hidden},`) && text.includes("learningRate 0.1,"),
      );
      expect(mine).toHaveLength(1);
      expect(mine[0]).toContain(`accuracy ${(100 * accuracy).toFixed(1)} % (`);
    }
    expect(await page.evaluate(`document.querySelector(".tally").textContent`)).toBe(
      "completed: 24 of 24 trials have a result",
    );
    expect(complaints).toEqual([]);
  });

  it("shows another result, and another threshold, by its address", async () => {
    const { page } = await open(browser, `${server.url}sweeps.html?result=final_loss&reach=50`);
    await ready(page);
    expect(await page.evaluate(`document.querySelector("#sweep-hidden-title").textContent`)).toBe(
      "Final loss against hidden",
    );
    expect(await page.evaluate(`document.querySelector("#sweep-rates-title").textContent`)).toBe(
      "Learning rates that reach 50 %",
    );
  });

  it.each([1400, 360])("fits %d pixels, in light and in dark", async (width) => {
    for (const dark of [false, true]) {
      const { page, complaints } = await open(browser, `${server.url}sweeps.html`, { width, dark });
      await ready(page);
      expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
      expect(await page.evaluate(clipped)).toEqual([]);
      const { tooLow, ground } = await page.evaluate(contrasts);
      expect(tooLow).toEqual([]);
      expect(ground < 0.2).toBe(dark);
      const { nameless, unreachable } = await page.evaluate(unusable);
      expect({ nameless, unreachable }).toEqual({ nameless: [], unreachable: [] });
      expect(await page.evaluate(outside)).toEqual([]);
      expect(await page.evaluate(overlapping)).toEqual([]);
      expect(complaints).toEqual([]);
      const picture = process.env["GRADSTREAM_PICTURES"];
      if (picture)
        await page.screenshot({
          path: join(picture, `sweeps-${width}-${dark ? "dark" : "light"}.png`),
          fullPage: true,
        });
    }
  });

  it("is in the report too, with a file for each drawing", async () => {
    const html = readFileSync(join(folder, "report", "index.html"), "utf8");
    expect(html).toContain('<section id="sweeps">');
    expect(html.match(/<h4>(Learning rates|All hyper|Final)[^<]*<\/h4><svg/g)).toHaveLength(4);
    const markdown = readFileSync(join(folder, "report", "report.md"), "utf8");
    const files = [...markdown.matchAll(/figures\/sweep-1-\d\.svg/g)].map(([file]) => file);
    expect(files).toHaveLength(4);
    for (const file of files) expect(readFileSync(join(folder, "report", file), "utf8")).not.toContain("var(");
    const page = await browser.newPage();
    await page.goto(`file://${join(folder, "report", "index.html")}`);
    expect(await page.evaluate(`document.querySelectorAll("#sweeps circle").length`)).toBe(30);
    const picture = process.env["GRADSTREAM_PICTURES"];
    if (picture) await page.locator("#sweeps").screenshot({ path: join(picture, "sweeps-report.png") });
    await page.close();
  });
});
