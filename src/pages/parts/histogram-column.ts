import type { Cells } from "./content.ts";

/** One step's histogram. */
export interface HistogramStep {
  readonly step: number;
  readonly lo: number;
  readonly hi: number;
  readonly counts: ArrayLike<number>;
}

/**
 * Returns where the cell of record `i` ends: at the next record's step; the last, as far on as the one before is long,
 * yet not past `end`, the steps that the run has made.
 */
export function cellEnd(steps: ArrayLike<number>, i: number, length: number, end: number): number {
  const step = steps[i]!;
  if (i + 1 < length) return steps[i + 1]!;
  return Math.max(step + 1, Math.min(end, i > 0 ? 2 * step - steps[i - 1]! : step + 1));
}

/** Adds histograms as columns of cells; shades go by the root of a bin's share, to show tails. */
export function addColumns(cells: Cells, records: readonly HistogramStep[], end: number): void {
  const steps = records.map(({ step }) => step);
  records.forEach(({ step, lo, hi, counts }, i) => {
    const ends = [step, cellEnd(steps, i, steps.length, end)] as const;
    const width = (hi - lo) / counts.length || 1e-9;
    const all = Array.from(counts);
    const most = Math.max(...all);
    all.forEach((count, bin) => {
      if (count === 0) return;
      cells.add(ends, [lo + bin * width, lo + (bin + 1) * width], count, Math.sqrt(count / most));
    });
  });
}
