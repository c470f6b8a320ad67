import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { writeReport } from "../../src/report/write-report.ts";
import { launch, NO_CHROMIUM, open } from "../fixtures/browser.ts";
import { contrasts, drawnNothing, outside, overlapping } from "../fixtures/layout.ts";
import { aFigure, aReport, aRow, paperReport } from "../fixtures/report.ts";
import { describeUnless } from "../fixtures/unless.ts";

const LONG = "an arm with a name that goes on and on and on, learning rate 0.0001, width 1024";

function longReport() {
  const rows = [0, 1].flatMap((x) => [
    aRow({ arm: LONG, panel: LONG, x, y: 1e-7 * x }),
    aRow({ arm: "b", panel: "b", x, y: -5e5 * x }),
  ]);
  const rules = [{ label: "a rule with a long name", panel: "", value: 0 }];
  return aReport({
    title: LONG.replaceAll(" ", "_"),
    figures: [aFigure({ id: "long", title: `${LONG} ${LONG}` }, { rows, rules, settings: LONG })],
  });
}

async function fits(page: Page): Promise<void> {
  expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
  expect(await page.evaluate(outside)).toEqual([]);
  expect(await page.evaluate(overlapping)).toEqual([]);
}

describeUnless(NO_CHROMIUM, "a report in a browser", () => {
  let browser: Browser;
  let folder: string;
  let files: string[];
  beforeAll(async () => {
    browser = await launch();
    folder = mkdtempSync(join(tmpdir(), "gradstream-report-"));
    ({ files } = await writeReport(folder, paperReport()));
    files.push(...(await writeReport(join(folder, "long"), longReport())).files);
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });
  const urlOf = (...names: string[]) => pathToFileURL(join(folder, ...names)).href;

  it.each([
    [1280, false],
    [1280, true],
    [390, false],
    [390, true],
  ])("fits and can be read %d pixels wide (dark: %s)", async (width, dark) => {
    const { page, complaints } = await open(browser, urlOf("index.html"), { width, dark });
    await fits(page);
    expect(await page.evaluate(drawnNothing)).toEqual([]);
    expect(await page.locator(".panels svg").count()).toBeGreaterThan(20);
    const found = await page.evaluate(contrasts);
    expect(found.checked).toBeGreaterThan(200);
    expect(found.tooLow).toEqual([]);
    expect(found.ground < 0.2).toBe(dark);
    expect(complaints).toEqual([]);
  });

  it.each([1280, 390])("fits %d pixels with long names", async (width) => {
    const { page } = await open(browser, urlOf("long", "index.html"), { width });
    await fits(page);
    expect(await page.evaluate(drawnNothing)).toEqual([]);
  });

  it("prints in light colours, figures in one piece, without what only a screen can use", async () => {
    const { page } = await open(browser, urlOf("index.html"), { width: 690, dark: true });
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    await fits(page);
    const { tooLow, ground } = await page.evaluate(contrasts);
    expect(tooLow).toEqual([]);
    expect(ground).toBeGreaterThan(0.8);
    expect(
      await page.locator("nav, details").evaluateAll((all) => all.filter((one) => one.checkVisibility()).length),
    ).toBe(0);
    const tall = await page
      .locator(".figure")
      .evaluateAll((all) =>
        all.map((one) => ({ height: one.getBoundingClientRect().height, rule: getComputedStyle(one).breakInside })),
      );
    for (const { height, rule } of tall) {
      expect(rule).toBe("avoid");
      expect(height).toBeLessThan(1000);
    }
  });

  it("has figures that open by themselves", async () => {
    const drawings = files.filter((file) => file.endsWith(".svg"));
    expect(drawings.length).toBe(13);
    const { page, complaints } = await open(browser, urlOf("index.html"));
    for (const file of drawings) {
      await page.goto(pathToFileURL(file).href);
      expect(
        await page.evaluate("document.documentElement.nodeName + document.querySelectorAll('parsererror').length"),
      ).toBe("svg0");
      expect(await page.evaluate(outside), file).toEqual([]);
      expect(await page.evaluate(overlapping), file).toEqual([]);
    }
    expect(complaints).toEqual([]);
  });
});
