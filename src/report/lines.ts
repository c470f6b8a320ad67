import * as Plot from "@observablehq/plot";
import type { FigureData } from "../paper/figure.ts";
import { type FigureLine, figureView, type LegendKey } from "../view/figure.ts";
import { lineStyle } from "../view/line-style.ts";
import { inked } from "./colours.ts";
import { type DrawnPanel, plot } from "./plot.ts";
import { ruleMarks } from "./rules.ts";

/** A figure as it is drawn. */
export interface Drawing {
  readonly panels: readonly DrawnPanel[];
  readonly keys: readonly LegendKey[];
  readonly notes: readonly string[];
}

/** Draws a figure of kind `lines`, `band` or `profiles`, as `figureView` lays it out. */
export function drawLines(input: FigureData): Drawing {
  const { panels, keys, notes } = figureView(input);
  const drawn = panels.map(({ title, lines, rules, x, y }) => {
    const frame = { title, description: input.figure.title, x, y };
    const of = (kind: FigureLine["kind"]): Plot.Markish[] => lines.filter((line) => line.kind === kind).map(mark);
    const ruled = ruleMarks(rules, y);
    return plot(frame, [...of("band"), ...of("line"), ...ruled.lines, ...ruled.names]);
  });
  return { panels: drawn, keys, notes };
}

function mark(line: FigureLine): Plot.Markish {
  const { arm, source, part, x, y, low, high, length } = line;
  const { width, alpha, dash } = lineStyle(line);
  const data = { length };
  const ariaDescription = [arm, line.line, source, part].filter((text) => text !== "").join(", ");
  if (y === undefined) {
    return Plot.areaY(data, { x, y1: low!, y2: high!, fill: inked(line.ink), fillOpacity: alpha, ariaDescription });
  }
  return Plot.line(data, {
    x,
    y,
    stroke: inked(line.ink),
    strokeWidth: width,
    strokeOpacity: alpha,
    ariaDescription,
    ...(dash.length > 0 ? { strokeDasharray: dash.join(" "), strokeLinecap: "butt" } : {}),
  });
}
