import * as Plot from "@observablehq/plot";
import type { FigureData } from "../paper/figure.ts";
import { AREA_ALPHA } from "../view/line-style.ts";
import { formatNumber } from "../view/numbers.ts";
import { MOST_RIDGES, ridgeLayout } from "../view/ridge-layout.ts";
import { type RidgePanel, ridgesView } from "../view/ridges.ts";
import { inked } from "./colours.ts";
import type { Drawing } from "./lines.ts";
import { type DrawnPanel, plot } from "./plot.ts";

/** Draws densities stacked over steps, the oldest at the back, as TensorBoard shows them. */
export function drawRidges(input: FigureData): Drawing {
  const { panels, notes } = ridgesView(input);
  const arms = new Map(panels.map(({ arm, place }) => [arm, place]));
  const steps = new Set(panels.flatMap(({ ridges }) => ridges.map(({ step }) => step))).size;
  return {
    panels: panels.map((panel) => drawPanel(input, panel)),
    keys: arms.size > 1 ? [...arms].map(([label, place]) => ({ label, ink: { place }, kind: "area" })) : [],
    notes:
      steps > MOST_RIDGES ? [...notes, `${MOST_RIDGES} of ${formatNumber(steps)} recorded steps are shown.`] : notes,
  };
}

function drawPanel({ figure }: FigureData, { title, place, ridges }: RidgePanel): DrawnPanel {
  const colour = inked({ place });
  const { shapes, x, y, yLabels } = ridgeLayout(ridges);
  const marks = shapes.flatMap(({ arm, step, base, points }) => {
    const name = `${[arm, "step"].filter(Boolean).join(", ")} ${step}`;
    const area = { x: "x", y1: base, y2: "y" };
    return [
      Plot.areaY(points, { ...area, fill: "var(--panel)", ariaDescription: `${name}, ground` }),
      Plot.areaY(points, { ...area, fill: colour, fillOpacity: AREA_ALPHA, ariaDescription: `${name}, density` }),
      Plot.line(points, { x: "x", y: "y", stroke: colour, strokeWidth: 1, ariaDescription: name }),
    ];
  });
  const frame = {
    title,
    description: figure.title,
    x: { ...x, label: figure.x.label },
    y: { ...y, label: figure.y.label },
    yAnchor: "right" as const,
    yLabels,
  };
  return plot(frame, marks);
}
