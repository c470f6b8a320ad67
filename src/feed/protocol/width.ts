/**
 * Returns log2 of the width of buckets with which steps `first` to `last` fill at most `2 * points` of them: the least such power
 * of two. It depends on the data alone, so a page opened late gets the buckets that one opened early has.
 */
export function widthFor(first: number, last: number, points: number): number {
  let shift = 0;
  while ((last >> shift) - (first >> shift) + 1 > 2 * points) shift++;
  return shift;
}
