import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Recorded } from "../../src/core/types.ts";
import { startServer } from "../../src/feed/server.ts";
import { CHROMIUM, type DrawnSeries, drawnSeries, launch, NO_CHROMIUM, open, pageState } from "../fixtures/browser.ts";
import { aReading, aRun } from "../fixtures/runs.ts";
import { DASHBOARDS, type Served, serve } from "../fixtures/served-store.ts";

if (CHROMIUM === undefined) console.warn(`live page: skipped, ${NO_CHROMIUM}`);

const ARMS = ["standard", "batchNorm"];
const STEPS = 600;
const WAIT = { timeout: 15_000 };

/** A scripted source: what a run of this arm records at this step. */
function recordsOf(arm: string, step: number): Recorded[] {
  const value = (ARMS.indexOf(arm) + 1) / (step + 1) + 0.1 * Math.abs(Math.sin(step));
  const records = [
    aReading(step, { value: arm === "standard" && step === 400 ? NaN : value }),
    aReading(step, { stat: "penalized_loss", value: 1000 }),
    aReading(step, { probe: "accuracy", stat: "accuracy", value: 1 - value / 4 }),
  ];
  if (step % 50 === 0) {
    for (const layer of [2, 13]) {
      records.push(aReading(step, { probe: "moments", stat: "mean", layer, value: layer * Math.cos(step) }));
      records.push(aReading(step, { probe: "moments", stat: "variance", layer, value: layer + step }));
    }
    records.push(aReading(step, { probe: "timing", stat: "steps_per_second", value: 20 }));
    records.push(aReading(step, { probe: "accuracy", stat: "test_accuracy", value: 0.5 + step / 2000 }));
  }
  return records;
}

async function play(served: Served, from: number, to: number): Promise<void> {
  for (let step = from; step < to; step++) {
    for (const arm of ARMS) await served.record(arm, recordsOf(arm, step));
    if (step % 30 === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function startRuns(served: Served): Promise<void> {
  for (const arm of ARMS) {
    await served.start(aRun({ runId: arm, arm, steps: STEPS, startedAt: Date.now(), hyper: { learningRate: 0.1 } }));
  }
}

async function endRuns(served: Served): Promise<void> {
  for (const arm of ARMS) {
    await served.store.finishRun(arm, "completed", Date.now());
    served.server.hub.runEnded(arm, "completed");
  }
}

/** Finite values of one stat from the store, as a page should draw them. */
async function stored(served: Served, runId: string, stat: string, layer?: number): Promise<unknown> {
  await served.store.flush();
  const { rows } = await served.store.query(
    `SELECT step, value FROM reading WHERE run_id = $1 AND stat = $2 AND layer IS NOT DISTINCT FROM $3::INTEGER
       AND isfinite(value) ORDER BY rowid`,
    [runId, stat, layer ?? null],
  );
  return { steps: rows.map((row) => row[0]), values: rows.map((row) => row[1]) };
}

function find(series: readonly DrawnSeries[], panel: string, name: string, runId: string): unknown {
  const found = series.find((line) => line.panel === panel && line.name === name && line.runId === runId);
  return found && { steps: found.steps, values: found.values };
}

async function expectDrawn(page: Page, served: Served): Promise<void> {
  for (const arm of ARMS) {
    const cases: [string, string, unknown][] = [
      ["loss", "loss", await stored(served, arm, "loss")],
      ["accuracy", "accuracy", await stored(served, arm, "accuracy")],
      ["accuracy", "testAccuracy", await stored(served, arm, "test_accuracy")],
      ["mean", "mean", await stored(served, arm, "mean", 13)],
      ["variance", "variance", await stored(served, arm, "variance", 13)],
    ];
    for (const [panel, name, expected] of cases) {
      await vi.waitFor(async () => expect(find(await drawnSeries(page), panel, name, arm)).toEqual(expected), WAIT);
    }
  }
}

async function expectStage(page: Page, stage: string, connection = "live"): Promise<void> {
  await vi.waitFor(async () => expect(await pageState(page)).toMatchObject({ stage, connection }), WAIT);
}

describe.skipIf(CHROMIUM === undefined)("live page", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser.close());

  it("draws what the store holds, opened before, during or after the run", async () => {
    const served = await serve();
    const { url } = served.server;
    const early = await open(browser, url);
    await expectStage(early.page, "empty");
    expect(await early.page.textContent("#welcome-title")).toBe("Waiting for the first run…");
    await startRuns(served);
    await expectStage(early.page, "waiting");
    expect(await early.page.textContent("[data-chart=loss] .waiting")).toBe("Waiting for the first step…");
    await play(served, 0, 300);
    await expectStage(early.page, "running");
    const middle = await open(browser, url, { width: 390, dark: true });
    await play(served, 300, STEPS);
    await endRuns(served);
    const late = await open(browser, url);
    for (const { page, complaints } of [early, middle, late]) {
      await expectStage(page, "ended");
      await expectDrawn(page, served);
      expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBe(0);
      expect(complaints).toEqual([]);
    }
    const row = (await early.page.textContent("#runs-body tr:nth-child(2)")) ?? "";
    expect(row).toMatch(/batchNorm.*completed.*600 \/ 600/);
    expect(await early.page.textContent("#announcer")).toContain("batchNorm, seed 0: completed");
  });

  it("answers to hovering, choosing a layer, hiding an arm and the log axis", async () => {
    const served = await serve();
    await startRuns(served);
    await play(served, 0, 120);
    const { page, complaints } = await open(browser, served.server.url);
    await expectStage(page, "running");
    const legend = page.locator("[data-chart=accuracy] .legend");
    expect(await legend.textContent()).toContain("test 55.0 %");
    await page.locator("[data-chart=accuracy] .u-over").hover();
    await vi.waitFor(async () => expect(await legend.textContent()).toMatch(/^At step \d+/), WAIT);

    await page.locator("[data-chart=mean] select").selectOption("2");
    const expected = await stored(served, "batchNorm", "variance", 2);
    await vi.waitFor(
      async () => expect(find(await drawnSeries(page), "variance", "variance", "batchNorm")).toEqual(expected),
      WAIT,
    );
    await page.getByLabel("Log axis").first().press("Space");
    await page.getByRole("button", { name: "standard" }).press("Enter");
    await vi.waitFor(async () => {
      expect(new Set((await drawnSeries(page)).map(({ arm }) => arm))).toEqual(new Set(["batchNorm"]));
    }, WAIT);
    expect(await page.getByRole("row").count()).toBe(3);
    expect(complaints).toEqual([]);
  });

  it("keeps what it has when the server goes, and comes back by itself", async () => {
    const served = await serve();
    await startRuns(served);
    await play(served, 0, 100);
    const { page } = await open(browser, served.server.url);
    await expectDrawn(page, served);
    await served.server.close();
    await expectStage(page, "running", "disconnected");
    expect(await page.textContent("#banner-text")).toMatch(/Connection lost at .* nothing recorded is lost/);
    await expectDrawn(page, served);

    const { port } = served.server;
    const second = await startServer({ store: served.store, port, dashboardsDir: DASHBOARDS });
    expect(second.port).toBe(port);
    const run = aRun({ runId: "again", arm: "again", steps: 10 });
    await served.store.startRun(run);
    second.hub.runStarted(run);
    second.hub.publish("again", [aReading(0, { value: 0.25 })]);
    await served.store.append("again", [aReading(0, { value: 0.25 })]);
    await expectStage(page, "running");
    expect(find(await drawnSeries(page), "loss", "loss", "again")).toEqual({ steps: [0], values: [0.25] });
    await second.close();
  });
});
