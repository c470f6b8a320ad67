// A series from the feed as points to draw, without copying where a bucket is one step.

const cache = new WeakMap();

/**
 * `{ x, y, length }`: where buckets hold several steps, each gives its least, its largest and its last reading in order of
 * their steps, so that no spike is hidden. What is not finite breaks the line (NaN).
 */
export function pointsOf(series) {
  const known = cache.get(series);
  if (known?.version === series.version) return known;
  const points = { version: series.version, ...(series.width === 1 ? asTheyAre(series) : spread(series)) };
  cache.set(series, points);
  return points;
}

const asTheyAre = ({ lastStep, last, length }) => ({ x: lastStep, y: last, length });

function spread(series) {
  const { length, min, max, last, minStep, maxStep, lastStep, broken } = series;
  const x = new Float64Array(4 * length);
  const y = new Float64Array(4 * length);
  let n = 0;
  const put = (step, value) => {
    if (n > 0 && x[n - 1] === step && y[n - 1] === value) return;
    x[n] = step;
    y[n++] = value;
  };
  for (let i = 0; i < length; i++) {
    const isFinite = Number.isFinite(min[i]);
    if (broken[i] > 0) put(series.start[i], NaN);
    if (!isFinite) continue;
    const minFirst = minStep[i] <= maxStep[i];
    put(minFirst ? minStep[i] : maxStep[i], minFirst ? min[i] : max[i]);
    put(minFirst ? maxStep[i] : minStep[i], minFirst ? max[i] : min[i]);
    put(lastStep[i], Number.isFinite(last[i]) ? last[i] : NaN);
  }
  return { x, y, length: n };
}

/** First index whose x is at least `value`; `length` if none is. */
export function indexAt({ x, length }, value) {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
