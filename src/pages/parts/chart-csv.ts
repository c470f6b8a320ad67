import type { Content } from "./content.ts";
import { csvOf } from "./csv.ts";

const TEXT = ["kind", "curve", "arm", "run", "seeds", "stat", "layer", "distance"] as const;

/**
 * Writes what a chart draws as CSV, a row per point of a line or cell of a heat map, with what is said of all of it in the
 * last column.
 */
export function chartCsv({ lines = [], cells }: Content, xLabel: string, source: string): string {
  const columns = [...TEXT, xLabel, "value", "low", "high", "source"].map((name) => ({ name, type: "VARCHAR" }));
  const ofLines = lines.flatMap(({ kind, curve, runId, stat, layer, distance, x, y, low, high, length }) => {
    const seeds = curve.runs.filter((run) => runId === undefined || run.runId === runId).map(({ seed }) => seed);
    const head = [kind, curve.name, curve.arm, runId ?? null, [...new Set(seeds)].join(" "), stat, layer, distance];
    return Array.from({ length }, (_, i) => [...head, x[i], y?.[i], low?.[i], high?.[i], source]);
  });
  const ofCells = Array.from({ length: cells?.length ?? 0 }, (_, i) => {
    const { x0, y0, y1, value } = cells!;
    return ["cell", null, null, null, null, null, null, null, x0[i], value[i], y0[i], y1[i], source];
  });
  return csvOf({ columns, rows: [...ofLines, ...ofCells] });
}
