import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import type { Recorded } from "../../src/core/types.ts";
import { openStore } from "../../src/store/open-store.ts";
import type { Store } from "../../src/store/store.ts";
import { drawn, launch, NO_CHROMIUM, open, pageState, settled, until } from "../fixtures/browser.ts";
import { serveProcess } from "../fixtures/recorded.ts";
import { aReading, aRun, temporaryFolder } from "../fixtures/runs.ts";
import { serve } from "../fixtures/served-store.ts";
import { waitFor } from "../fixtures/wait.ts";
import { describeUnless } from "../fixtures/unless.ts";

const ARMS = ["standard", "batchNorm"];
const STEPS = 40_000;
/** A loss with one spike that no zoom may hide. */
const lossAt = (arm: string, step: number): number =>
  arm === "batchNorm" && step === 12_345 ? 9 : 2 + Math.sin(step / 900) * 0.5 + ARMS.indexOf(arm);

async function fill(store: Store): Promise<void> {
  for (const arm of ARMS) {
    await store.startRun(aRun({ runId: arm, arm, steps: STEPS }));
    const records: Recorded[] = [];
    for (let step = 0; step < STEPS; step++) records.push(aReading(step, { value: lossAt(arm, step) }));
    await store.append(arm, records);
    await store.finishRun(arm, "completed", Date.UTC(2024, 0, 3));
  }
  await store.flush();
}

const widest = (page: Page): Promise<number[]> =>
  page.evaluate("window.gradstream.parts()[1].live.set.series.map(({ width }) => width)");

