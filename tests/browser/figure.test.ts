import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { catalogueOf } from "../../src/paper/catalogue.ts";
import { PAPER_EXTENSIONS } from "../../src/paper/papers.ts";
import { fill as fillTable } from "../../src/store/fill.ts";
import { openStore } from "../../src/store/open-store.ts";
import type { Store } from "../../src/store/store.ts";
import { readFigure } from "../../src/paper/read-figure.ts";
import { SANTURKAR_2018 } from "../../src/paper/santurkar-2018/paper.ts";
import type { Figure } from "../../src/paper/figure.ts";
import { drawFigure } from "../../src/report/figure.ts";
import { variables } from "../../src/view/palette.ts";
import { extent } from "../../src/view/scale.ts";
import { launch, NO_CHROMIUM, open, settled, until } from "../fixtures/browser.ts";
import { aReading, aRun, temporaryFolder } from "../fixtures/runs.ts";
import { serve } from "../fixtures/served-store.ts";
import { describeUnless } from "../fixtures/unless.ts";
import { group, pieces, values } from "../fixtures/svg.ts";

const ARMS = ["standard", "batchNorm", "noisyBatchNorm"];
const STEPS = 1500;

interface OnPage {
  readonly title: string;
  readonly label: string;
  readonly axes: Record<"x" | "y", { domain: number[]; labels: string[] }>;
  readonly lines: { arm: string; source: string; line: string; part: string; colour: string; points: number }[];
}

/** What the page of claims and figures has drawn of each panel. */
const SEEN = `[...window.gradstream.parts()[1].panels].map(([title, { chart, options }]) => ({
  title,
  label: options.xLabel,
  axes: Object.fromEntries(["x", "y"].map((side) => [side, { domain: chart.view[side], labels: chart.ticks(side, 300).labels }])),
  lines: chart.content.lines.map(({ arm, source, line, part, colour, curve, length, y, low, high }) => ({
    arm,
    source,
    line,
    part,
    colour: colour ?? window.gradstream.context.colours.arm(curve.place),
    points: Array.from({ length }, (_, i) => (y ? y[i] : low[i] + high[i])).filter(Number.isFinite).length,
  })),
}))`;

/** A run far shorter than the paper's. */
async function fill(store: Store): Promise<void> {
  await fillTable(store, SANTURKAR_2018.curves);
  for (const [place, arm] of ARMS.entries()) {
    for (const seed of [0, 1]) {
      const runId = `${arm}-${seed}`;
      const hyper = { learningRate: 0.1, steps: STEPS };
      await store.startRun(aRun({ runId, arm, seed, steps: STEPS, experiment: "noisy-batchnorm", hyper }));
      const readings = Array.from({ length: STEPS }, (_, step) =>
        aReading(step, {
          probe: "accuracy",
          stat: "accuracy",
          value: Math.min(1, (step * (place + 1)) / 3000 + seed / 50),
        }),
      );
      await store.append(runId, readings);
      await store.finishRun(runId, "completed", Date.UTC(2024, 0, 3));
    }
  }
  await store.flush();
}

/** The same of heat maps: the steps and outer ends of their columns. */
const COLUMNS = `[...window.gradstream.parts()[1].panels].map(([title, { chart }]) => {
  const { x0, y0, y1, of, length } = chart.content.cells;
  return {
    title,
    colour: window.gradstream.context.colours.arm(of.place),
    steps: [...new Set(x0.slice(0, length))],
    ends: [Math.min(...y0.slice(0, length)), Math.max(...y1.slice(0, length))],
  };
})`;

const paper: Figure = SANTURKAR_2018.figures.find(({ id }) => id === "2")!;

