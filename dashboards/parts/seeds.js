// Several seeds as one line: their mean, and the range from least to largest.

/**
 * `columns` are `{ start, x, mid, low, high, length, width }` of each seed on buckets of power-of-two widths. Seeds with
 * finer buckets are merged into the coarsest, so that the mean is over the same steps. At each bucket: the mean over the
 * seeds that have it (NaN as soon as one is not finite), and their range.
 */
export function overSeeds(columns) {
  const width = Math.max(...columns.map((column) => column.width));
  const all = columns.map((column) => coarsen(column, width));
  const starts = mergedStarts(all);
  const n = starts.length;
  const [x, y, low, high] = [0, 1, 2, 3].map(() => new Float64Array(n));
  const at = new Uint32Array(all.length);
  for (let k = 0; k < n; k++) {
    let [sum, count, least, largest, last] = [0, 0, Infinity, -Infinity, -Infinity];
    for (let c = 0; c < all.length; c++) {
      const i = at[c];
      const column = all[c];
      if (i >= column.length || column.start[i] !== starts[k]) continue;
      at[c]++;
      count++;
      sum += column.mid[i];
      if (column.low[i] < least) least = column.low[i];
      if (column.high[i] > largest) largest = column.high[i];
      if (column.x[i] > last) last = column.x[i];
    }
    x[k] = last;
    y[k] = sum / count;
    low[k] = least <= largest ? least : NaN;
    high[k] = least <= largest ? largest : NaN;
  }
  return { x, y, low, high, length: n, width };
}

function coarsen(column, width) {
  if (column.width === width) return column;
  const { length } = column;
  const out = { width, length: 0 };
  for (const key of ["start", "x", "mid", "low", "high"]) out[key] = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    const start = Math.floor(column.start[i] / width) * width;
    const same = out.length > 0 && out.start[out.length - 1] === start;
    const k = same ? out.length - 1 : out.length++;
    out.start[k] = start;
    out.x[k] = column.x[i];
    out.mid[k] = column.mid[i];
    out.low[k] = same ? Math.min(out.low[k], column.low[i]) : column.low[i];
    out.high[k] = same ? Math.max(out.high[k], column.high[i]) : column.high[i];
  }
  return out;
}

function mergedStarts(columns) {
  const starts = new Float64Array(columns.reduce((sum, { length }) => sum + length, 0));
  let n = 0;
  for (const { start, length } of columns) {
    starts.set(start.subarray(0, length), n);
    n += length;
  }
  starts.sort();
  let kept = 0;
  for (let i = 0; i < n; i++) if (i === 0 || starts[i] !== starts[i - 1]) starts[kept++] = starts[i];
  return starts.subarray(0, kept);
}
