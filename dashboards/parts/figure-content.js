// A figure as `figureView` lays it out, as contents of charts: one per panel.

import { figureView } from "/view/figure.js";
import { formatWhole } from "/view/numbers.js";
import { stepColour } from "/view/palette.js";
import { ridgesView } from "/view/ridges.js";
import { addColumn } from "./histogram-column.js";

/** More lines than this in one panel are drawn as a crowd. */
const MANY = 24;

/** Panels as `{ title, content, points, xLabel }`, and notes on what could not be drawn. */
export function contentsOf(figure, rows, rules) {
  if (figure.kind === "ridge") return ridges(rows);
  const { panels, notes } = figureView({ figure, rows, rules });
  const contents = panels.map(({ title, lines, rules: drawn, x, y, points }) => ({
    title,
    points,
    xLabel: x.label,
    content: {
      lines: lines.map((line) => ({
        ...line,
        curve: curveOf(line),
        stat: [line.source, line.line].filter(Boolean).join(" "),
        many: lines.length > MANY,
        colour: "share" in line.ink ? stepColour(line.ink.share) : undefined,
      })),
      rules: drawn,
      axes: { x, y },
    },
  }));
  return { contents, notes };
}

const curves = new Map();

/** The same object for the same curve, so that lines of it are told to belong together. */
function curveOf({ arm, paper, ink }) {
  const name = `${arm}${paper ? ", the paper’s" : ""}`;
  const key = JSON.stringify([name, ink.place]);
  if (!curves.has(key)) curves.set(key, { name, arm: name, place: ink.place ?? 0, dash: 0, paper, runs: [] });
  return curves.get(key);
}

/** Histograms over the steps, one chart per panel and arm. */
function ridges(rows) {
  const { panels, notes } = ridgesView({ rows });
  const contents = panels.map(({ title, place, ridges: records }) => {
    const cells = { length: 0, place };
    const most = records.reduce((sum, { counts }) => sum + counts.length, 0);
    for (const key of ["x0", "x1", "y0", "y1", "share", "value"]) cells[key] = new Float64Array(most);
    records.forEach((record, i) => addColumn(cells, record, records, i));
    const describe = () => `${formatWhole(records.length)} histograms`;
    return { title, points: records.length, xLabel: "step", content: { cells, describe } };
  });
  return { contents, notes };
}
