import type { Content, Line } from "./content.ts";

/** What is drawn, for tests and scripts: columns hold what is finite. */
export interface DrawnItem {
  readonly panel: string;
  readonly kind: Line["kind"] | "cells" | "rule";
  readonly [column: string]: unknown;
}

/** Lists the lines of a chart as they are drawn, without what is not finite. */
export function drawnLines(panel: string, { lines = [], cells, rules = [] }: Content): DrawnItem[] {
  const plain = lines.map(({ kind, curve, runId, stat, layer, distance, x, y, low, high, length }) => {
    const shown = y ?? high;
    const kept = Array.from({ length }, (_, i) => i).filter((i) => Number.isFinite(shown?.[i]));
    const column = (values: Float64Array | undefined): number[] | undefined => values && kept.map((i) => values[i]!);
    return {
      panel,
      kind,
      name: stat,
      arm: curve.arm,
      curve: curve.name,
      runId,
      layer,
      distance,
      steps: column(x),
      values: column(y),
      low: column(low),
      high: column(high),
    };
  });
  const boxes = (["x0", "y0", "y1", "value"] as const).map((key) => [
    key,
    cells && Array.from(cells[key].subarray(0, cells.length)),
  ]);
  return [
    ...plain,
    ...(cells ? [{ panel, kind: "cells" as const, ...(Object.fromEntries(boxes) as object) }] : []),
    ...rules.map(({ value, label }) => ({ panel, kind: "rule" as const, name: label, values: [value] })),
  ];
}
