import { createHash } from "node:crypto";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Recorded } from "../../src/core/types.ts";
import { startServer } from "../../src/feed/server/server.ts";
import { type Drawn, drawn, launch, NO_CHROMIUM, open, pageState } from "../fixtures/browser.ts";
import { aReading, aRun } from "../fixtures/runs.ts";
import { DASHBOARDS, type Served, serve } from "../fixtures/served-store.ts";
import { waitFor } from "../fixtures/wait.ts";
import { describeUnless } from "../fixtures/unless.ts";

const ARMS = ["standard", "batchNorm"];
const STEPS = 600;

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

function find(lines: readonly Drawn[], panel: string, name: string, arm: string): unknown {
  const found = lines.find(
    (line) => line.panel === panel && line.name === name && line.arm === arm && line.kind !== "raw",
  );
  return found && { steps: found.steps, values: found.values };
}

type Case = readonly [panel: string, stat: string, layer?: number];
const OVERVIEW: readonly Case[] = [
  ["loss", "loss"],
  ["accuracy", "accuracy"],
  ["accuracy", "test_accuracy"],
];
const ACTIVATIONS: readonly Case[] = [
  ["mean", "mean", 13],
  ["variance", "variance", 13],
];

async function expectDrawn(page: Page, served: Served, cases = OVERVIEW): Promise<void> {
  for (const arm of ARMS) {
    for (const [panel, stat, layer] of cases) {
      const expected = await stored(served, arm, stat, layer);
      await waitFor(async () => expect(find(await drawn(page), panel, stat, arm)).toEqual(expected));
    }
  }
}

/** The lines of the loss as pixels, in short. */
async function picture(page: Page): Promise<string> {
  const url = await page.evaluate<string>("window.gradstream.parts()[1].panel.chart.canvas.toDataURL()");
  return createHash("sha256").update(url).digest("hex");
}

const PIXELS = `(() => {
  const { context, canvas } = window.gradstream.parts()[1].panel.chart;
  return context.getImageData(0, 0, canvas.width, canvas.height).data;
})()`;
const keep = `window.kept = ${PIXELS}; undefined`;
/** How many pixels differ, on white, by more than the rounding of antialiasing; how many have ink at all. */
const compareWithKept = `(() => {
  const now = ${PIXELS};
  const on = (data, i, c) => 255 + ((data[i + c] - 255) * data[i + 3]) / 255;
  let [differ, inked] = [0, 0];
  for (let i = 0; i < now.length; i += 4) {
    inked += now[i + 3] > 0;
    differ += [0, 1, 2].some((c) => Math.abs(on(now, i, c) - on(window.kept, i, c)) > 96);
  }
  return { differ, inked };
})()`;

async function expectStage(page: Page, stage: string, connection = "live"): Promise<void> {
  await waitFor(async () => expect(await pageState(page)).toMatchObject({ stage, connection }));
}

