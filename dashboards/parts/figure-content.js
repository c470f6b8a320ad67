// Rows of a figure's SQL (panel, arm, source, line, x, y, low, high) as contents of charts, one per panel.

import { addColumn } from "./histogram-column.js";
import { placesOf } from "./palette.js";
import { formatWhole } from "./text.js";

/** Map from a panel's name to `{ lines or cells, rules, points, xLabel }`. */
export function contentOf(figure, rows, rules) {
  const arms = [...new Set(rows.map(({ arm }) => arm))];
  const places = placesOf(arms.map((arm) => arm.split(",")[0]).filter((arm, i, all) => all.indexOf(arm) === i));
  if (figure.kind === "ridge") return ridges(rows, places);
  const stretch = figure.kind === "profiles" ? undefined : stretchOf(rows);
  const contents = new Map();
  for (const [name, members] of Map.groupBy(rows, ({ panel }) => panel ?? "")) {
    const groups = Map.groupBy(members, ({ arm, source, line }) => JSON.stringify([arm, source, line]));
    const lines = [...groups.values()].flatMap((group) => linesOf(group, arms, places, stretch, groups.size));
    contents.set(name, {
      lines,
      points: members.length,
      rules: rules.filter(({ panel }) => panel === "" || panel === name).map((rule) => ({ ...rule, inRange: false })),
      xLabel:
        stretch && stretch !== 1 ? `step of the paper; ours are stretched ${formatWhole(stretch)} times` : undefined,
    });
  }
  return contents;
}

/** Our runs are shorter than the paper's: stretched over its steps, as in the reports. */
function stretchOf(rows) {
  const most = (source) => rows.reduce((high, row) => (row.source === source ? Math.max(high, row.x) : high), 0);
  const [ours, paper] = [most("ours"), most("paper")];
  return ours > 0 && paper > ours ? paper / ours : 1;
}

function linesOf(rows, arms, places, stretch, groups) {
  const [{ arm, source, line }] = rows;
  const paper = source === "paper";
  const known = rows.filter(({ x }) => Number.isFinite(x)).sort((a, b) => a.x - b.x);
  const column = (name) => Float64Array.from(known, (row) => row[name] ?? NaN);
  const factor = paper ? 1 : (stretch ?? 1);
  const [x, y, low, high] = [column("x").map((value) => value * factor), column("y"), column("low"), column("high")];
  const kin = arm.split(",")[0];
  const variant = arms.filter((one) => one.split(",")[0] === kin).indexOf(arm);
  const place = places.get(kin);
  const name = `${arm}${paper ? ", the paper’s" : ""}`;
  const curve = curveNamed(name, place, place + 3 * variant, paper);
  const common = {
    curve,
    x,
    length: known.length,
    stat: `${source}${line === "" ? "" : ` ${line}`}`,
    paper,
    many: groups > 24,
  };
  const hasMiddle = y.some((value) => !Number.isNaN(value));
  if (hasMiddle) {
    const ranged = !paper && low.some((value, i) => value !== high[i]);
    return [
      ...(ranged ? [{ ...common, kind: "band", low, high }] : []),
      { ...common, kind: "line", y, ...(ranged && { low, high }) },
    ];
  }
  return [
    ...(paper ? [] : [{ ...common, kind: "band", low, high, strong: true }]),
    { ...common, kind: "line", y: low, low, high, thin: true },
    { ...common, kind: "line", y: high, low, high, thin: true },
  ];
}

const curves = new Map();

/** The same object for the same curve, so that lines of it are told to belong together. */
function curveNamed(name, place, dash, paper) {
  const key = JSON.stringify([name, place, dash]);
  if (!curves.has(key)) curves.set(key, { name, arm: name, place, dash, paper, runs: [] });
  return curves.get(key);
}

/** Histograms over the steps, one chart per panel and arm. */
function ridges(rows, places) {
  const contents = new Map();
  for (const [name, members] of Map.groupBy(rows, ({ panel, arm }) => `${arm}, ${panel}`)) {
    const records = members
      .filter(({ counts, lo, hi }) => counts?.length > 0 && hi > lo)
      .sort((a, b) => a.step - b.step);
    const cells = { length: 0, place: places.get(members[0].arm.split(",")[0]) };
    const most = records.reduce((sum, { counts }) => sum + counts.length, 0);
    for (const key of ["x0", "x1", "y0", "y1", "share", "value"]) cells[key] = new Float64Array(most);
    records.forEach((record, i) => addColumn(cells, record, records, i));
    contents.set(name, {
      cells,
      points: records.length,
      xLabel: "step",
      describe: () => `${formatWhole(records.length)} histograms`,
    });
  }
  return contents;
}
