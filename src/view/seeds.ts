/** What one seed read, in buckets of a power-of-two width. */
export interface SeedColumns {
  /** First step of each bucket, and where its point stands. */
  readonly start: Float64Array;
  readonly x: Float64Array;
  readonly mid: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly length: number;
  readonly width: number;
}

/** Several seeds as one line. */
export interface OverSeeds {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly length: number;
  readonly width: number;
}

/**
 * Merges several seeds into one line: at each bucket the mean over the seeds that have it (NaN as soon as one is not
 * finite), and the range from least to largest. Seeds with finer buckets are merged into the coarsest, so that the mean
 * is over the same steps.
 */
export function overSeeds(columns: readonly SeedColumns[]): OverSeeds {
  const width = Math.max(...columns.map((column) => column.width));
  const all = columns.map((column) => coarsen(column, width));
  const starts = mergedStarts(all);
  const n = starts.length;
  const [x, y, low, high] = [new Float64Array(n), new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  const at = new Uint32Array(all.length);
  for (let k = 0; k < n; k++) {
    let [sum, part, count, least, largest, last] = [0, 0, 0, Infinity, -Infinity, -Infinity];
    for (let c = 0; c < all.length; c++) {
      const i = at[c]!;
      const column = all[c]!;
      if (i >= column.length || column.start[i] !== starts[k]) continue;
      at[c]!++;
      count++;
      sum += column.mid[i]!;
      part += column.mid[i]! / all.length;
      if (column.low[i]! < least) least = column.low[i]!;
      if (column.high[i]! > largest) largest = column.high[i]!;
      if (column.x[i]! > last) last = column.x[i]!;
    }
    x[k] = last;
    // The sum of numbers may be more than a number holds, that of their parts is not.
    y[k] = Number.isFinite(sum) ? sum / count : part * (all.length / count);
    low[k] = least <= largest ? least : NaN;
    high[k] = least <= largest ? largest : NaN;
  }
  return { x, y, low, high, length: n, width };
}

function coarsen(column: SeedColumns, width: number): SeedColumns {
  if (column.width === width) return column;
  const make = (): Float64Array => new Float64Array(column.length);
  const out = { width, start: make(), x: make(), mid: make(), low: make(), high: make() };
  let length = 0;
  for (let i = 0; i < column.length; i++) {
    const start = Math.floor(column.start[i]! / width) * width;
    const same = length > 0 && out.start[length - 1] === start;
    const k = same ? length - 1 : length++;
    out.start[k] = start;
    out.x[k] = column.x[i]!;
    out.mid[k] = column.mid[i]!;
    out.low[k] = same ? Math.min(out.low[k]!, column.low[i]!) : column.low[i]!;
    out.high[k] = same ? Math.max(out.high[k]!, column.high[i]!) : column.high[i]!;
  }
  return { ...out, length };
}

function mergedStarts(columns: readonly SeedColumns[]): Float64Array {
  const starts = new Float64Array(columns.reduce((sum, { length }) => sum + length, 0));
  let n = 0;
  for (const { start, length } of columns) {
    starts.set(start.subarray(0, length), n);
    n += length;
  }
  starts.sort();
  let kept = 0;
  for (let i = 0; i < n; i++) if (i === 0 || starts[i] !== starts[i - 1]) starts[kept++] = starts[i]!;
  return starts.subarray(0, kept);
}
