// Layer by step: each cell is the mean over seeds of what one layer read.

import type { Series } from "../../feed/client/index.ts";
import { grouped } from "../../view/grouped.ts";
import { formatNumber } from "../../view/numbers.ts";
import { type Ends, extent, NOTHING } from "../../view/scale.ts";
import { type OverSeeds, overSeeds } from "../../view/seeds.ts";
import { Cells, type Content } from "./content.ts";
import type { Curve } from "./curve.ts";
import { cellEnd } from "./histogram-column.ts";
import { layerText } from "./layer-names.ts";
import { seriesColumns } from "./series-columns.ts";

interface Row extends OverSeeds {
  readonly layer: number;
}

interface HeatOptions {
  /** Colours by powers of ten. */
  readonly log: boolean;
  /** Of the colours. */
  readonly ends: Ends;
  /** That it is of. */
  readonly curve?: Curve | undefined;
  /** The steps that its runs have made. */
  readonly until?: number;
  /** Of layers, where they are known. */
  readonly names?: ReadonlyMap<number, string>;
}

/** Makes content of a chart from series of one stat of one arm. */
export function layerHeat(
  series: readonly Series[],
  { log, ends, curve, until = Infinity, names = new Map() }: HeatOptions,
): Content & { names: number[] } {
  const layers = [
    ...grouped(
      series.filter(({ layer, length }) => layer !== null && length > 0),
      ({ layer }) => layer!,
    ),
  ];
  layers.sort(([a], [b]) => a - b);
  const rows = layers.map(([layer, members]): Row => ({
    layer,
    ...overSeeds(members.map((one) => seriesColumns(one))),
  }));
  const [low, high] = log ? [Math.log10(ends[0]), Math.log10(ends[1])] : ends;
  const share = (value: number): number => ((log ? Math.log10(value) : value) - low) / (high - low || 1);
  const cells = new Cells(
    rows.reduce((sum, row) => sum + row.length, 0),
    { ...(curve && { curve }), layers: layers.map(([layer]) => layer) },
  );
  rows.forEach(({ x, y, length }, i) => {
    for (let k = 0; k < length; k++) {
      const [from, value] = [x[k]!, y[k]!];
      const to = cellEnd(x, k, length, until);
      const shade = Number.isFinite(value) ? Math.min(1, Math.max(0, share(value))) : 0;
      cells.add([from, to], [i + 0.5, i + 1.5], value, shade);
    }
  });
  return { cells, names: layers.map(([layer]) => layer), describe: (at) => described(rows, names, at) };
}

/** Writes what a legend says of one column: the layers with the least and the largest value. */
function described(rows: readonly Row[], names: ReadonlyMap<number, string>, at: number | undefined): string {
  const values = rows.flatMap(({ layer, x, y, length }) => {
    let k = length - 1;
    while (k > 0 && at !== undefined && x[k]! > at) k--;
    return Number.isFinite(y[k]) ? [{ layer, value: y[k]! }] : [];
  });
  if (values.length === 0) return "no finite values";
  const by = values.sort((a, b) => a.value - b.value);
  const [least, most] = [by[0]!, by.at(-1)!];
  return `least in layer ${layerText(least.layer, names)}: ${formatNumber(least.value)}, largest in layer ${layerText(most.layer, names)}: ${formatNumber(most.value)}`;
}

/** Finds the ends of the colours of rows of values. */
export function endsOf(rows: readonly { readonly y: Float64Array; readonly length: number }[], log: boolean): Ends {
  const ends = rows.reduce<Ends>((before, { y, length }) => extent(y, log, before, 0, length), NOTHING);
  return ends[0] <= ends[1] ? ends : log ? [0.1, 1] : [0, 1];
}
