const BARS = "▁▂▃▄▅▆▇█";

/** Draws values as a row of bars, the least as the lowest; `×` where one is not finite. */
export function sparkline(values: readonly number[]): string {
  const finite = values.filter(Number.isFinite);
  const [min, max] = [Math.min(...finite), Math.max(...finite)];
  const height = (value: number) => (max > min ? Math.round(((value - min) / (max - min)) * (BARS.length - 1)) : 0);
  return values.map((value) => (Number.isFinite(value) ? BARS[height(value)]! : "×")).join("");
}
