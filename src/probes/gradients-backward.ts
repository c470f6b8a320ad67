import * as tf from "@tensorflow/tfjs-core";
import type { OperatorFunction } from "rxjs";
import { UserError } from "../core/errors.ts";
import type { Step } from "../core/live.ts";
import * as option from "../core/options.ts";
import type { Schedule } from "../core/schedule.ts";
import type { Recorded, Site } from "../core/types.ts";
import { norm } from "../core/vectors.ts";
import { activationGradients } from "../operators/activation-gradients.ts";
import { probe, type Measured, type Measurement } from "../operators/probe.ts";
import { fitsSites, type Layers } from "../operators/select-layers.ts";
import { countInBins, rangeOption } from "./histogram.ts";

/** Options of `gradientsBackward`. */
export interface GradientsBackwardOptions {
  /** Layers to measure, numbered from 1. Default `all`. */
  readonly layers?: Layers;
  /** Site of the activations. Default `norm`, the pre-activation. */
  readonly site?: Site;
  /** Number of bins of histograms. Default: no histograms. */
  readonly bins?: number;
  /** Range of the bins; values outside count in the outermost bins. Default: from the smallest to the largest value. */
  readonly range?: readonly [lo: number, hi: number];
  /** Steps at which to measure. Default every step. */
  readonly when?: Schedule | undefined;
}

/**
 * Measures the gradients of the data loss with respect to the activations of layers, as they flow backward.
 *
 * Records per layer `activation_gradient_l2`, the norm over the whole batch, and with `bins` a histogram whose site is that of
 * the activations and the word gradient: `norm gradient`.
 *
 * Costs one forward and one backward pass; histograms also reading the gradients back.
 *
 * Requires the chosen layers to have the site.
 *
 * @throws {UserError} for an option that is not one, and for a `range` that does not rise.
 */
export function gradientsBackward(options: GradientsBackwardOptions = {}): OperatorFunction<Step, Recorded> {
  const who = "gradientsBackward";
  const {
    layers = "all",
    site = "norm",
    bins,
    range,
    when,
  } = option.checkOptions<GradientsBackwardOptions>(who, options, {
    layers: option.layers,
    site: option.site,
    bins: option.whole(1),
    range: rangeOption,
    when: option.schedule,
  });
  if (range && !(range[0] < range[1])) throw new UserError(`${who}: range must rise, not [${range.join(", ")}]`);
  return probe({
    name: "gradients_backward",
    when,
    options: { layers, site, ...(bins !== undefined && { bins }), ...(range && { range }) },
    fits: fitsSites(who, layers, site),
    measure: (step) =>
      activationGradients(who, step, { layers, site }).flatMap(({ activation: { layer }, gradient }) => {
        const value = norm(tf.reshape(gradient, [-1]));
        const length: Measurement = { stat: "activation_gradient_l2", layer, value };
        if (bins === undefined) return [length];
        const counted: Measured = {
          tensor: gradient,
          records: (values) => [{ layer, site: `${site} gradient`, ...countInBins(values, bins, range) }],
        };
        return [length, counted];
      }),
  });
}
