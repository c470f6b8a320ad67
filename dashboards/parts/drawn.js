/** For tests and scripts: the lines of a chart as they are drawn, without what is not finite. */
export function drawnLines(panel, { lines = [], cells, rules = [] }) {
  const plain = lines.map(({ kind, curve, runId, stat, layer, distance, x, y, low, high, length }) => {
    const kept = Array.from({ length }, (_, i) => i).filter((i) => Number.isFinite((y ?? high)[i]));
    const column = (values) => values && kept.map((i) => values[i]);
    return {
      ...{ panel, kind, name: stat, arm: curve?.arm, curve: curve?.name, runId, layer, distance },
      ...{ steps: column(x), values: column(y), low: column(low), high: column(high) },
    };
  });
  const boxes =
    cells && ["x0", "y0", "y1", "value"].map((key) => [key, Array.from(cells[key].subarray(0, cells.length))]);
  return [
    ...plain,
    ...(cells ? [{ panel, kind: "cells", ...Object.fromEntries(boxes) }] : []),
    ...rules.map(({ value, label }) => ({ panel, kind: "rule", name: label, values: [value] })),
  ];
}
