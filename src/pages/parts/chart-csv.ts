import type { Content } from "./content.ts";
import { csvOf } from "./csv.ts";
import type { Curve } from "./curve.ts";

const TEXT = ["kind", "curve", "arm", "run", "seeds", "stat", "layer", "distance"] as const;

/**
 * Writes what a chart draws as CSV, a row per point of a line or cell of a heat map, with what is said of all of it in the
 * last column. Cells reach up to `until`; of those whose rows are no layers, low and high are ends of values.
 */
export function chartCsv({ lines = [], cells }: Content, xLabel: string, source: string): string {
  const until = cells ? ["until"] : [];
  const columns = [...TEXT, xLabel, ...until, "value", "low", "high", "source"].map((name) => ({
    name,
    type: "VARCHAR",
  }));
  const headOf = (curve: Curve, runId?: string) => {
    const seeds = curve.runs.filter((run) => runId === undefined || run.runId === runId).map(({ seed }) => seed);
    return [curve.name, curve.arm, runId ?? null, [...new Set(seeds)].join(" ")];
  };
  const ofLines = lines.flatMap(({ kind, curve, runId, stat, layer, distance, x, y, low, high, length }) => {
    const head = [kind, ...headOf(curve, runId), stat, layer, distance];
    return Array.from({ length }, (_, i) => [
      ...head,
      x[i],
      ...until.map(() => null),
      y?.[i],
      low?.[i],
      high?.[i],
      source,
    ]);
  });
  const ofCells = Array.from({ length: cells?.length ?? 0 }, (_, i) => {
    const { x0, x1, y0, y1, value, of } = cells!;
    const head = of.curve ? headOf(of.curve) : [null, null, null, null];
    const ends = of.layers ? [null, null] : [y0[i], y1[i]];
    return ["cell", ...head, null, of.layers?.[Math.floor(y0[i]!)], null, x0[i], x1[i], value[i], ...ends, source];
  });
  return csvOf({ columns, rows: [...ofLines, ...ofCells] });
}