describeUnless(NO_CHROMIUM, "pages", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser.close());

  it("go on by themselves when a killed server is back", async () => {
    const file = join(temporaryFolder(), "a.duckdb");
    const store = await openStore(file);
    await fill(store);
    await store.close();
    const first = await serveProcess(file);
    onTestFinished(() => first.kill());
    const { page } = await open(browser, `${first.url}?smooth=0`);
    await settled(page);
    const before = await drawn(page);
    expect(before.length).toBe(2);
    await first.kill();
    await waitFor(async () => expect(await pageState(page)).toMatchObject({ connection: "disconnected" }));
    expect(await drawn(page)).toEqual(before);
    expect(await page.textContent("#banner-text")).toContain("these are the final numbers");

    const again = await openStore(file);
    await again.startRun(
      aRun({ runId: "later", arm: "later", startedAt: Date.UTC(2024, 0, 2, 3, 4, 6), steps: STEPS }),
    );
    await again.append("later", [aReading(0, { value: 0.5 }), aReading(1, { value: 0.25 })]);
    await again.finishRun("later", "completed", Date.UTC(2024, 0, 3));
    await again.close();
    const second = await serveProcess(file, first.port);
    onTestFinished(() => second.kill());
    expect(second.port).toBe(first.port);
    await waitFor(async () => {
      const later = (await drawn(page, "loss")).find(({ arm }) => arm === "later");
      expect([later?.steps, later?.values]).toEqual([
        [0, 1],
        [0.5, 0.25],
      ]);
    });
    expect(await page.locator("#banner").isVisible()).toBe(false);
    const fresh = await open(browser, `${second.url}?smooth=0`);
    await settled(fresh.page);
    expect(await drawn(page)).toEqual(await drawn(fresh.page));
  });

  it("zoom asks the server for more detail, and shows every spike", async () => {
    const served = await serve();
    await fill(served.store);
    const { server } = await serve({ store: served.store });
    const { page, complaints } = await open(browser, `${server.url}?smooth=0&seeds=single`);
    await settled(page);
    expect(await widest(page)).toEqual([32, 32]);
    const spike = (lines: Awaited<ReturnType<typeof drawn>>) => Math.max(...lines.flatMap(({ values }) => values));
    expect(spike(await drawn(page, "loss"))).toBe(9);
    expect(await page.textContent("[data-panel=loss] .count")).toBe("2,500 of 80,000 points");

    const box = (await page.locator("[data-panel=loss] .u-over").boundingBox())!;
    const at = (step: number) => box.x + (box.width * step) / STEPS;
    await page.mouse.move(at(12_000), box.y + 40);
    await page.mouse.down();
    await page.mouse.move(at(12_600), box.y + 60, { steps: 5 });
    await page.mouse.up();
    await until(page, `window.gradstream.parts()[1].live.set.series.every(({ width }) => width === 1)`);
    const [from, to] = ["from", "to"].map((key) => Number(new URL(page.url()).searchParams.get(key)));
    expect(Math.abs(from! - 12_000)).toBeLessThan(120);
    const expected = await served.store.query(
      "SELECT step, value FROM reading WHERE run_id = 'batchNorm' AND step BETWEEN $1 AND $2 ORDER BY step",
      [from!, to!],
    );
    await waitFor(async () => {
      const lines = await drawn(page, "loss");
      const inside = lines.find(({ arm }) => arm === "batchNorm")!;
      expect(inside.steps.map((step, i) => [step, inside.values[i]])).toEqual(expected.rows);
      expect(spike(lines)).toBe(9);
    });
    await page.mouse.dblclick(at(20_000), box.y + 50);
    await until(page, `window.gradstream.parts()[1].live.set.series.every(({ width }) => width === 32)`);
    expect(page.url()).not.toContain("from=");
    await page.goBack();
    await until(page, `window.gradstream.parts()[1].live.set.series.every(({ width }) => width === 1)`);
    expect(complaints).toEqual([]);
  });

  it("keep their whole state in the address, which another page restores", async () => {
    const served = await serve();
    await fill(served.store);
    const { server } = await serve({ store: served.store });
    const { page } = await open(browser, server.url);
    await settled(page);
    await page.getByRole("button", { name: "standard", exact: true }).click();
    await page.getByLabel("Log axis").check();
    await page.getByLabel("Smoothing").fill("6");
    await page.locator(".run-picker summary").click();
    await page.locator("[data-run=standard]").first().waitFor();
    await page.keyboard.press("Escape");
    await page.getByLabel("Colours").selectOption("dark");
    await page.locator("[data-panel=loss] .chart").focus();
    await page.keyboard.press("End");
    await page.keyboard.press("+");
    await settled(page);
    const params = Object.fromEntries(new URL(page.url()).searchParams);
    expect(params).toMatchObject({ hide: "standard", "log-loss": "1", smooth: "250", theme: "dark" });
    const other = await open(browser, page.url());
    await settled(other.page);
    await waitFor(async () => expect(await drawn(other.page)).toEqual(await drawn(page)));
    const look = `JSON.stringify([document.documentElement.dataset.theme, window.gradstream.parts()[1].panel.chart.view])`;
    expect(await other.page.evaluate(look)).toBe(await page.evaluate(look));
    expect(await other.page.getByRole("button", { name: "standard", exact: true }).getAttribute("aria-pressed")).toBe(
      "false",
    );
    expect(await other.page.getByLabel("Log axis").isChecked()).toBe(true);
    await page.goBack();
    expect(new URL(page.url()).searchParams.get("from")).toBe(null);
    expect(await page.getByRole("link", { name: "Landscape" }).getAttribute("href")).toContain("hide=standard");
  });

  it("save charts as SVG and PNG that can be read by themselves", async () => {
    const served = await serve();
    await fill(served.store);
    const { server } = await serve({ store: served.store });
    const { page, complaints } = await open(browser, `${server.url}?smooth=100`);
    await settled(page);
    const save = async (kind: string): Promise<Buffer> => {
      const button = page.getByRole("button", { name: `Save Loss as ${kind}` });
      const [file] = await Promise.all([page.waitForEvent("download"), button.click()]);
      expect(file.suggestedFilename()).toMatch(new RegExp(`^loss-\\d+\\.${kind.toLowerCase()}$`));
      return Buffer.concat(await (await file.createReadStream()).toArray());
    };
    const svg = (await save("SVG")).toString();
    const seen = await page.evaluate<{ error: boolean; texts: string[]; paths: number; rasters: number }>(`(() => {
      const document = new DOMParser().parseFromString(${JSON.stringify(svg)}, "image/svg+xml");
      return {
        error: document.querySelector("parsererror") !== null,
        texts: [...document.querySelectorAll("text")].map((one) => one.textContent),
        paths: [...document.querySelectorAll("path[stroke-width]")].filter((one) => one.getAttribute("d").length > 500).length,
        rasters: document.querySelectorAll("image, foreignObject").length,
      };
    })()`);
    expect(seen).toMatchObject({ error: false, rasters: 0, paths: 4 });
    for (const text of ["Loss", "step", "standard", "batchNorm", "20,000"]) expect(seen.texts).toContain(text);
    expect(seen.texts.join(" ")).toMatch(/Lower is better.*gradstream: noisy-batchnorm, 2 runs, seed 0/);
    const png = await save("PNG");
    expect(png.subarray(1, 4).toString()).toBe("PNG");
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([
      1520,
      2 * Number(/<svg[^>]* height="(\d+)"/.exec(svg)![1]),
    ]);
    expect(png.length).toBeGreaterThan(20_000);
    expect(complaints).toEqual([]);
  });
});
