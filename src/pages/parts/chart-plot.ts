// uPlot's side of a chart: axes, cursor, selection.

import type uPlot from "uplot";
import { widthOf } from "../../view/text.ts";
import type { Palette } from "../../view/palette.ts";
import type { ChartOptions } from "./chart-options.ts";
import type { Ticks } from "./chart-ticks.ts";
import { shareOn, valueAtPixel, type View } from "./mapping.ts";
import { touchZoom } from "./touch-zoom.ts";

const SIZE = 12;
const FONT = `${SIZE}px system-ui, sans-serif`;
/** Pixels left of the y axis: these, and more where labels need them. */
const LEFT = 56;

/** What uPlot asks of a chart. */
interface Plotted {
  readonly options: ChartOptions;
  readonly colours: Palette;
  readonly view: View | undefined;
  ticks(side: "x" | "y", pixels: number): Ticks;
}

/**
 * Makes uPlot's options of a chart; `cursorMoved` is told of the pointer. uPlot, which cannot hold every range, is told
 * shares of the way along an axis in place of values.
 */
export function plotOptions(chart: Plotted, cursorMoved: () => void): Omit<uPlot.Options, "width" | "height"> {
  const { xLabel = "step", yLabel, onZoom } = chart.options;
  const scale: uPlot.Scale = { time: false, auto: false, range: [0, 1] };
  const ticksOf = (plot: uPlot, side: "x" | "y") =>
    chart.ticks(side, plot.bbox[side === "x" ? "width" : "height"] / window.devicePixelRatio);
  const axis = (side: "x" | "y"): uPlot.Axis => ({
    font: FONT,
    labelFont: FONT,
    ticks: { show: false },
    gap: 6,
    filter: (_, splits) => splits,
    stroke: () => chart.colours.muted,
    grid: { stroke: () => chart.colours.grid, width: 1 },
    splits: (plot) => ticksOf(plot, side).values.map((value) => shareOn(chart.view, side, value)),
    values: (plot) => ticksOf(plot, side).labels,
  });
  const left = (_: uPlot, labels: string[] | null): number =>
    Math.max(LEFT, ...(labels ?? []).map((label) => widthOf(label, SIZE) + 16));
  return {
    padding: [10, 24, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      points: { show: false },
      drag: { x: onZoom !== undefined, y: false, setScale: false },
      bind: {
        dblclick: () => () => {
          onZoom?.();
          return null;
        },
      },
    },
    scales: { x: scale, y: { ...scale } },
    axes: [
      { ...axis("x"), size: 28, label: xLabel, labelSize: 18, labelGap: 0 },
      { ...axis("y"), size: left, ...(yLabel ? { label: yLabel, labelSize: 18, labelGap: 0 } : {}) },
    ],
    series: [{}, { show: true, paths: () => null, points: { show: false }, stroke: chart.colours.muted }],
    hooks: {
      ready: [(plot) => touchZoom(plot, chart)],
      setCursor: [cursorMoved],
      setSelect: [(plot) => zoomed(plot, chart, onZoom)],
    },
  };
}

/** Shows what was dragged across. */
function zoomed(plot: uPlot, chart: Plotted, onZoom: ChartOptions["onZoom"]): void {
  const { left, width } = plot.select;
  if (width < 4) return;
  const [from, to] = [valueAtPixel(chart.view, left), valueAtPixel(chart.view, left + width)];
  plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
  onZoom?.(from, to);
}
