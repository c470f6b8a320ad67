import { expect, it } from "vitest";
import { chartCsv } from "../../src/pages/parts/chart-csv.ts";
import { Cells } from "../../src/pages/parts/content.ts";
import { aState } from "../fixtures/page.ts";

it("is a row per point, with the seeds of its line and what is said of the chart", () => {
  const runs = [0, 1].map((seed) => aState({ runId: `a${seed}`, seed }));
  const curve = { name: "a", arm: "a", place: 0, dash: 0, runs };
  const line = { kind: "line", curve, stat: "loss", x: Float64Array.of(0, 5), y: Float64Array.of(1, NaN), length: 2 } as const; // prettier-ignore
  const text = chartCsv({ lines: [line, { ...line, runId: "a1", length: 1 }] }, "step", "gradstream: a, 2 runs");
  expect(text.split("\r\n")).toEqual([
    "kind,curve,arm,run,seeds,stat,layer,distance,step,value,low,high,source",
    'line,a,a,,0 1,loss,,,0,1,,,"gradstream: a, 2 runs"',
    'line,a,a,,0 1,loss,,,5,NaN,,,"gradstream: a, 2 runs"',
    'line,a,a,a1,1,loss,,,0,1,,,"gradstream: a, 2 runs"',
    "",
  ]);
  const cells = new Cells(1);
  cells.add([0, 5], [1, 2], 7, 1);
  expect(chartCsv({ cells }, "step", "b").split("\r\n").slice(0, 2)).toEqual([
    "kind,curve,arm,run,seeds,stat,layer,distance,step,until,value,low,high,source",
    "cell,,,,,,,,0,5,7,1,2,b",
  ]);
  const layered = new Cells(1, { curve, layers: [2, 8] });
  layered.add([0, 5], [1.5, 2.5], 7, 1);
  expect(chartCsv({ cells: layered }, "step", "b").split("\r\n")[1]).toBe("cell,a,a,,0 1,,8,,0,5,7,,,b");
});
