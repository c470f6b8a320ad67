import { formatNumber, formatPercent, formatPercentTick, formatSetting } from "./numbers.ts";

/** A value of a hyper-parameter. */
export type SettingValue = number | string | boolean;

/** What the seeds of one setting of a sweep came to in one number: mean, least and largest. */
export interface SeedRange {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** One setting of a sweep with what its seeds came to. */
export interface SweepSetting {
  readonly arm: string;
  readonly hyper: Readonly<Record<string, SettingValue>>;
  /** Trials of it, and those of them that diverged: their numbers are not in `values`. */
  readonly trials: number;
  readonly diverged: number;
  /** Absent where no seed has a number that is finite. */
  readonly values: SeedRange | undefined;
}

/** Columns of the view `sweep_setting` that numbers are in, each with `_low` and `_high`. */
export const SWEEP_METRICS = {
  test_accuracy: "Test accuracy",
  final_loss: "Final loss",
  final_train_accuracy: "Final training accuracy",
} as const;
/** A number that a sweep is drawn by. */
export type SweepMetric = keyof typeof SWEEP_METRICS;

/** How a number that a sweep is drawn by is named and written; `isMax`: high is good. */
export interface SweepMeasure {
  readonly name: string;
  readonly isMax: boolean;
  readonly write: (value: number) => string;
  /** Absent where axes label it as they do any number. */
  readonly writeTick?: (value: number) => string;
}

/** Tells how a number that a sweep is drawn by is named and written: accuracies as shares. */
export const sweepMeasure = (metric: SweepMetric): SweepMeasure => {
  const name = SWEEP_METRICS[metric];
  return metric === "final_loss"
    ? { name, isMax: false, write: formatNumber }
    : { name, isMax: true, write: formatPercent, writeTick: formatPercentTick };
};

/** Writes the settings of a trial: `learningRate 0.1, width 8`. */
export const sweptText = (hyper: SweepSetting["hyper"], keys = Object.keys(hyper)): string =>
  keys.map((key) => `${key} ${formatSetting(hyper[key])}`).join(", ");

/** Writes the SQL that gives the settings of a sweep, as `sweepSetting` reads its rows. */
export const settingsSql = (sweepId: string): string =>
  `SELECT arm, hyper::VARCHAR AS hyper, trials, diverged, COLUMNS('^(test_accuracy|final_)')
FROM sweep_setting WHERE sweep_id = '${sweepId.replaceAll("'", "''")}'`;

/** Reads a row of `settingsSql`. */
export function sweepSetting(row: Readonly<Record<string, unknown>>, metric: SweepMetric): SweepSetting {
  const [mean, low, high] = [metric, `${metric}_low`, `${metric}_high`].map((name) => numberOf(row[name]));
  const isKnown = [mean, low, high].every(Number.isFinite);
  return {
    arm: String(row["arm"]),
    hyper: JSON.parse(String(row["hyper"])) as SweepSetting["hyper"],
    trials: Number(row["trials"]),
    diverged: Number(row["diverged"]),
    values: isKnown ? { mean: mean!, low: low!, high: high! } : undefined,
  };
}

const numberOf = (value: unknown): number => (value === null || value === undefined ? NaN : Number(value));

/** A hyper-parameter in which settings differ. */
export interface SweptKey {
  readonly key: string;
  /** Its values in their order: numbers ascending, others as they come. */
  readonly values: readonly SettingValue[];
  readonly isNumeric: boolean;
  /** Its values are spaced evenly in the logarithm rather than as they are. */
  readonly isLog: boolean;
}

/** Lists the hyper-parameters in which settings differ. */
export function sweptKeys(settings: readonly SweepSetting[]): readonly SweptKey[] {
  const keys = [...new Set(settings.flatMap(({ hyper }) => Object.keys(hyper)))];
  return keys.flatMap((key): SweptKey[] => {
    const given = [...new Set(settings.flatMap(({ hyper }) => hyper[key] ?? []))];
    if (given.length < 2) return [];
    const numbers = given.filter((value): value is number => typeof value === "number").sort((a, b) => a - b);
    if (numbers.length < given.length) return [{ key, values: given, isNumeric: false, isLog: false }];
    return [{ key, values: numbers, isNumeric: true, isLog: isLogSpaced(numbers) }];
  });
}

/** Tells whether ascending numbers lie more evenly on a logarithmic axis: all are positive, over a factor of five and more. */
export function isLogSpaced(ascending: readonly number[]): boolean {
  const [least = 0, most = 0] = [ascending[0], ascending.at(-1)];
  if (!(least > 0) || most / least < 5) return false;
  return unevenness(ascending.map(Math.log)) < unevenness(ascending);
}

/** Largest of the gaps between neighbours, as a share of all. */
function unevenness(values: readonly number[]): number {
  const gaps = values.slice(1).map((value, i) => value - values[i]!);
  return Math.max(...gaps) / (values.at(-1)! - values[0]!);
}