describeUnless(NO_CHROMIUM, "live page", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser.close());

  it("draws what the store holds, opened before, during or after the run", async () => {
    const served = await serve();
    const { url } = served.server;
    const raw = `${url}?smooth=0`;
    const early = await open(browser, raw);
    await expectStage(early.page, "empty");
    expect(await early.page.textContent("#welcome-title")).toBe("No runs yet");
    expect(await early.page.getByRole("button", { name: "Copy npx gradstream run" }).count()).toBe(1);
    await startRuns(served);
    await expectStage(early.page, "waiting");
    await waitFor(async () =>
      expect(await early.page.textContent("[data-panel=loss] .waiting")).toBe("Waiting for the first step…"),
    );
    await play(served, 0, 300);
    await expectStage(early.page, "running");
    const middle = await open(browser, raw, { width: 390, dark: true });
    const moments = await open(browser, `${url}activations.html`);
    await play(served, 300, STEPS);
    await endRuns(served);
    const late = await open(browser, raw);
    for (const { page, complaints } of [early, middle, late]) {
      await expectStage(page, "ended");
      await expectDrawn(page, served);
      expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBe(0);
      expect(complaints).toEqual([]);
    }
    expect(await drawn(early.page)).toEqual(await drawn(late.page));
    await expectDrawn(moments.page, served, ACTIVATIONS);
    expect(moments.complaints).toEqual([]);
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
    const legend = page.locator("[data-panel=accuracy] .legend");
    await waitFor(async () => expect(await legend.textContent()).toContain("test 55.0 %"));
    await page.locator("[data-panel=accuracy] .u-over").hover();
    await waitFor(async () => expect(await legend.textContent()).toMatch(/^At step \d+/));
    const linked = page.locator("[data-panel=loss] .legend");
    const at = async () => /^At step \d+/.exec((await linked.textContent()) ?? "")?.[0];
    expect((await legend.textContent())!.startsWith((await at())!)).toBe(true);

    const before = await picture(page);
    await page.getByLabel("Log axis").first().press("Space");
    expect(page.url()).toContain("log-loss=1");
    await waitFor(async () => expect(await picture(page)).not.toBe(before));
    await page.getByRole("button", { name: "standard", exact: true }).press("Enter");
    await waitFor(async () => {
      expect(new Set((await drawn(page)).map(({ arm }) => arm))).toEqual(new Set(["batchNorm"]));
    });
    expect(await page.getByRole("row").count()).toBe(3);

    await page.getByRole("link", { name: "Activations" }).click();
    await page.getByLabel("Layer").selectOption("2");
    const expected = await stored(served, "batchNorm", "variance", 2);
    await waitFor(async () => expect(find(await drawn(page), "variance", "variance", "batchNorm")).toEqual(expected));
    expect(await page.getByRole("button", { name: "standard", exact: true }).getAttribute("aria-pressed")).toBe(
      "false",
    );
    expect(complaints).toEqual([]);
  });

  it("keeps what it has when the server goes, and comes back by itself", async () => {
    const served = await serve();
    await startRuns(served);
    await play(served, 0, 100);
    const { page } = await open(browser, `${served.server.url}?smooth=0`);
    await expectDrawn(page, served);
    await served.server.close();
    await expectStage(page, "running", "disconnected");
    expect(await page.textContent("#banner-text")).toMatch(/Connection lost at .* nothing recorded is lost/);
    await expectDrawn(page, served);

    const { port } = served.server;
    const second = await startServer({ store: served.store, port, dashboardsDir: DASHBOARDS });
    expect(second.port).toBe(port);
    const run = aRun({ runId: "again", arm: "again", steps: 10, startedAt: Date.now() });
    await served.store.startRun(run);
    second.hub.runStarted(run);
    second.hub.publish("again", [aReading(0, { value: 0.25 })]);
    await served.store.append("again", [aReading(0, { value: 0.25 })]);
    await expectStage(page, "running");
    await waitFor(async () =>
      expect(find(await drawn(page), "loss", "loss", "again")).toEqual({ steps: [0], values: [0.25] }),
    );
    await second.close();
  });

  it("draws in full when it must, and otherwise only where something new has come", async () => {
    const served = await serve();
    await startRuns(served);
    await play(served, 0, 410);
    const { page } = await open(browser, `${served.server.url}?smooth=0`);
    await expectDrawn(page, served);
    const counts = () =>
      page.evaluate<{ whole: number; part: number }>("({ ...window.gradstream.parts()[1].panel.chart.drawings })");
    const before = await counts();
    await play(served, 410, 500);
    await expectDrawn(page, served);
    const after = await counts();
    expect(after.part).toBeGreaterThan(before.part);
    expect(after.whole - before.whole).toBeLessThanOrEqual(1);
    await page.evaluate(keep);
    await page.evaluate("window.gradstream.parts()[1].update(window.gradstream.context)");
    await page.evaluate("new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))");
    expect((await counts()).whole).toBeGreaterThan(after.whole);
    const { differ, inked } = await page.evaluate<{ differ: number; inked: number }>(compareWithKept);
    expect(inked).toBeGreaterThan(1000);
    expect(differ).toBe(0);
  });
});
