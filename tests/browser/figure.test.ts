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
import { drawFigure } from "../../src/report/figure.ts";
import { variables } from "../../src/view/palette.ts";
import { launch, NO_CHROMIUM, open, settled, until } from "../fixtures/browser.ts";
import { aReading, aRun, temporaryFolder } from "../fixtures/runs.ts";
import { serve } from "../fixtures/served-store.ts";
import { describeUnless } from "../fixtures/unless.ts";
import { group, pieces } from "../fixtures/svg.ts";

const ARMS = ["standard", "batchNorm", "noisyBatchNorm"];
const STEPS = 1500;

interface OnPage {
  readonly title: string;
  readonly label: string;
  readonly axes: Record<"x" | "y", { domain: number[]; labels: string[] }>;
  readonly lines: { arm: string; source: string; part: string; colour: string; points: number }[];
}

/** What the page of claims and figures has drawn of each panel. */
const SEEN = `[...window.gradstream.parts()[1].panels].map(([title, { chart, options }]) => ({
  title,
  label: options.xLabel,
  axes: Object.fromEntries(["x", "y"].map((side) => [side, { domain: chart.view[side], labels: chart.ticks(side, 300).labels }])),
  lines: chart.content.lines.map(({ arm, source, part, colour, curve, length }) =>
    ({ arm, source, part, colour: colour ?? window.gradstream.context.colours.arm(curve.place), points: length })),
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

const paper = SANTURKAR_2018.figures.find(({ id }) => id === "2")!;

describeUnless(NO_CHROMIUM, "a figure of one run", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser.close());

  const whole = `SELECT '' AS panel, arm, 'ours' AS source, '' AS line, step AS x, avg(value) AS y, min(value) AS low,
    max(value) AS high FROM reading JOIN run USING (run_id) GROUP BY arm, step`;

  it.each([
    ["stretched over the paper's steps", paper, "step (ours: 1,490 drawn over the paper's 15,000)"],
    ["of more points than are drawn", { ...paper, sql: whole }, "step"],
  ])("is the same in the report and on the page, %s", async (_, figure, stretched) => {
    const documents = { "/paper.json": catalogueOf([{ ...SANTURKAR_2018, figures: [figure] }]) };
    const store = await openStore(join(temporaryFolder(), "figure.duckdb"), { extensions: PAPER_EXTENSIONS });
    onTestFinished(() => store.close());
    await fill(store);
    const { server } = await serve({ store, documents });
    const inReport = drawFigure(await readFigure(store, SANTURKAR_2018, figure));
    const { page, complaints } = await open(browser, `${server.url}paper.html?figure=2`);
    await settled(page);
    await until(page, "window.gradstream.parts()[1].panels.size > 0");
    const onPage: OnPage[] = await page.evaluate(SEEN);
    expect(complaints).toEqual([]);
    expect(onPage.map(({ title }) => title)).toEqual(inReport.panels.map(({ title }) => title));
    const light = variables("light");
    onPage.forEach(({ label, axes, lines }, i) => {
      const { svg } = inReport.panels[i]!;
      expect(svg).toContain(`>${label}<`);
      expect(label).toBe(stretched);
      for (const side of ["x", "y"] as const) {
        const labels = [...group(svg, `${side}-axis tick label`).matchAll(/>([^<]+)<\/text>/g)].map(([, text]) => text);
        expect(axes[side].labels).toEqual(labels);
      }
      if (figure !== paper) expect(Math.min(...lines.map(({ points }) => points))).toBeLessThan(STEPS / 2);
      expect(new Set(lines.map(({ arm }) => arm))).toEqual(new Set(ARMS));
      for (const { arm, source, part, colour, points } of lines) {
        const drawn = group(svg, [arm, source, part].filter(Boolean).join(", "));
        const [, place] = /(?:stroke|fill)="var\((--arm-\d)\)"/.exec(drawn)!;
        expect(colour).toBe(light[place!]);
        if (part === "") expect(pieces(drawn).flat().length, `${arm}, ${source}`).toBe(points);
      }
    });
  });
});
