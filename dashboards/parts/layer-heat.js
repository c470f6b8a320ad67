// Layer by step: each cell is the mean over seeds of what one layer read.

import { grouped } from "/view/grouped.js";
import { extent, NOTHING } from "/view/scale.js";
import { overSeeds } from "/view/seeds.js";
import { formatNumber } from "/view/numbers.js";

/** Content of a chart from series of one stat of one arm: `log` colours by powers of ten; `ends` fixes the colours' range. */
export function layerHeat(series, { place, log = false, ends, format = formatNumber }) {
  const layers = [
    ...grouped(
      series.filter(({ layer, length }) => layer !== null && length > 0),
      ({ layer }) => layer,
    ),
  ];
  layers.sort(([a], [b]) => a - b);
  const rows = layers.map(([layer, members]) => ({ layer, ...overSeeds(members.map(columnsOf)) }));
  const range = ends ?? endsOf(rows, log);
  const [low, high] = range.map(log ? Math.log10 : Number);
  const share = (value) => ((log ? Math.log10(value) : value) - low) / (high - low || 1);
  const length = rows.reduce((sum, row) => sum + row.length, 0);
  const cells = { length: 0, place };
  for (const key of ["x0", "x1", "y0", "y1", "share", "value"]) cells[key] = new Float64Array(length);
  rows.forEach(({ x, y, length: count, layer }, i) => {
    for (let k = 0; k < count; k++) {
      const n = cells.length++;
      cells.x0[n] = x[k];
      cells.x1[n] = k + 1 < count ? x[k + 1] : x[k] + (k > 0 ? x[k] - x[k - 1] : 1);
      [cells.y0[n], cells.y1[n]] = [i + 0.5, i + 1.5];
      cells.value[n] = y[k];
      cells.share[n] = Number.isFinite(y[k]) ? Math.min(1, Math.max(0, share(y[k]))) : 0;
      cells.layer ??= layer;
    }
  });
  const names = layers.map(([layer]) => layer);
  return { cells, rows, names, range, describe: (at) => described(rows, at, format) };
}

/** What a legend says of one column: the layers with the least and the largest value. */
function described(rows, at, format) {
  const values = rows.flatMap(({ layer, x, y, length }) => {
    let k = length - 1;
    while (k > 0 && at !== undefined && x[k] > at) k--;
    return Number.isFinite(y[k]) ? [{ layer, value: y[k] }] : [];
  });
  if (values.length === 0) return "no finite values";
  const by = values.sort((a, b) => a.value - b.value);
  const [least, most] = [by[0], by.at(-1)];
  return `least in layer ${least.layer}: ${format(least.value)}, largest in layer ${most.layer}: ${format(most.value)}`;
}

export function endsOf(rows, log) {
  let ends = NOTHING;
  for (const { y, length } of rows) ends = extent(y, log, ends, 0, length);
  const [low, high] = ends;
  return low <= high ? [low, high] : log ? [0.1, 1] : [0, 1];
}

function columnsOf({ start, lastStep: x, last: mid, min: low, max: high, length, width }) {
  return { start, x, mid, low, high, length, width };
}
