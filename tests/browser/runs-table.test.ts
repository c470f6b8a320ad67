import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Recorded } from "../../src/core/types.ts";
import { startServer } from "../../src/feed/server/server.ts";
import { catalogueOf } from "../../src/paper/catalogue.ts";
import { PAPERS } from "../../src/paper/papers.ts";
import { SqlPool } from "../../src/run/sql/sql-pool.ts";
import type { Store } from "../../src/store/store.ts";
import { drawn, launch, NO_CHROMIUM, open, settled, until } from "../fixtures/browser.ts";
import { aReading, aRun } from "../fixtures/runs.ts";
import { DASHBOARDS, serve } from "../fixtures/served-store.ts";
import { describeUnless } from "../fixtures/unless.ts";
import { waitFor } from "../fixtures/wait.ts";

const RATES = [0.1, 0.01];
const ARMS = ["standard", "batchNorm"];
const lossOf = (arm: string, seed: number, rate: number): number => (arm === "batchNorm" ? 0.2 : 0.8) + seed / 100 + rate;

/** Writes runs of both arms and rates, with as many seeds, that have ended. */
async function fill(store: Store, seeds: number): Promise<void> {
  for (const learningRate of RATES) {
    for (const arm of ARMS) {
      for (let seed = 0; seed < seeds; seed++) {
        const runId = `${arm}-${learningRate}-${seed}`;
        const startedAt = Date.UTC(2024, 0, 2) + 1000 * seed - 1_000_000 * learningRate;
        await store.startRun(aRun({ runId, arm, seed, hyper: { learningRate, width: 8 }, steps: 2, startedAt }));
        const loss = lossOf(arm, seed, learningRate);
        const records: Recorded[] = [0, 1].flatMap((step) => [
          aReading(step, { value: loss }),
          aReading(step, { probe: "norms", stat: "gradient_norm", value: 10 * loss + step }),
        ]);
        await store.append(runId, records);
        await store.finishRun(runId, "completed", startedAt + 60_000);
      }
    }
  }
  await store.flush();
}

/** Serves a store that has such runs from the start. */
async function serveRuns(seeds: number): Promise<{ readonly url: string; close(): Promise<void> }> {
  const { store } = await serve();
  await fill(store, seeds);
  const asker = new SqlPool(store);
  const documents = { "/paper.json": catalogueOf(PAPERS) };
  const server = await startServer({ store, asker, port: 0, dashboardsDir: DASHBOARDS, documents });
  const close = async (): Promise<void> => {
    await asker.close();
    await server.close();
  };
  return { url: server.url, close };
}

const texts = (page: Page, selector: string): Promise<string[]> =>
  page.evaluate(
    `[...document.querySelectorAll(${JSON.stringify(selector)})].filter((one) => one.checkVisibility()).map((one) => one.textContent)`,
  );
const firsts = async (page: Page, count: number): Promise<(string | undefined)[]> =>
  page.evaluate(`[...document.querySelectorAll("#runs-body tr")].slice(0, ${count}).map((row) => row.dataset.run)`);
const find = (page: Page) => page.locator(".runs .find");
const say = (page: Page): Promise<string | null> => page.textContent("#runs-found");

describeUnless(NO_CHROMIUM, "the table of runs", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser.close());

  it("shows, sorts and finds a thousand runs, with the rows in sight alone, and typing does not freeze", async () => {
    const { url, close } = await serveRuns(250);
    const { page, complaints } = await open(browser, `${url}?list=all`);
    const rows = () => page.locator("#runs-body tr").count();
    await waitFor(async () => expect(await rows()).toBe(100));
    expect(await page.locator("[data-choice=list]").locator("option").allTextContents()).toContain(
      "all 1,000 of noisy-batchnorm",
    );
    expect((await texts(page, ".runs .scroll > button"))[0]).toBe("Show more: 900 rows are left");

    await page.getByRole("button", { name: "Final loss" }).click();
    await waitFor(async () =>
      expect(await firsts(page, 3)).toEqual(["batchNorm-0.01-0", "batchNorm-0.01-1", "batchNorm-0.01-2"]),
    );
    await page.getByRole("button", { name: "Final loss" }).click();
    await waitFor(async () => expect((await firsts(page, 1))[0]).toBe("standard-0.1-249"));

    await page.evaluate("document.querySelector('.runs .scroll').scrollTo(0, 1e6)");
    await waitFor(async () => expect(await rows()).toBe(200));

    // The longest time between two frames while somebody types, against that of a page at rest.
    await page.evaluate(`window.longest = 0; (function look(before) { requestAnimationFrame((now) => {
      window.longest = Math.max(window.longest, now - before); look(now); }); })(performance.now())`);
    await find(page).pressSequentially("learningRate=0.1 arm=batchNorm seed<3", { delay: 15 });
    await waitFor(async () => expect(await say(page)).toBe("3 of 1,000 runs found"));
    expect(await page.evaluate("window.longest")).toBeLessThan(500);
    expect(await firsts(page, 4)).toEqual(["batchNorm-0.1-2", "batchNorm-0.1-1", "batchNorm-0.1-0"]);
    await waitFor(() => expect(page.url()).toContain("find=learningRate%3D0.1+arm%3DbatchNorm+seed%3C3"));

    await find(page).fill("learningrate=0.1");
    await waitFor(async () => expect(await say(page)).toMatch(/^learningrate=0.1: no run has learningrate; there are/));
    expect(await rows()).toBe(0);
    await find(page).fill("loss<0.25");
    await waitFor(async () => expect(await say(page)).toBe("4 of 1,000 runs found"));
    await page.getByRole("button", { name: "Draw these 4" }).click();
    await settled(page);
    await until(page, "window.gradstream.context.selection.runs.length === 4");
    expect(complaints).toEqual([]);
    await close();
  });
});
