import type { OperatorFunction } from "rxjs";
import type { Step } from "../core/live.ts";
import * as option from "../core/options.ts";
import type { PlainValues } from "../core/safetensors.ts";
import type { Schedule } from "../core/schedule.ts";
import type { Recorded, Site } from "../core/types.ts";
import { probe, type Measured } from "../operators/probe.ts";
import { stats } from "../operators/stats.ts";
import { selectActivations, type Layers } from "../operators/select-layers.ts";
import { chooseUnits, fitsUnits, selectUnit, type Units } from "./select-unit.ts";

/** Options of `drift`. */
export interface DriftOptions {
  /** Layers to measure, numbered from 1. Default `all`. */
  readonly layers?: Layers;
  /** Site of the activations. Default `norm`, the pre-activation. */
  readonly site?: Site;
  /** Units (channels) to follow, from 0. Default `{ random: 1 }`, one drawn per layer from the seed. */
  readonly units?: Units | undefined;
  /** Steps at which to measure. Default every step. */
  readonly when?: Schedule | undefined;
}

/** Activations of one unit at one step. */
interface Sample {
  readonly sorted: Float32Array;
  readonly mean: number;
  readonly variance: number;
}

/**
 * Measures how the activations of a unit move from one measured step to the next.
 *
 * Records per unit:
 * - `mean_change`, `variance_change`: absolute changes since the last measured step;
 * - `wasserstein`: the Wasserstein-1 distance ∫|F⁻¹ - G⁻¹| of the samples of both steps, in the unit of the
 *   activations;
 * - `wasserstein_per_sd`: that distance over the current standard deviation;
 * - `mean_drift`, `variance_drift`: signed changes since the first measured step.
 *
 * Costs reading the units back and sorting them, no pass of the network; give it a schedule.
 *
 * Requires the chosen layers to have the site and the units.
 *
 * Source: Santurkar et al. 2018, figure 8, made a number.
 *
 * @throws {UserError} for an option that is not one.
 */
export function drift(options: DriftOptions = {}): OperatorFunction<Step, Recorded> {
  const {
    layers = "all",
    site = "norm",
    units = { random: 1 },
    when,
  } = option.checkOptions<DriftOptions>("drift", options, {
    layers: option.layers,
    site: option.site,
    units: option.units,
    when: option.schedule,
  });
  return probe({
    name: "drift",
    when,
    options: { layers, site, units },
    fits: fitsUnits("drift", layers, site, units),
    open: () => {
      const first = new Map<string, Sample>();
      const latest = new Map<string, Sample>();
      const records = (layer: number, unit: number, values: Float32Array) => {
        const place = `${layer} ${unit}`;
        const [now, before] = [sampleOf(values), latest.get(place)];
        if (!first.has(place)) first.set(place, now);
        latest.set(place, now);
        const start = first.get(place)!;
        const distance = before && wasserstein(before.sorted, now.sorted);
        const changes = {
          mean_drift: now.mean - start.mean,
          variance_drift: now.variance - start.variance,
          ...(before && {
            mean_change: Math.abs(now.mean - before.mean),
            variance_change: Math.abs(now.variance - before.variance),
            wasserstein: distance!,
            wasserstein_per_sd: distance! / Math.sqrt(now.variance),
          }),
        };
        return stats(changes, { layer, unit });
      };
      return {
        save: () => ({ ...saved("first", first), ...saved("latest", latest) }),
        load: (memory) => {
          for (const [name, values] of Object.entries(memory)) {
            const [which, place = ""] = name.split(" of ");
            (which === "first" ? first : latest).set(place, sampleFrom(values));
          }
        },
        measure: (step) =>
          selectActivations("drift", step, layers, site).flatMap(({ layer, value }) =>
            chooseUnits("drift", step, { layer, value }, units).map((unit): Measured => ({
              tensor: selectUnit("drift", layer, value, unit),
              records: (values) => records(layer, unit, values),
            })),
          ),
      };
    },
  });
}

function sampleOf(values: Float32Array): Sample {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { sorted: values.slice().sort(), mean, variance };
}

/** Returns samples as a checkpoint has them: mean, variance, then the values, under `first of 2 5` for layer 2, unit 5. */
const saved = (which: "first" | "latest", samples: ReadonlyMap<string, Sample>): Record<string, Float64Array> =>
  Object.fromEntries(
    [...samples].map(([place, { mean, variance, sorted }]) => {
      const values = new Float64Array(2 + sorted.length);
      values.set([mean, variance]);
      values.set(sorted, 2);
      return [`${which} of ${place}`, values];
    }),
  );

function sampleFrom(values: PlainValues): Sample {
  const [mean, variance] = values;
  return { mean: mean!, variance: variance!, sorted: Float32Array.from(values.subarray(2)) };
}

/** Computes ∫ |F⁻¹ - G⁻¹| of two samples in ascending order, which may differ in size. */
export function wasserstein(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [i, j, from, sum] = [0, 0, 0, 0];
  while (i < a.length && j < b.length) {
    const to = Math.min((i + 1) / a.length, (j + 1) / b.length);
    sum += (to - from) * Math.abs(a[i]! - b[j]!);
    from = to;
    // Whole numbers decide which sample ends here: quotients may differ by rounding.
    const [ends, other] = [(i + 1) * b.length, (j + 1) * a.length];
    if (ends <= other) i += 1;
    if (other <= ends) j += 1;
  }
  return sum;
}
