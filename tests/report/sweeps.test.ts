import { expect, it } from "vitest";
import { reportHtml } from "../../src/report/html.ts";
import { drawnSweeps, type ReportedSweep } from "../../src/report/sweeps.ts";
import type { SettingRow } from "../../src/view/sweep-drawings.ts";
import { paperReport } from "../fixtures/report.ts";

const row = (arm: string, learningRate: number): SettingRow => ({
  arm,
  hyper: JSON.stringify({ learningRate }),
  trials: 1,
  diverged: 0,
  final_loss: 0.5,
  final_loss_low: 0.4,
  final_loss_high: 0.6,
});
const sweep: ReportedSweep = {
  sweepId: "s",
  experiment: "e",
  state: "completed",
  settings: ["batchNorm", "standard"].flatMap((arm) => [row(arm, 0.1), row(arm, 1)]),
  arms: { standard: 0, batchNorm: 1 },
};

it("have arms in the order and the colours of the figures beside them", () => {
  const [drawn] = drawnSweeps([sweep]);
  expect(drawn!.keys.map(({ label, ink }) => [label, ink])).toEqual([
    ["standard", { place: 0 }],
    ["batchNorm", { place: 1 }],
  ]);
});

it("are in the contents where any has a result", () => {
  const of = (sweeps: readonly ReportedSweep[]) =>
    reportHtml({ ...paperReport(), sweeps }, new Date(0), ({ figure }) => figure.id);
  expect(of([sweep])).toMatch(/<nav [^]*<a href="#sweeps">Sweeps<\/a>[^]*<\/nav>[^]*<section id="sweeps">/);
  expect(of([{ ...sweep, settings: [] }])).not.toContain("#sweeps");
});
