import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Recorded } from "../../src/core/types.ts";
import type { Store } from "../../src/store/store.ts";
import { launch, NO_CHROMIUM, open, settled, until } from "../fixtures/browser.ts";
import { aReading, aRun } from "../fixtures/runs.ts";
import { serve } from "../fixtures/served-store.ts";
import { describeUnless } from "../fixtures/unless.ts";

/** By stat, values that charts had no numbers for. */
const ODD: Readonly<Record<string, readonly number[]>> = {
  gradient_norm: [0, 1e35],
  update_norm: [-1.7e308, 1.7e308],
  parameter_norm: [2.302585, 2.302585000001],
  distance: [7, 7],
};

const ARMS = ["standard", "batchNorm"];

async function fill(store: Store): Promise<void> {
  for (const [place, arm] of ARMS.entries()) {
    await store.startRun(aRun({ runId: arm, arm, steps: 120, experiment: "landscape" }));
    const readings = Object.entries(ODD).flatMap(([stat, values]) =>
      values.map((value, i) => aReading(100 * i, { probe: "norms", stat, value })),
    );
    const histograms = [0, 100].flatMap((step): Recorded[] => [
      { kind: "histogram", step, site: "linear", layer: 2, lo: -1 - place, hi: 1 + 9 * place, counts: [1, 3, 1] },
      aReading(step, { probe: "moments", stat: "mean", value: place, layer: 2 }),
    ]);
    const between = Array.from({ length: 9 }, (_, i) =>
      aReading(10 * (i + 1), { probe: "norms", stat: "distance", value: 7 }),
    );
    await store.append(arm, [...readings, ...between, ...histograms]);
    await store.finishRun(arm, "completed", Date.UTC(2024, 0, 3));
  }
  await store.flush();
}

interface Axis {
  readonly panel: string;
  readonly y: readonly [number, number];
  readonly x: readonly [number, number];
  readonly labels: readonly string[];
  /** Pixels that the canvas reaches beyond the axes. */
  readonly beyond: number;
}

const AXES = `(() => {
  const panels = window.gradstream.parts().flatMap((part) => part.panel ? [part.panel] : [...(part.panels?.values() ?? [])]);
  return panels.filter(({ chart }) => chart.view && !chart.host.closest("[hidden]")).map(({ chart, options }) => ({
    panel: options.id,
    y: chart.view.y,
    x: chart.view.x,
    labels: chart.ticks("y", 240).labels,
    beyond: chart.canvas.clientWidth - chart.canvas.parentElement.clientWidth,
  }));
})()`;

describeUnless(NO_CHROMIUM, "axes of charts", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser.close());

  it("have numbers, each another, for values of any size, and room for dots at their ends", async () => {
    const { store } = await serve();
    await fill(store);
    const { server } = await serve({ store });
    const { page, complaints } = await open(browser, `${server.url}gradients.html`);
    await settled(page);
    const axes = (await page.evaluate<Axis[]>(AXES)).filter(({ panel }) => panel in ODD);
    expect(axes.map(({ panel }) => panel)).toEqual(Object.keys(ODD));
    for (const { panel, y, labels, beyond } of axes) {
      expect(labels.length, panel).toBeGreaterThan(1);
      expect(new Set(labels).size, panel).toBe(labels.length);
      expect(y[0] <= ODD[panel]![0]! && y[1] >= ODD[panel]![1]!, panel).toBe(true);
      expect(beyond).toBe(12);
    }
    expect(complaints).toEqual([]);
  });

  it("of histograms are one for all arms, or each arm's own where asked; heat maps end with their runs", async () => {
    const { store } = await serve();
    await fill(store);
    const { server } = await serve({ store });
    const { page, complaints } = await open(browser, `${server.url}activations.html`);
    await settled(page);
    const seen = async () => (await page.evaluate<Axis[]>(AXES)).filter(({ panel }) => panel === "histograms");
    const panels = `${AXES}.filter(({ panel }) => panel === "histograms")`;
    await until(page, `${panels}.length === 2 && ${panels}.every(({ y }) => y[1] >= 10)`);
    const shared = await seen();
    expect(shared.map(({ y }) => y)).toEqual([shared[0]!.y, shared[0]!.y]);
    expect(shared[0]!.y[0] <= -2 && shared[0]!.y[1] >= 10).toBe(true);
    // The last record stands at step 100 of 120, the first 100 before it.
    for (const { x } of shared) expect(x[1]).toBeLessThanOrEqual(120);
    await page.getByLabel("Own axes").check();
    await until(page, `${panels}[1].y[0] === -2 && ${panels}[0].y[1] < ${panels}[1].y[1]`);
    const own = await seen();
    expect(own[0]!.y[1]).toBeLessThan(own[1]!.y[1]);
    await page.locator("[data-choice=histograms]").selectOption("overlay");
    await until(page, `${panels}.length === 1`);
    expect(complaints).toEqual([]);
  });

  it("zoom where a finger is drawn across, further where two are spread, and back where one taps twice", async () => {
    const { store } = await serve();
    await fill(store);
    const { server } = await serve({ store });
    const { page, complaints } = await open(browser, `${server.url}gradients.html`);
    await settled(page);
    const plot = page.locator("[data-panel=distance] .u-over");
    const session = await page.context().newCDPSession(page);
    // A zoomed page says so above its charts, which moves them.
    const touch = async (type: "touchStart" | "touchMove" | "touchEnd", ...shares: number[]) => {
      if (type === "touchStart") await plot.scrollIntoViewIfNeeded();
      const { x, y, width } = (await plot.boundingBox())!;
      const touchPoints = shares.map((share, id) => ({ x: x + share * width, y: y + 40, id }));
      return session.send("Input.dispatchTouchEvent", { type, touchPoints });
    };
    const zoom = () => {
      const search = new URL(page.url()).searchParams;
      return [search.get("from"), search.get("to")].map((text) => (text === null ? null : Number(text)));
    };
    await touch("touchStart", 0.25);
    for (const share of [0.4, 0.6, 0.75]) await touch("touchMove", share);
    await touch("touchEnd");
    await until(page, `location.search.includes("from=")`);
    const [from, to] = zoom() as [number, number];
    expect([from / 100, to / 100]).toEqual([expect.closeTo(0.25, 1), expect.closeTo(0.75, 1)]);
    const drawnFrom = (step: number) =>
      until(page, `${AXES}.find(({ panel }) => panel === "distance").x[0] >= ${step}`);
    await drawnFrom(from);

    await touch("touchStart", 0.4, 0.6);
    await touch("touchMove", 0.3, 0.7);
    await touch("touchMove", 0.2, 0.8);
    await touch("touchEnd");
    await until(page, `!location.search.includes("from=${from}&")`);
    const [closer, end] = zoom() as [number, number];
    expect(end - closer).toBeLessThan((to - from) * 0.6);
    await drawnFrom(closer);

    for (let tap = 0; tap < 2; tap++) {
      await touch("touchStart", 0.5);
      await touch("touchEnd");
    }
    await until(page, `!location.search.includes("from=")`);
    expect(complaints).toEqual([]);
  });
});
