// What an x axis may count besides steps.

import type { RunState, Series } from "../../feed/client/index.ts";
import { formatNumber, formatWhole } from "../../view/numbers.ts";
import type { Ends } from "../../view/scale.ts";

/** A rising function from steps. */
export type FromSteps = (step: number) => number;

export interface XAxis {
  readonly label: string;
  readonly format: (value: number) => string;
  /** Runs differ in it: no mean over them. */
  readonly perRun?: boolean;
  /** What runs must have for it, in words. */
  readonly wants: string;
  /** Of a run; undefined where its settings do not say. `clocks` are its times by run. */
  readonly of: (run: RunState, clocks: ReadonlyMap<string, Series>) => FromSteps | undefined;
}

/** Names of settings, the first that a run has counts. */
const SIZES = ["size", "batchSize", "examples"];
const IMAGES = ["images", "examples"];
const settingOf = ({ hyper }: RunState, names: readonly string[]): number =>
  Number(names.map((name) => hyper[name]).find((value) => value !== undefined));
/** Examples per step: minibatches, or the whole set where the pipeline says so. */
const sizeOf = (run: RunState): number => settingOf(run, SIZES);
const imagesOf = (run: RunState): number => settingOf(run, IMAGES);
const times = (factor: number): FromSteps | undefined =>
  Number.isFinite(factor) ? (step) => step * factor : undefined;

const oneOf = (names: readonly string[]): string => `a setting ${names.join(" or ")}`;
const STEP: XAxis = { label: "step", format: formatWhole, wants: "nothing", of: () => (step) => step };
const AXES: Readonly<Record<string, XAxis>> = {
  step: STEP,
  samples: { label: "samples seen", format: formatWhole, wants: oneOf(SIZES), of: (run) => times(sizeOf(run)) },
  epoch: {
    label: "epoch",
    format: formatNumber,
    wants: `${oneOf(SIZES)}, and ${oneOf(IMAGES)}`,
    of: (run) => times(sizeOf(run) / imagesOf(run)),
  },
  time: {
    label: "training time, seconds",
    format: formatNumber,
    perRun: true,
    wants: "recorded times",
    of: (run, clocks) => clockOf(clocks.get(run.runId)),
  },
};

/** Names and labels of the axes. */
export const X_AXES: readonly (readonly [string, string])[] = Object.entries(AXES).map(([name, { label }]) => [
  name,
  label,
]);

/** Returns the axis of a name, by default steps. */
export const xAxis = (name: string | undefined): XAxis => AXES[name ?? ""] ?? STEP;

/**
 * Maps steps to time: evenly between the times recorded, before the first and after the last at the same pace as there.
 */
function clockOf(series: Series | undefined): FromSteps | undefined {
  if (!series || series.length === 0) return undefined;
  const { lastStep: x, last: y, length } = series;
  return (step) => {
    let i = 0;
    while (i < length - 1 && x[i]! < step) i++;
    const [x0, y0] = i > 0 ? [x[i - 1]!, y[i - 1]!] : [-1, 0];
    const pace = (y[i]! - y0) / Math.max(1, x[i]! - x0);
    return Math.max(0, y0 + pace * (step - x0)) / 1000;
  };
}

/** Finds the least step whose x is at least `value`, by halving. */
function stepAt(toX: FromSteps, value: number, most: number): number {
  let [low, high] = [0, most];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (toX(middle) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How the steps of a run lie on an axis. */
export interface RunOnAxis {
  readonly toX: FromSteps;
  /** That it is to make. */
  readonly steps: number;
}

/** Returns where steps lie on an axis: the widest over runs; undefined without any. */
export const widestOf = (runs: readonly RunOnAxis[], [from, to]: Ends): Ends | undefined =>
  runs.length === 0
    ? undefined
    : [Math.min(...runs.map(({ toX }) => toX(from))), Math.max(...runs.map(({ toX }) => toX(to)))];

/** Returns the steps that lie within a part of an axis: the widest over runs; undefined without any. */
export const stepsWithin = (runs: readonly RunOnAxis[], [from, to]: Ends): Ends | undefined =>
  runs.length === 0
    ? undefined
    : [
        Math.min(...runs.map(({ toX, steps }) => stepAt(toX, from, steps))),
        Math.max(...runs.map(({ toX, steps }) => stepAt(toX, to, steps))),
      ];
