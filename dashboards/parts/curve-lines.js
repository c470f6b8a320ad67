// Series of runs as what a chart draws: per curve a mean with a band, or a line per seed, the raw readings behind.

import { grouped } from "/view/grouped.js";
import { pointsOf } from "./points.js";
import { overSeeds } from "/view/seeds.js";
import { smooth } from "/view/smoothing.js";

/** From this many lines on, thin and undashed. */
const MANY = 60;

/**
 * A line: `{ kind, curve, runId, stat, layer, distance, x, y, low, high, length }`, kinds from back to front `band`,
 * `raw`, `line`, `dots`. `series` are of one stat, layer and distance; `dots` draws points only.
 */
export function curveLines(series, { selection, seeds = "band", span = 0, dots = false }) {
  const groups = new Map();
  for (const curve of selection.curves) groups.set(curve, []);
  for (const one of series) if (one.length > 0) groups.get(selection.curveOf.get(one.runId))?.push(one);
  const single = seeds === "single";
  const many = series.length > MANY;
  const lines = [];
  for (const [curve, members] of groups) {
    if (members.length === 0) continue;
    const { stat, layer, distance } = members[0];
    const common = { curve, stat, layer, distance, many };
    if (dots) {
      lines.push({ ...common, kind: "dots", ...mean(members, 0) });
      continue;
    }
    if (span > 0) {
      for (const one of members) lines.push({ ...common, kind: "raw", runId: one.runId, ...pointsOf(one) });
    }
    if (single || members.length === 1) {
      for (const one of members) {
        const points = span > 0 ? smooth(lastOf(one), span) : pointsOf(one);
        lines.push({ ...common, kind: "line", runId: one.runId, ...points });
      }
    } else {
      const { x, y, low, high, length } = mean(members, span);
      lines.push({ ...common, kind: "band", x, low, high, length });
      lines.push({ ...common, kind: "line", x, y, low, high, length });
    }
  }
  return lines;
}

/** Between a least and a largest stat, such as loss_min and loss_max: the mean over seeds of either edge. */
export function edgeLines(lows, highs, { selection, seeds = "band" }) {
  const lines = [];
  const groupOf = ({ runId }) => (seeds === "single" ? runId : selection.curveOf.get(runId)?.name);
  const above = grouped(highs, groupOf);
  const place = ({ runId }) => selection.curves.indexOf(selection.curveOf.get(runId));
  const inOrder = [...lows].sort((a, b) => place(a) - place(b));
  for (const [group, members] of grouped(inOrder, groupOf)) {
    const others = above.get(group);
    const curve = selection.curveOf.get(members[0].runId);
    if (!curve || !others) continue;
    const [{ x, y: low, length }, { y: high }] = [edge(members, "min"), edge(others, "max")];
    if (length === 0 || high.length !== low.length) continue;
    const common = { curve, x, low, high, length, ...(seeds === "single" && { runId: group }) };
    lines.push({ ...common, kind: "band", stat: members[0].stat, strong: true });
    lines.push({ ...common, kind: "line", stat: members[0].stat, y: low, thin: true });
    lines.push({ ...common, kind: "line", stat: others[0].stat, y: high, thin: true });
  }
  const crowded = new Set(lines.map(({ curve }) => curve)).size > 3;
  return crowded ? lines.map((line) => ({ ...line, strong: false })) : lines;
}

function edge(members, side) {
  return overSeeds(
    members.map((one) => {
      const { start, lastStep: x, length, width, min: low, max: high } = one;
      return { start, x, mid: width === 1 ? one.last : one[side], low, high, length, width };
    }),
  );
}

const lastOf = ({ lastStep, last, length }) => ({ x: lastStep, y: last, length });

function mean(members, span) {
  if (members.length === 1 && span === 0) {
    const { lastStep: x, last: y, length } = members[0];
    return { x, y, length };
  }
  return overSeeds(
    members.map((one) => {
      const { start, lastStep: x, length, width } = one;
      const mid = span > 0 ? smooth(lastOf(one), span).y : one.last;
      return { start, x, mid, length, width, low: span > 0 ? mid : one.min, high: span > 0 ? mid : one.max };
    }),
  );
}
