import type { Ends } from "./scale.ts";

/** Points of a line by x; the arrays may be longer than `length`. A y that is not finite is a gap. */
export interface Points {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly length: number;
}

/** Gives the first index whose x is at least `value`; `length` if none is. */
export function indexAt({ x, length }: Pick<Points, "x" | "length">, value: number): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Gives the first index, and the one behind the last, of points between two x and one further on either side. */
export function indicesIn(points: Pick<Points, "x" | "length">, [from, to]: Ends): Ends {
  return [Math.max(0, indexAt(points, from) - 1), Math.min(points.length, indexAt(points, to) + 1)];
}
