// Histograms as what charts draw: columns over the steps, ridges over the values, or one step's of several arms.

import { formatNumber } from "../../view/numbers.ts";
import { stepColour } from "../../view/palette.ts";
import { evenly, MOST_RIDGES } from "../../view/ridge-layout.ts";
import { type Ends, extent, NOTHING } from "../../view/scale.ts";
import { Cells, type Content, type Line } from "./content.ts";
import type { Curve } from "./curve.ts";
import { addColumns, type HistogramStep } from "./histogram-column.ts";

/** The height of the highest ridge, as part of all of them. */
const TALLEST = 0.3;

/** Finds the least and the largest value that histograms have counted. */
export const valuesIn = (records: readonly HistogramStep[]): Ends =>
  records.reduce<Ends>((ends, { lo, hi }) => extent([lo, hi], false, ends), NOTHING);

/** Finds the record of the last step at or before one; without any, the first. */
export const recordAt = <R extends HistogramStep>(records: readonly R[], step = Infinity): R | undefined =>
  records.findLast((one) => one.step <= step) ?? records[0];

/** Makes columns over the steps, of which the run has made so many. */
export function columns(records: readonly HistogramStep[], curve: Curve, made: number): Content {
  const most = records.reduce((sum, { counts }) => sum + counts.length, 0);
  const cells = new Cells(most, { curve, place: curve.place });
  addColumns(cells, records, made);
  return { cells, describe: (x) => describe(recordAt(records, x)) };
}

/** Makes the share of the values per unit of value at the middle of each bin, and zero at both ends. */
function density({ lo, hi, counts }: HistogramStep): { x: Float64Array; y: Float64Array; length: number } {
  const all = Array.from(counts);
  const bin = (hi - lo) / all.length || 1e-9;
  const total = all.reduce((sum, count) => sum + count, 0) || 1;
  const x = Float64Array.from([lo, ...all.map((_, i) => lo + (i + 0.5) * bin), hi]);
  const y = Float64Array.from([0, ...all.map((count) => count / total / bin), 0]);
  return { x, y, length: x.length };
}

/** Makes one arm's ridges, the first step at the top, early ones blue and late ones red; the step chosen is filled. */
export function ridges(all: readonly HistogramStep[], curve: Curve, chosen: number | undefined): Content {
  const records = evenly(all, MOST_RIDGES);
  const shapes = records.map(density);
  const [, peak] = shapes.reduce<Ends>((ends, { y }) => extent(y, false, ends), NOTHING);
  const marked = recordAt(all, chosen);
  const drawn = records.flatMap((record, i): Line[] => {
    const { x, y, length } = shapes[i]!;
    const share = records.length > 1 ? i / (records.length - 1) : 1;
    const base = (1 - TALLEST) * (1 - share);
    const high = y.map((value) => base + (TALLEST * value) / peak);
    const common = { curve, stat: `step ${record.step}`, colour: stepColour(share), x, length };
    const line: Line = { ...common, kind: "line", y: high, thin: true };
    const band: Line = { ...common, kind: "band", low: x.map(() => base), high, strong: record === marked };
    return [band, line];
  });
  const steps = `from step ${formatNumber(records[0]?.step)} at the top to ${formatNumber(records.at(-1)?.step)} below`;
  return {
    lines: drawn,
    axes: { y: { domain: [0, 1], ticks: [] } },
    describe: () => `${steps}; at step ${formatNumber(marked?.step)} ${describe(marked)}`,
  };
}

/** Makes the density of each arm at the step chosen. */
export function overlay(
  arms: readonly (readonly [Curve, readonly HistogramStep[]])[],
  chosen: number | undefined,
): Content {
  const lines = arms.flatMap(([curve, records]): Line[] => {
    const record = recordAt(records, chosen);
    return record ? [{ curve, kind: "line", stat: `step ${record.step}`, ...density(record) }] : [];
  });
  return { lines, describe: () => lines.map(({ curve, stat }) => `${curve.name} at ${stat}`).join(", ") };
}

/** Describes one histogram in words: its range, and where the middle half of its values lies. */
function describe(record: HistogramStep | undefined): string {
  if (!record) return "";
  const { lo, hi, counts } = record;
  const all = Array.from(counts);
  const total = all.reduce((sum, count) => sum + count, 0);
  const quantile = (share: number): number => {
    let seen = 0;
    const bin = all.findIndex((count) => (seen += count) >= share * total);
    return lo + ((bin + 0.5) * (hi - lo)) / all.length;
  };
  return `from ${formatNumber(lo)} to ${formatNumber(hi)}, middle half ${formatNumber(quantile(0.25))} to ${formatNumber(quantile(0.75))}`;
}
