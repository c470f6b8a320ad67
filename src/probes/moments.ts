import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "@tensorflow/tfjs";
import type { OperatorFunction } from "rxjs";
import type { Step } from "../core/live.ts";
import * as option from "../core/options.ts";
import type { Schedule } from "../core/schedule.ts";
import type { Recorded, Site } from "../core/types.ts";
import { probe, type Measurement } from "../operators/probe.ts";
import { selectActivations, type Layers } from "../operators/select-layers.ts";
import { chooseUnits, fitsUnits, selectUnit, type Units } from "./select-unit.ts";

export interface MomentsOptions {
  readonly layers?: Layers;
  readonly site?: Site;
  /** Units (channels) measured one by one; absent: all values of the layer together. */
  readonly units?: Units | undefined;
  /** Measures the fourth moment too. */
  readonly kurtosis?: boolean;
  readonly when?: Schedule | undefined;
}

/**
 * Mean and (biased) variance of activations over the batch, for convolutions over all positions: `mean` and `variance`
 * per layer (with `kurtosis`, also `excess_kurtosis`, 0 for a normal law), or per unit where `units` are given. Read from the training pass; costs two reductions per layer.
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
          ? chooseUnits("moments", step, layer, value, units).flatMap((unit) =>
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
