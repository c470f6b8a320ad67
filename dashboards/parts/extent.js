import { indexAt } from "./points.js";

/**
 * Least and largest finite value drawn between two x, and in `before`; on a logarithmic axis, of those above zero.
 */
export function extentOf({ lines = [], cells, rules = [] }, [from, to], log, before = [Infinity, -Infinity]) {
  let [low, high] = before;
  const take = (value) => {
    if (!(value > (log ? 0 : -Infinity)) || value === Infinity) return;
    if (value < low) low = value;
    if (value > high) high = value;
  };
  for (const line of lines) {
    const end = Math.min(line.length, indexAt(line, to) + 1);
    for (const column of line.y ? [line.y, line.low, line.high] : [line.low, line.high]) {
      if (!column) continue;
      for (let i = Math.max(0, indexAt(line, from) - 1); i < end; i++) take(column[i]);
    }
  }
  for (const { value, inRange } of rules) if (inRange !== false) take(value);
  if (cells) {
    for (let i = 0; i < cells.length; i++) {
      take(cells.y0[i]);
      take(cells.y1[i]);
    }
  }
  return [low, high];
}

/** Least and largest x drawn. */
export function spanOf({ lines = [], cells }) {
  let [low, high] = [Infinity, -Infinity];
  for (const { x, length } of lines) {
    if (length === 0) continue;
    low = Math.min(low, x[0]);
    high = Math.max(high, x[length - 1]);
  }
  if (cells) {
    for (let i = 0; i < cells.length; i++) {
      low = Math.min(low, cells.x0[i]);
      high = Math.max(high, cells.x1[i]);
    }
  }
  return low <= high ? [low, high] : undefined;
}
