import { counted } from "./numbers.ts";
import type { Sketch } from "./shapes.ts";
import { sweepParallel } from "./sweep-parallel.ts";
import { sweepRates } from "./sweep-rates.ts";
import { sweepScatter } from "./sweep-scatter.ts";
import { SWEEP_METRICS, sweepMeasure, sweepSetting, sweptKeys, type SweepMetric } from "./sweep-settings.ts";

/** A row of `settingsSql`. */
export type SettingRow = Readonly<Record<string, unknown>>;

/** One drawing of a sweep. */
export interface SweepDrawing {
  readonly id: string;
  readonly title: string;
  /** A sentence; `**which way is good**` stands out. */
  readonly what: string;
  readonly wide: boolean;
  readonly draw: (width: number) => Sketch;
}

/** How a sweep is drawn. */
export interface SweepLook {
  readonly metric: SweepMetric;
  /** Places of arms among the colours. */
  readonly places: ReadonlyMap<string, number>;
  /** Accuracy from which on a setting counts as trained. */
  readonly reach: number;
}

/** Lists the numbers that any setting of a sweep has, in the order in which they are shown. */
export const metricsOf = (rows: readonly SettingRow[]): readonly SweepMetric[] =>
  (Object.keys(SWEEP_METRICS) as SweepMetric[]).filter((metric) =>
    rows.some((row) => sweepSetting(row, metric).values !== undefined),
  );

/** Draws a sweep: one drawing per hyper-parameter, the learning rates that train, and all at once where there are several. */
export function sweepDrawings(rows: readonly SettingRow[], { metric, places, reach }: SweepLook): SweepDrawing[] {
  const settings = rows.map((row) => sweepSetting(row, metric));
  const measure = sweepMeasure(metric);
  const { name, isMax } = measure;
  const shown = settings.filter(({ values }) => values !== undefined);
  if (shown.length === 0) return [];
  const keys = sweptKeys(settings);
  const good = `**${isMax ? "High" : "Low"} is good**, and so is a short bar: the seeds agree.`;
  const scatters = keys.map((swept): SweepDrawing => ({
    id: `sweep-${swept.key}`,
    title: `${name} against ${swept.key}`,
    what: `A dot per setting, the mean of its seeds, with their range; the line goes through the means. ${good}`,
    wide: false,
    draw: (width) => sweepScatter(swept, measure, settings, places, width),
  }));
  const parallel: SweepDrawing = {
    id: "sweep-parallel",
    title: "All hyper-parameters at once",
    what: `A line per setting, ${counted(shown.length, "setting")}, to what it came to on the right; the best tenth of each arm stands out. **Where the best lines meet, a value matters.**`,
    wide: true,
    draw: (width) => sweepParallel(measure, settings, places, width),
  };
  const accuracy = metricsOf(rows).find((one) => one !== "final_loss");
  const reached = accuracy === undefined ? [] : rows.map((row) => sweepSetting(row, accuracy));
  const isRated = sweepRates(reached, reach, places, 400) !== undefined;
  const rates: SweepDrawing = {
    id: "sweep-rates",
    title: `Learning rates that reach ${Math.round(100 * reach)} %`,
    what: "Every learning rate that was tried, filled where a setting of the arm reaches that accuracy in the mean of its seeds. **A long bar is good**: the paper says that BatchNorm’s is longer (claim C20).",
    wide: false,
    draw: (width) => sweepRates(reached, reach, places, width)!,
  };
  return [...scatters, ...(isRated ? [rates] : []), ...(keys.length > 1 ? [parallel] : [])];
}
