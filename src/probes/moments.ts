import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import type { OperatorFunction } from "rxjs";
import type { Step } from "../core/live.ts";
import * as option from "../core/options.ts";
import type { Schedule } from "../core/schedule.ts";
import type { Recorded, Site } from "../core/types.ts";
import { probe, type Measurement } from "../operators/probe.ts";
import { selectActivations, type Layers } from "../operators/select-layers.ts";
import { chooseUnits, fitsUnits, selectUnit, type Units } from "./select-unit.ts";

/** Options of `moments`. */
export interface MomentsOptions {
  /** Layers to measure, numbered from 1. Default `all`. */
  readonly layers?: Layers;
  /** Site of the activations. Default `norm`, the pre-activation. */
  readonly site?: Site;
  /** Units (channels) to measure one by one, from 0. Default: all values of a layer together. */
  readonly units?: Units | undefined;
  /** Whether to measure the fourth moment too. Default false. */
  readonly kurtosis?: boolean;
  /** Steps at which to measure. Default every step. */
  readonly when?: Schedule | undefined;
}

/**
 * Measures the mean and the variance of activations over the batch, and for convolutions over all positions.
 *
 * Records, per layer or per unit:
 * - `mean` and `variance` (biased), in the unit of the activations and its square;
 * - `excess_kurtosis`: the fourth central moment over the squared variance, less 3, so that it is 0 for a normal
 *   distribution; with `kurtosis` only.
 *
 * Costs two reductions per layer (three with `kurtosis`), no pass of the network.
 *
 * Requires the chosen layers to have the site and the units.
 *
 * @throws {UserError} for an option that is not one.
 */
export function moments(options: MomentsOptions = {}): OperatorFunction<Step, Recorded> {
  const {
    layers = "all",
    site = "norm",
    units,
    kurtosis = false,
    when,
  } = option.checkOptions<MomentsOptions>("moments", options, {
    layers: option.layers,
    site: option.site,
    units: option.units,
    when: option.schedule,
    kurtosis: option.flag,
  });
  return probe({
    name: "moments",
    when,
    options: { layers, site, ...(units && { units }), kurtosis },
    fits: fitsUnits("moments", layers, site, units),
    measure: (step) =>
      selectActivations("moments", step, layers, site).flatMap(({ layer, value }) =>
        units
          ? chooseUnits("moments", step, { layer, value }, units).flatMap((unit) =>
              of(selectUnit("moments", layer, value, unit), { layer, unit }, kurtosis),
            )
          : of(value, { layer }, kurtosis),
      ),
  });
}

function of(values: Tensor, place: { layer: number; unit?: number }, kurtosis: boolean): Measurement[] {
  const mean = tf.mean<tf.Scalar>(values);
  const squared = tf.square(tf.sub(values, mean));
  const variance = tf.mean<tf.Scalar>(squared);
  return [
    { stat: "mean", ...place, value: mean },
    { stat: "variance", ...place, value: variance },
    ...(kurtosis
      ? [
          {
            stat: "excess_kurtosis",
            ...place,
            value: tf.sub<tf.Scalar>(tf.div(tf.mean(tf.square(squared)), tf.square(variance)), 3),
          },
        ]
      : []),
  ];
}
