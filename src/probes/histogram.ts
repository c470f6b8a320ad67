import type { Tensor } from "@tensorflow/tfjs-core";
import type { OperatorFunction } from "rxjs";
import { UserError } from "../core/errors.ts";
import type { Step } from "../core/live.ts";
import * as option from "../core/options.ts";
import type { Schedule } from "../core/schedule.ts";
import type { Histogram, Recorded, Site } from "../core/types.ts";
import { probe } from "../operators/probe.ts";
import { selectActivations, type Layers } from "../operators/select-layers.ts";
import { chooseUnits, fitsUnits, selectUnit, type Units } from "./select-unit.ts";

/** Options of `histogram`. */
export interface HistogramOptions {
  /** Layers to measure, numbered from 1. Default `all`. */
  readonly layers?: Layers;
  /** Site of the activations. Default `norm`, the pre-activation. */
  readonly site?: Site;
  /** Units (channels) to count one by one, from 0. Default: all values of a layer together. */
  readonly units?: Units | undefined;
  /** Number of bins. Default 64. */
  readonly bins?: number;
  /**
   * Range of the bins; values outside count in the outermost bins. Default: from the smallest to the largest value of
   * the step.
   */
  readonly range?: readonly [lo: number, hi: number];
  /** Steps at which to measure. Default every step. */
  readonly when?: Schedule | undefined;
}

/**
 * Counts activations in bins of equal width over [lo, hi].
 *
 * Records a histogram per layer or per unit. Costs reading the activations back from the backend, no pass of the
 * network; give it a schedule.
 *
 * Requires the chosen layers to have the site and the units.
 *
 * @throws {UserError} for an option that is not one, and for a `range` that does not rise.
 */
export function histogram(options: HistogramOptions = {}): OperatorFunction<Step, Recorded> {
  const {
    layers = "all",
    site = "norm",
    units,
    bins = 64,
    range,
    when,
  } = option.checkOptions<HistogramOptions>("histogram", options, {
    layers: option.layers,
    site: option.site,
    units: option.units,
    when: option.schedule,
    bins: option.whole(1),
    range: rangeOption,
  });
  if (range && !(range[0] < range[1])) throw new UserError(`histogram: range must rise, not [${range.join(", ")}]`);
  return probe({
    name: "histogram",
    when,
    options: { layers, site, ...(units && { units }), bins, ...(range && { range }) },
    fits: fitsUnits("histogram", layers, site, units),
    measure: (step) =>
      selectActivations("histogram", step, layers, site).flatMap(({ layer, value }) => {
        const of = (tensor: Tensor, place: { unit?: number }) => ({
          tensor,
          records: (values: Float32Array) => [{ layer, site, ...place, ...countInBins(values, bins, range) }],
        });
        if (!units) return [of(value, {})];
        return chooseUnits("histogram", step, { layer, value }, units).map((unit) =>
          of(selectUnit("histogram", layer, value, unit), { unit }),
        );
      }),
  });
}

/** Condition of an option that is the range of bins. */
export const rangeOption: option.Wanted = {
  what: "[lo, hi]",
  accepts: (value) => Array.isArray(value) && value.length === 2 && value.every(Number.isFinite),
};

/**
 * Counts values in bins of equal width over `range`, or from the smallest to the largest that is finite. Those outside, and infinite
 * ones, are in the bins at the ends; what is not a number is in none.
 */
export function countInBins(
  values: Float32Array,
  bins: number,
  range: readonly [number, number] | undefined,
): Pick<Histogram, "lo" | "hi" | "counts"> {
  const [lo, hi] = range ?? extent(values);
  const counts = new Array<number>(bins).fill(0);
  const perUnit = hi > lo ? bins / (hi - lo) : 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    const bin = Number.isFinite(value) ? Math.floor((value - lo) * perUnit) : value;
    counts[Math.min(bins - 1, Math.max(0, bin))]! += 1;
  }
  return { lo, hi, counts };
}

/** From the smallest to the largest that is finite; from 0 to 0 where none is. */
function extent(values: Float32Array): [number, number] {
  let [lo, hi] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < lo && value > -Infinity) lo = value;
    if (value > hi && value < Infinity) hi = value;
  }
  return lo <= hi ? [lo, hi] : [0, 0];
}
