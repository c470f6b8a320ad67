// A figure as `figureView` lays it out, as contents of charts: one per panel.

import { type FigureLine, figureView } from "../../view/figure.ts";
import type { FigureRows } from "../../view/figure-rows.ts";
import { formatWhole, withPowers } from "../../view/numbers.ts";
import { stepColour } from "../../view/palette.ts";
import { extent } from "../../view/scale.ts";
import { ridgesView } from "../../view/ridges.ts";
import { Cells, type Content, type Line } from "./content.ts";
import type { Curve } from "./curve.ts";
import { addColumns } from "./histogram-column.ts";

export interface PanelContent {
  readonly title: string;
  readonly content: Content;
  /** Rows behind it. */
  readonly points: number;
  readonly xLabel: string;
}

interface FigureContents {
  readonly contents: readonly PanelContent[];
  /** What could not be drawn. */
  readonly notes: readonly string[];
}

/** Gives the panels of a figure. */
export function panelContents(input: FigureRows): FigureContents {
  if (input.figure.kind === "ridge") return ridges(input);
  const { panels, notes } = figureView(input);
  const contents = panels.map(({ title, lines, rules, x, y, points }) => ({
    title,
    points,
    xLabel: x.label,
    content: { lines: lines.map(drawn), rules, axes: { x, y } },
  }));
  return { contents, notes };
}

function drawn(line: FigureLine): Line {
  const stat = [line.source, line.line].filter(Boolean).join(" ");
  const colour = "share" in line.ink ? stepColour(line.ink.share) : undefined;
  return { ...line, curve: curveOf(line), stat, colour };
}

const curves = new Map<string, Curve>();

/** Returns the same object for the same curve, so that lines of it are told to belong together. */
function curveOf({ arm, paper = false, ink }: FigureLine): Curve {
  const name = `${withPowers(arm)}${paper ? ", the paper’s" : ""}`;
  const place = "place" in ink ? ink.place : 0;
  const steps = "share" in ink;
  const key = JSON.stringify([name, place, steps]);
  const curve = curves.get(key) ?? { name, arm: name, place, dash: 0, paper, steps, runs: [] };
  curves.set(key, curve);
  return curve;
}

/** Histograms over the steps, one chart per panel and arm. */
function ridges(input: FigureRows): FigureContents {
  const { panels, notes } = ridgesView(input);
  const [, lastStep] = extent(panels.flatMap((panel) => panel.ridges.map(({ step }) => step)));
  const contents = panels.map(({ title, place, ridges: records }) => {
    const cells = new Cells(
      records.reduce((sum, { counts }) => sum + counts.length, 0),
      { place },
    );
    addColumns(cells, records, lastStep + 1);
    const describe = (): string => `${formatWhole(records.length)} histograms`;
    return { title, points: records.length, xLabel: "step", content: { cells, describe } };
  });
  return { contents, notes };
}
