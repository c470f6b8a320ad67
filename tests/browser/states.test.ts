import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { PAPER_EXTENSIONS } from "../../src/paper/papers.ts";
import { serve } from "../../src/run/serving/serving.ts";
import { openStore } from "../../src/store/open-store.ts";
import { axeFindings } from "../fixtures/axe-findings.ts";
import { launch, NO_CHROMIUM, open, until } from "../fixtures/browser.ts";
import { clipped, contrasts } from "../fixtures/layout.ts";
import { storeOf } from "../fixtures/page-states.ts";
import { describeUnless } from "../fixtures/unless.ts";

const PAGES = ["", "activations.html", "landscape.html", "compare.html", "sweeps.html"];
/** States whose pages say or draw something, and what the pill says. */
const STATES = [
  ["empty", "no runs yet"],
  ["one-step", "finished"],
  ["diverged", "finished, 4 runs diverged"],
  ["many", "finished"],
] as const;

describeUnless(NO_CHROMIUM, "pages of runs in every state", () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "gradstream-states-"));
    browser = await launch();
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  it.each(STATES)("fit wide and narrow, and leave no panel without a word: %s", async (state, said) => {
    const store = await openStore(await storeOf(state, mkdtempSync(join(folder, "store-"))), {
      readOnly: true,
      extensions: PAPER_EXTENSIONS,
    });
    onTestFinished(() => store.close());
    const server = await serve(store, { host: "127.0.0.1", port: 0 });
    onTestFinished(() => server.close());
    for (const path of PAGES) {
      for (const dark of [false, true]) {
        const { page, complaints } = await open(browser, server.url + path, { width: dark ? 390 : 1280, dark });
        await until(page, `document.querySelector("#connection")?.textContent === ${JSON.stringify(said)}`);
        await until(page, `document.querySelectorAll('[data-state="loading"]').length === 0`);
        await until(
          page,
          `![...document.querySelectorAll("[role=status]")].some((one) => one.textContent === "Loading…")`,
        );
        expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
        expect(await page.evaluate(clipped)).toEqual([]);
        expect((await page.evaluate(contrasts)).tooLow).toEqual([]);
        if (path === "" && dark) expect(await axeFindings(page)).toEqual([]);
        const empty = await page.evaluate<string[]>(
          `[...document.querySelectorAll("main section.panel")].filter((one) => one.checkVisibility() && !one.querySelector("canvas, svg, table, li, p")).map((one) => one.textContent)`,
        );
        expect(empty).toEqual([]);
        expect(complaints).toEqual([]);
        await page.context().close();
      }
    }
  });
});
