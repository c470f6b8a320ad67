import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, type CDPSession, chromium, type Page } from "playwright-core";
import type { Reading, Run } from "../src/core/types.ts";
import { type FeedServer, startServer } from "../src/feed/server/server.ts";
import { openStore } from "../src/store/open-store.ts";
import type { Store } from "../src/store/store.ts";
import { machine } from "./measure.ts";

const ARMS = ["standard", "batchNorm", "l1Norm", "l2Norm"];
const SERIES = Number(process.argv[2] ?? 1000);
const STEPS = 100;
const UPDATES = 20;
const SECONDS = 10;
/** Between two drawings of a chart of so many lines. */
const DRAWING_MS = 100;
const CHROMIUM = [process.env["CHROMIUM_PATH"], "/usr/bin/chromium", "/usr/bin/google-chrome"].find(
  (path) => path !== undefined && existsSync(path),
);

const reading = (seed: number, step: number): Reading => ({
  kind: "reading",
  probe: "loss",
  stat: "loss",
  step,
  value: 2.3 / (1 + step / 40) + 0.2 * Math.sin(seed + step / 5) + (seed % 4) * 0.3,
});
const names = Array.from({ length: SERIES }, (_, i) => `run-${i}`);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs of four arms, 100 steps of each in the store, and still going. */
async function begin(store: Store, server: FeedServer): Promise<void> {
  for (const [i, runId] of names.entries()) {
    const run: Run = {
      runId,
      experiment: "load",
      pipeline: "load.ts",
      arm: ARMS[i % ARMS.length]!,
      seed: Math.floor(i / ARMS.length),
      hyper: { size: 64 },
      steps: 10 * STEPS,
      backend: "cpu",
      dataset: "toy",
      network: "mlp",
      codeVersion: "bench",
      host: "bench",
      startedAt: Date.now(),
      attempt: 1,
    };
    await store.startRun(run);
    server.hub.runStarted(run);
    const records = Array.from({ length: STEPS }, (_, step) => reading(i, step));
    server.hub.publish(runId, records);
    await store.append(runId, records);
  }
  await store.flush();
}

/** Milliseconds of processor that the renderer with all its threads has used, and those of its main thread's tasks. */
async function costs(browser: CDPSession, page: CDPSession): Promise<{ process: number; main: number }> {
  const { processInfo } = await browser.send("SystemInfo.getProcessInfo");
  const { metrics } = await page.send("Performance.getMetrics");
  const renderers = processInfo.filter(({ type }) => type === "renderer").map(({ cpuTime }) => cpuTime);
  const tasks = metrics.find(({ name }) => name === "TaskDuration")!.value;
  return { process: 1000 * Math.max(...renderers), main: 1000 * tasks };
}

/** Times between animation frames while `act` goes on. */
async function frames(page: Page, act: () => Promise<void>): Promise<readonly number[]> {
  await page.evaluate(`window.times = []; window.ticking = true;
    requestAnimationFrame(function tick(now) { window.times.push(now); if (window.ticking) requestAnimationFrame(tick); }); undefined`);
  await act();
  const times = await page.evaluate<number[]>(
    "window.ticking = false, new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(window.times))))",
  );
  return times.slice(1).map((time, i) => time - times[i]!);
}

function report(what: string, gaps: readonly number[]): void {
  const sorted = [...gaps].sort((a, b) => a - b);
  const at = (share: number): string =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!.toFixed(1);
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  console.log(
    `  ${what}: ${(1000 / mean).toFixed(1)} frames/s; between frames p50 ${at(0.5)}, p95 ${at(0.95)}, most ${at(1)} ms`,
  );
}

async function hover(page: Page, box: { x: number; y: number; width: number; height: number }): Promise<void> {
  const end = Date.now() + 5000;
  for (let i = 0; Date.now() < end; i++) {
    await page.mouse.move(box.x + box.width * (0.5 + 0.48 * Math.sin(i / 15)), box.y + box.height / 2);
    await pause(8);
  }
}

async function zoom(page: Page, box: { x: number; y: number; width: number; height: number }): Promise<void> {
  const y = box.y + box.height / 2;
  for (let round = 0; round < 3; round++) {
    await page.mouse.move(box.x + box.width * 0.2, y);
    await page.mouse.down();
    for (let i = 0; i <= 60; i++) {
      await page.mouse.move(box.x + box.width * (0.2 + i / 100), y);
      await pause(8);
    }
    await page.mouse.up();
    await pause(500);
    await page.mouse.dblclick(box.x + box.width / 2, y);
    await pause(500);
  }
}

