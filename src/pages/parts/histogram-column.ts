import type { Cells } from "./content.ts";

interface HistogramStep {
  readonly step: number;
  readonly lo: number;
  readonly hi: number;
  readonly counts: ArrayLike<number>;
}

/** Adds one histogram as cells from its step to the next record's; shades go by the root of a bin's share, to show tails. */
export function addColumn(
  cells: Cells,
  { step, lo, hi, counts }: HistogramStep,
  records: readonly HistogramStep[],
  i: number,
): void {
  const next = records[i + 1]?.step ?? step + (i > 0 ? step - records[i - 1]!.step : 1);
  const width = (hi - lo) / counts.length || 1e-9;
  const all = Array.from(counts);
  const most = Math.max(...all);
  all.forEach((count, bin) => {
    if (count === 0) return;
    cells.add([step, next], [lo + bin * width, lo + (bin + 1) * width], count, Math.sqrt(count / most));
  });
}
