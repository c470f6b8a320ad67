import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { fileVerdicts, judgeClaims } from "../../src/paper/judge.ts";
import { PAPER_EXTENSIONS } from "../../src/paper/papers.ts";
import { SANTURKAR_2018 } from "../../src/paper/santurkar-2018/paper.ts";
import { serve } from "../../src/run/serving/serving.ts";
import type { FeedServer } from "../../src/feed/server/server.ts";
import { openStore } from "../../src/store/open-store.ts";
import type { Store } from "../../src/store/store.ts";
import { launch, NO_CHROMIUM, settled } from "../fixtures/browser.ts";
import { axeFindings } from "../fixtures/axe-findings.ts";
import { clipped, contrasts, unusable } from "../fixtures/layout.ts";
import { fillWithPaper } from "../fixtures/paper-runs.ts";
import { describeUnless } from "../fixtures/unless.ts";

const LANDSCAPE = "experiment=landscape";
const PAGES = [
  `?${LANDSCAPE}`,
  "activations.html?experiment=noisy-batchnorm",
  "ics.html?experiment=internal-covariate-shift",
  `landscape.html?${LANDSCAPE}`,
  "gradients.html",
  `compare.html?${LANDSCAPE}&stat=gradient_steps+%2F+beta`,
  "paper.html?figure=12d",
  "sweeps.html",
  "sql.html?sql=SELECT+arm,+step,+value+FROM+curve+WHERE+stat+%3D+'beta'+LIMIT+900",
];

describeUnless(NO_CHROMIUM, "every page, wide and narrow, light and dark", () => {
  let browser: Browser;
  let folder: string;
  let store: Store;
  let server: FeedServer;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "gradstream-layout-"));
    store = await openStore(join(folder, "paper.duckdb"), { extensions: PAPER_EXTENSIONS });
    await fillWithPaper(store);
    await fileVerdicts(store, SANTURKAR_2018, await judgeClaims(store, SANTURKAR_2018, { minimumSeeds: 1 }), "paper");
    server = await serve(store, { host: "127.0.0.1", port: 0 });
    browser = await launch();
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
    await store.close();
    rmSync(folder, { recursive: true });
  });

  async function show(path: string, width: number, dark: boolean): Promise<{ page: Page; complaints: string[] }> {
    const page = await browser.newPage({
      viewport: { width, height: 900 },
      colorScheme: dark ? "dark" : "light",
    });
    const complaints: string[] = [];
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    await page.goto(server.url + path);
    await settled(page);
    return { page, complaints };
  }

  it.each(PAGES)("%s", async (path) => {
    for (const width of [1400, 360]) {
      for (const dark of [false, true]) {
        const { page, complaints } = await show(path, width, dark);
        expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
        expect(await page.evaluate(clipped)).toEqual([]);
        const { checked, tooLow, ground } = await page.evaluate(contrasts);
        expect(tooLow).toEqual([]);
        expect(checked).toBeGreaterThan(20);
        expect(ground < 0.2).toBe(dark);
        const { controls, nameless, unreachable } = await page.evaluate(unusable);
        expect({ nameless, unreachable }).toEqual({ nameless: [], unreachable: [] });
        expect(controls).toBeGreaterThan(12);
        if (dark === width < 400) expect(await axeFindings(page)).toEqual([]);
        expect(complaints).toEqual([]);
        await page.close();
      }
    }
  });

  it.each([1280, 1400])("names the other pages in one line, at %i", async (width) => {
    for (const path of [PAGES[0]!, "sql.html"]) {
      const { page } = await show(path, width, false);
      const tops = await page.evaluate<number[]>(
        `[...document.querySelectorAll(".brand, nav a")].map((link) => link.getBoundingClientRect()).map(({ top, bottom }) => Math.round((top + bottom) / 2))`,
      );
      expect([tops.length, Math.max(...tops) - Math.min(...tops) <= 2]).toEqual([10, true]);
      await page.close();
    }
  });

  it("is reached by the tab key in the order of the page, and read out by charts' numbers", async () => {
    const { page } = await show(`?${LANDSCAPE}`, 1400, false);
    const seen: string[] = [];
    for (let i = 0; i < 45; i++) {
      await page.keyboard.press("Tab");
      seen.push(
        await page.evaluate<string>(
          `(() => { const a = document.activeElement; return a.getAttribute("aria-label") ?? a.textContent.trim() ?? ""; })()`,
        ),
      );
    }
    const order = ["Skip to the content", "gradstream", "Overview", "SQL", "Colours", "standard", "Smoothing"];
    const places = order.map((name) => seen.indexOf(name));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(Math.min(...places)).toBe(0);
    expect(seen.some((name) => name === "Save Loss as SVG" || name === "Save Accuracy as SVG")).toBe(true);

    const chart = page.locator("[data-panel=accuracy] .chart");
    const legend = page.locator(`#${(await chart.getAttribute("aria-describedby"))!}`);
    expect(await legend.textContent()).toMatch(/^Latest.*batchNorm\d/);
    await chart.focus();
    await page.keyboard.press("Home");
    expect(await legend.textContent()).toMatch(/^At step/);
    await page.keyboard.press("+");
    expect(page.url()).toMatch(/from=\d+&to=\d+/);
    await page.keyboard.press("Escape");
    expect(page.url()).not.toContain("from=");
    await page.close();
  });
});
