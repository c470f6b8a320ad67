import * as Plot from "@observablehq/plot";
import { DOMParser } from "linkedom";
import type { Scaling } from "./sweep.ts";

const WIDTH = 440;
const HEIGHT = 300;
const COLUMNS = 2;

/** Draws each on axes of logarithms, with the line of its slope and the range of its samples. */
export function plotScalings(scalings: readonly Scaling[], caption: string): string {
  const rows = Math.ceil(scalings.length / COLUMNS);
  const [width, height] = [WIDTH * COLUMNS, HEIGHT * rows + 30];
  const panels = scalings.map((scaling, i) => {
    const place = `x="${(i % COLUMNS) * WIDTH}" y="${Math.floor(i / COLUMNS) * HEIGHT + 30}"`;
    return panel(scaling).replace(/^<svg/, `<svg ${place}`);
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="12">`,
    `<rect width="100%" height="100%" fill="white"/>`,
    `<text x="${width / 2}" y="20" text-anchor="middle">${caption}</text>`,
    ...panels,
    "</svg>\n",
  ].join("\n");
}

function panel({ title, x, y, sizes, times, slope }: Scaling): string {
  const rows = sizes.map((size, i) => ({ size, ...times[i]! }));
  const ends = [Math.min(...times.map(({ min }) => min)), Math.max(...times.map(({ max }) => max))] as const;
  const yTicks = roundNumbers(...ends);
  const drawn = Plot.plot({
    document: new DOMParser().parseFromString("<svg/>", "image/svg+xml") as unknown as Document,
    width: WIDTH,
    height: HEIGHT,
    marginTop: 52,
    marginLeft: 56,
    marginBottom: 44,
    x: { type: "log", label: null },
    y: { type: "log", label: null },
    marks: [
      Plot.gridY(yTicks),
      Plot.axisX([...sizes], { text: sizes.map(written), label: x, labelArrow: "none", labelAnchor: "center" }),
      Plot.axisY(yTicks, { text: yTicks.map(written), tickSize: 0 }),
      Plot.ruleX(rows, { x: "size", y1: "min", y2: "max", stroke: "#2670e2", strokeOpacity: 0.5, strokeWidth: 4 }),
      Plot.line(rows, { x: "size", y: "median", stroke: "#2670e2" }),
      Plot.dot(rows, { x: "size", y: "median", fill: "#2670e2" }),
      Plot.text([y], { frameAnchor: "top-left", dx: -50, dy: -24, fill: "#666" }),
      Plot.text([title], { frameAnchor: "top-left", dx: -50, dy: -44, fontWeight: "bold" }),
      Plot.text([`slope ${slope.toFixed(2)}`], { frameAnchor: "bottom-right", dx: -6, dy: -8 }),
    ],
  });
  return drawn.outerHTML.replace(/<style>.*?<\/style>/s, "");
}

const written = (value: number): string => value.toLocaleString("en");

/** Returns the numbers 1, 2 and 5 times a power of ten between two ends. */
function roundNumbers(low: number, high: number): number[] {
  const powers = Array.from({ length: 24 }, (_, i) => 10 ** (i - 6));
  return powers
    .flatMap((power) => [1, 2, 5].map((digit) => digit * power))
    .filter((value) => value >= low && value <= high);
}