describeUnless(NO_CHROMIUM, "a figure of one run", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser.close());

  const whole = `SELECT '' AS panel, arm, 'ours' AS source, '' AS line, step AS x, avg(value) AS y, min(value) AS low,
    max(value) AS high FROM reading JOIN run USING (run_id) GROUP BY arm, step`;
  const profiles = `SELECT '' AS panel, arm, 'ours' AS source, (step // 500 * 500)::VARCHAR AS line, step % 500 AS x,
    avg(value) AS y, NULL AS low, NULL AS high FROM reading JOIN run USING (run_id) GROUP BY ALL`;
  const ridges = `SELECT '' AS panel, arm, step, -1 - step / 1000 AS lo, 1 + step / 500 AS hi, [1, 4, 9, 4, 2] AS counts
    FROM reading JOIN run USING (run_id) WHERE seed = 0 AND step % 100 = 0`;

  /** Draws a figure in the report, and opens the page that shows it. */
  async function drawBoth(figure: Figure) {
    const documents = { "/paper.json": catalogueOf([{ ...SANTURKAR_2018, figures: [figure] }]) };
    const store = await openStore(join(temporaryFolder(), "figure.duckdb"), { extensions: PAPER_EXTENSIONS });
    onTestFinished(() => store.close());
    await fill(store);
    const { server } = await serve({ store, documents });
    const inReport = drawFigure(await readFigure(store, SANTURKAR_2018, figure));
    const { page, complaints } = await open(browser, `${server.url}paper.html?figure=2`);
    await settled(page);
    await until(page, "window.gradstream.parts()[1].panels.size > 0");
    expect(complaints).toEqual([]);
    return { inReport, page };
  }

  /** The colour, written out, of what a group draws. */
  function colourOf(drawn: string): string {
    const [, place, written] = /(?:stroke|fill)="(?:var\((--arm-\d)\)|(rgb\([\d,]+\)))"/.exec(drawn)!;
    return written ?? variables("light")[place!]!;
  }

  it.each<[string, Figure, string]>([
    ["stretched over the paper's steps", paper, "step (ours: 1,490 drawn over the paper's 15,000)"],
    ["of more points than are drawn", { ...paper, sql: whole }, "step"],
    ["of bands", { ...paper, kind: "band", sql: whole }, "step"],
    ["of profiles", { ...paper, kind: "profiles", sql: profiles, x: { label: "distance" } }, "distance"],
    ["of values by powers of ten", { ...paper, sql: whole, y: { label: "accuracy", log: true } }, "step"],
  ])("is the same in the report and on the page, %s", async (_, figure, stretched) => {
    const { inReport, page } = await drawBoth(figure);
    const onPage: OnPage[] = await page.evaluate(SEEN);
    expect(onPage.map(({ title }) => title)).toEqual(inReport.panels.map(({ title }) => title));
    onPage.forEach(({ label, axes, lines }, i) => {
      const { svg } = inReport.panels[i]!;
      expect(svg).toContain(`>${label}<`);
      expect(label).toBe(stretched);
      for (const side of ["x", "y"] as const) {
        const labels = [...group(svg, `${side}-axis tick label`).matchAll(/>([^<]+)<\/text>/g)].map(([, text]) => text);
        expect(axes[side].labels).toEqual(labels);
      }
      if (figure !== paper && figure.kind !== "profiles") {
        expect(Math.min(...lines.map(({ points }) => points))).toBeLessThan(STEPS / 2);
      }
      for (const { arm, source, line, part, colour, points } of lines) {
        const drawn = group(svg, [arm, line, source, part].filter(Boolean).join(", "));
        expect(colour).toBe(colourOf(drawn));
        const isArea = part === "band" || part === "range";
        expect(pieces(drawn).flat().length, `${arm}, ${source}, ${part}`).toBe(isArea ? 2 * points : points);
      }
    });
    expect(new Set(onPage.flatMap(({ lines }) => lines.map(({ arm }) => arm)))).toEqual(new Set(ARMS));
  });

  it("has the same histograms in the report, as ridges, and on the page, as columns", async () => {
    const { inReport, page } = await drawBoth({ ...paper, kind: "ridge", sql: ridges });
    const onPage: { title: string; colour: string; steps: number[]; ends: number[] }[] = await page.evaluate(COLUMNS);
    expect(onPage.map(({ title }) => title)).toEqual(inReport.panels.map(({ title }) => title));
    expect(onPage).toHaveLength(ARMS.length);
    onPage.forEach(({ title, colour, steps, ends }, i) => {
      const { svg } = inReport.panels[i]!;
      const drawn = [...svg.matchAll(/ aria-(?:label|description)="([^"]+), step (\d+)"/g)].map(([, , step]) =>
        Number(step),
      );
      expect(steps).toEqual(Array.from({ length: STEPS / 100 }, (_, step) => 100 * step));
      expect(drawn, title).toEqual(steps);
      const last = `${title}, step ${steps.at(-1)!}`;
      expect(colourOf(group(svg, last))).toBe(colour);
      const [low, high] = extent(values(svg, last).flat().map(([x]) => x)); // prettier-ignore
      expect([low / ends[0]!, high / ends[1]!]).toEqual([expect.closeTo(1, 1), expect.closeTo(1, 1)]);
    });
  });
});
