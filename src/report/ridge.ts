import * as Plot from "@observablehq/plot";
import type { FigureData } from "../paper/figure.ts";
import { AREA_ALPHA } from "../view/line-style.ts";
import { formatNumber } from "../view/numbers.ts";
import { type Ridge, type RidgePanel, ridgesView } from "../view/ridges.ts";
import { type Ends, extent, NOTHING, type AxisScale, scaleOf, valueDomain } from "../view/scale.ts";
import { inked } from "./colours.ts";
import type { Drawing } from "./lines.ts";
import { type DrawnPanel, plot } from "./plot.ts";

const MOST = 28;
/** Share of the panel's height that the tallest ridge takes. */
const TALLEST = 0.3;
/** Bins with less than this share of a histogram do not widen the axis. */
const VISIBLE = 5e-4;

/** Densities stacked over steps, the oldest at the back, as TensorBoard shows them. */
export function drawRidges(input: FigureData): Drawing {
  const { panels, notes } = ridgesView(input);
  const arms = new Map(panels.map(({ arm, place }) => [arm, place]));
  const steps = new Set(panels.flatMap(({ ridges }) => ridges.map(({ step }) => step))).size;
  return {
    panels: panels.map((panel) => drawPanel(input, panel)),
    keys: arms.size > 1 ? [...arms].map(([label, place]) => ({ label, ink: { place }, kind: "area" })) : [],
    notes: steps > MOST ? [...notes, `${MOST} of ${formatNumber(steps)} recorded steps are shown.`] : notes,
  };
}

function drawPanel({ figure }: FigureData, { title, place, ridges: all }: RidgePanel): DrawnPanel {
  const colour = inked({ place });
  const ridges = evenly(all, MOST);
  const densities = ridges.map(densityOf);
  const [, peak] = extent(densities.flatMap((points) => points.map(({ density }) => density)));
  const [first, last] = extent(ridges.map(({ step }) => step));
  const baseline = (step: number) => (last > first ? (1 - TALLEST) * (1 - (step - first) / (last - first)) : 0);
  const x = scaleOf(
    valueDomain(ridges.reduce<Ends>((before, ridge) => extent(ends(ridge), false, before), NOTHING)),
    false,
    5,
  );
  const steps = evenly([...new Set(ridges.map(({ step }) => step))], 5);
  const names = new Map(steps.map((step) => [baseline(step), formatNumber(step)]));
  const y: AxisScale = { domain: [0, 1], log: false, ticks: [...names.keys()] };
  const marks = ridges.flatMap((ridge, i) => {
    const base = baseline(ridge.step);
    const points = densities[i]!.filter((point) => point.x >= x.domain[0] && point.x <= x.domain[1]).map((point) => ({
      x: point.x,
      base,
      y: base + (TALLEST * point.density) / peak,
    }));
    const name = `${[ridge.arm, "step"].filter(Boolean).join(", ")} ${ridge.step}`;
    return [
      Plot.areaY(points, { x: "x", y1: "base", y2: "y", fill: "var(--panel)", ariaDescription: `${name}, ground` }),
      Plot.areaY(points, {
        x: "x",
        y1: "base",
        y2: "y",
        fill: colour,
        fillOpacity: AREA_ALPHA,
        ariaDescription: `${name}, density`,
      }),
      Plot.line(points, { x: "x", y: "y", stroke: colour, strokeWidth: 1, ariaDescription: name }),
    ];
  });
  const frame = {
    title,
    description: figure.title,
    x: { ...x, label: figure.x.label },
    y: { ...y, label: figure.y.label },
    yAnchor: "right" as const,
    yLabels: [...names.values()],
  };
  return plot(frame, marks);
}

/** Computes the share of the examples per unit of value at the middle of each bin, and zero at both ends. */
function densityOf({ lo, hi, counts }: Ridge): { x: number; density: number }[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const bin = (hi - lo) / counts.length;
  return [
    { x: lo, density: 0 },
    ...counts.map((count, i) => ({ x: lo + (i + 0.5) * bin, density: count / total / bin })),
    { x: hi, density: 0 },
  ];
}

/** Finds the outer edges of the bins that can be seen. */
function ends({ lo, hi, counts }: Ridge): [number, number] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const seen = counts.flatMap((count, i) => (count > total * VISIBLE ? [i] : []));
  const bin = (hi - lo) / counts.length;
  return [lo + seen[0]! * bin, lo + (seen.at(-1)! + 1) * bin];
}

/** Picks at most `most` items, evenly spread, the first and the last among them. */
function evenly<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  return Array.from({ length: most }, (_, i) => items[Math.round((i * (items.length - 1)) / (most - 1))]!);
}
