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
