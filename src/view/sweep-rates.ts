import { formatNumber } from "./numbers.ts";
import { hint, rounded, shape, words, type Shape, type Sketch } from "./shapes.ts";
import { keyAxis } from "./sweep-axes.ts";
import { inkOf } from "./sweep-scatter.ts";
import { sweptKeys, type SweepSetting } from "./sweep-settings.ts";

/** The learning rates at which an arm trains. */
export interface TrainableRange {
  readonly arm: string;
  /** Every rate that was tried, and whether a setting with it reaches the threshold. */
  readonly rates: readonly { readonly rate: number; readonly reaches: boolean }[];
  /** Least and largest that reach it; absent where none does. */
  readonly low?: number;
  readonly high?: number;
}

const ROW = 54;
const MARGIN = { left: 12, right: 14, bottom: 42 };

/** Finds for each arm the learning rates at which the mean over seeds reaches a threshold and none diverges (claim C20 of the paper). */
export function trainableRanges(settings: readonly SweepSetting[], threshold: number): readonly TrainableRange[] {
  const arms = [...new Set(settings.map(({ arm }) => arm))];
  return arms.map((arm): TrainableRange => {
    const own = settings.filter((one) => one.arm === arm && typeof one.hyper["learningRate"] === "number");
    const tried = [...new Set(own.map(({ hyper }) => Number(hyper["learningRate"])))].sort((a, b) => a - b);
    const rates = tried.map((rate) => {
      const there = own.filter(({ hyper }) => hyper["learningRate"] === rate);
      return { rate, reaches: there.some((one) => hasReached(one, threshold)) };
    });
    const reached = rates.filter(({ reaches }) => reaches).map(({ rate }) => rate);
    const [low, high] = [reached[0], reached.at(-1)];
    return { arm, rates, ...(low !== undefined && high !== undefined && { low, high }) };
  });
}

/** A rate at which a seed diverges is not one at which the arm trains. */
const hasReached = ({ values, diverged }: SweepSetting, threshold: number): boolean =>
  diverged === 0 && values !== undefined && values.mean >= threshold;

/** Draws the learning rates at which each arm reaches a threshold: a bar from least to largest, a dot for each that was tried. */
export function sweepRates(
  settings: readonly SweepSetting[],
  threshold: number,
  places: ReadonlyMap<string, number>,
  width: number,
): Sketch | undefined {
  const swept = sweptKeys(settings).find(({ key, isNumeric }) => key === "learningRate" && isNumeric);
  if (!swept) return undefined;
  const ranges = trainableRanges(settings, threshold);
  const right = width - MARGIN.right;
  const bottom = ranges.length * ROW + 8;
  const axis = keyAxis(swept, right - MARGIN.left, "x");
  const xOf = (rate: number) => rounded(MARGIN.left + axis.placeOf(rate) * (right - MARGIN.left));
  const grid = axis.marks.flatMap(({ at, text }) => {
    const x = rounded(MARGIN.left + at * (right - MARGIN.left));
    return [
      shape("line", { x1: x, x2: x, y1: 6, y2: bottom, stroke: "var(--grid)", "stroke-width": 1 }),
      words(text, { x, y: bottom + 16, "text-anchor": "middle" }),
    ];
  });
  const rows = ranges.flatMap((range, i) => rowOf(range, i * ROW, inkOf(places, range.arm), xOf));
  const name = words("learningRate", {
    x: (MARGIN.left + right) / 2,
    y: bottom + 34,
    "text-anchor": "middle",
    fill: "var(--text)",
  });
  const label = ranges.map(rangeText).join("; ");
  return { width, height: bottom + MARGIN.bottom, label, shapes: [...grid, ...rows, name] };
}

function rowOf(range: TrainableRange, top: number, ink: string, xOf: (rate: number) => number): readonly Shape[] {
  const y = top + 36;
  const { low, high, rates } = range;
  const bar =
    low === undefined || high === undefined
      ? []
      : [
          shape("line", {
            x1: xOf(low),
            x2: xOf(high),
            y1: y,
            y2: y,
            stroke: ink,
            "stroke-width": 8,
            "stroke-linecap": "round",
            "stroke-opacity": 0.45,
          }),
        ];
  const dots = rates.map(({ rate, reaches }) =>
    shape(
      "circle",
      { cx: xOf(rate), cy: y, r: 4.5, stroke: ink, "stroke-width": 1.5, fill: reaches ? ink : "var(--panel)" },
      [hint(`${range.arm}, learningRate ${formatNumber(rate)}: ${reaches ? "reached" : "not reached"}`)],
    ),
  );
  return [words(rangeText(range), { x: MARGIN.left, y: top + 20, fill: "var(--text)" }), ...bar, ...dots];
}

/** Writes `batchNorm: 0.01 to 1, a factor of 100`. */
export function rangeText({ arm, low, high }: TrainableRange): string {
  if (low === undefined || high === undefined) return `${arm}: none`;
  if (low === high) return `${arm}: ${formatNumber(low)} alone`;
  return `${arm}: ${formatNumber(low)} to ${formatNumber(high)}, a factor of ${formatNumber(high / low, 3)}`;
}