/** Publishes to `each` of the runs in every update, and says what that cost the page. */
async function live(browser: CDPSession, cdp: CDPSession, page: Page, server: FeedServer, each: number): Promise<void> {
  const next = names.map(() => -1);
  const heads = await page.evaluate<number[]>(
    "window.gradstream.parts()[0].charts[0].live.set.series.map((s) => s.lastStep[s.length - 1])",
  );
  const from = Math.max(...heads) + 1;
  let turn = 0;
  const before = await costs(browser, cdp);
  const drawings = `({ ...window.gradstream.parts()[0].charts[0].panel.chart.drawings })`;
  const drawn = await page.evaluate<{ whole: number; part: number }>(drawings);
  const began = performance.now();
  for (let update = 1; update <= UPDATES * SECONDS; update++) {
    for (let i = 0; i < each; i++) {
      const run = turn++ % SERIES;
      next[run]!++;
      server.hub.publish(names[run]!, [reading(run, from + next[run]!)]);
    }
    await pause(Math.max(0, began + (1000 * update) / UPDATES - performance.now()));
  }
  const wall = performance.now() - began;
  const [after, shown] = [await costs(browser, cdp), await page.evaluate<{ whole: number; part: number }>(drawings)];
  const share = (key: "process" | "main"): string => ((100 * (after[key] - before[key])) / wall).toFixed(1);
  console.log(
    `${UPDATES} updates/s of ${each} series for ${SECONDS} s (target: at most 25 % of a core)\n` +
      `  renderer ${share("process")} % of a core with all its threads, ${share("main")} % in its main thread's tasks; ` +
      `${shown.part - drawn.part} drawings in part, ${shown.whole - drawn.whole} in full`,
  );
}

/** What Chromium alone takes: an empty page whose canvas is as large strokes as many new pieces of lines, as often. */
async function blank(browser: Browser, box: { width: number; height: number }, each: number): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  const [cdp, process] = [await page.context().newCDPSession(page), await browser.newBrowserCDPSession()];
  await cdp.send("Performance.enable");
  await page.setContent(`<canvas width="${Math.round(box.width)}" height="${Math.round(box.height)}"></canvas>`);
  await page.evaluate(`{
    const canvas = document.querySelector("canvas");
    const context = canvas.getContext("2d");
    let step = 0;
    setInterval(() => {
      const x = (step++ / ${(SECONDS * 1000) / DRAWING_MS}) * canvas.width;
      for (let line = 0; line < ${each}; line++) {
        const y = (line / ${each}) * canvas.height;
        context.strokeStyle = "hsl(" + line % 360 + " 60% 50%)";
        context.beginPath();
        context.moveTo(x, y);
        for (let point = 1; point <= ${(UPDATES * DRAWING_MS) / 1000}; point++) context.lineTo(x + 2 * point, y + point);
        context.stroke();
      }
    }, ${DRAWING_MS});
  }`);
  await pause(1000);
  const before = await costs(process, cdp);
  await pause(1000 * SECONDS);
  const after = await costs(process, cdp);
  const share = (key: "process" | "main"): string => ((after[key] - before[key]) / (10 * SECONDS)).toFixed(1);
  console.log(
    `  a blank page that strokes as much: ${share("process")} %, ${share("main")} % in its main thread's tasks`,
  );
  await page.close();
}

async function measure(browser: Browser, server: FeedServer): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  page.on("pageerror", (error) => console.log(String(error)));
  const cdp = await page.context().newCDPSession(page);
  const process = await browser.newBrowserCDPSession();
  await cdp.send("Performance.enable");
  await page.goto(`${server.url}compare.html?seeds=single&smooth=0`);
  const count = "window.gradstream?.parts()[0]?.charts[0]?.live.set.series.reduce((sum, s) => sum + s.length, 0) ?? 0";
  while ((await page.evaluate<number>(count)) < SERIES * STEPS) await pause(100);
  await page.locator(".u-over").scrollIntoViewIfNeeded();
  const box = (await page.locator(".u-over").boundingBox())!;
  await pause(1500);
  const series = await page.evaluate<number>("window.gradstream.parts()[0].charts[0].live.set.series.length");
  console.log(`${series} series, ${await page.evaluate<number>(count)} points (target: 60 frames/s)`);
  report("hovering", await frames(page, () => hover(page, box)));
  report("zooming", await frames(page, () => zoom(page, box)));
  for (const each of [Math.ceil(SERIES / 10), SERIES]) {
    await live(process, cdp, page, server, each);
    await blank(browser, box, each);
  }
}

if (CHROMIUM === undefined) throw new Error("no Chromium found: set CHROMIUM_PATH or install Debian's chromium");
console.log(`${machine()}\n`);
const folder = mkdtempSync(join(tmpdir(), "gradstream-bench-"));
const store = await openStore(join(folder, "load.duckdb"));
const server = await startServer({
  store,
  port: 0,
  dashboardsDir: fileURLToPath(new URL("../dashboards", import.meta.url)),
});
const browser = await chromium.launch({
  executablePath: CHROMIUM,
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});
try {
  await begin(store, server);
  await measure(browser, server);
} finally {
  await browser.close();
  await server.close();
  await store.close();
  rmSync(folder, { recursive: true });
}
