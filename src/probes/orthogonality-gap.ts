import * as tf from "@tensorflow/tfjs-core";
import type { Tensor2D } from "@tensorflow/tfjs-core";
import type { OperatorFunction } from "rxjs";
import type { Step } from "../core/live.ts";
import * as option from "../core/options.ts";
import type { Recorded } from "../core/types.ts";
import { probe } from "../operators/probe.ts";
import { fitsSites, selectActivations } from "../operators/select-layers.ts";
import type { RepresentationOptions } from "./representation.ts";

/**
 * Measures how far the representations of a batch's examples are from being orthogonal and of equal length:
 *
 *     V(H) = ‖ H'H / ‖H‖_F² - I_n / n ‖_F
 *
 * where H has a column for each of the n examples. Records `orthogonality_gap` per layer: 0 for orthogonal examples, up to
 * √(1 - 1/n) for parallel ones; NaN where all activations are 0. Random networks with BatchNorm come closer to 0 with depth,
 * those without to the upper end.
 *
 * Costs a matrix product of n² × values of an example, no pass of the network.
 *
 * Requires the chosen layers to have the site.
 *
 * Source: Daneshmand, Joudaki and Bach 2021, "Batch Normalization Orthogonalizes Representations in Deep Random Networks".
 *
 * @throws {UserError} for an option that is not one.
 */
export function orthogonalityGap(options: RepresentationOptions = {}): OperatorFunction<Step, Recorded> {
  const who = "orthogonalityGap";
  const known = { layers: option.layers, site: option.site, when: option.schedule };
  const { layers = "all", site = "output", when } = option.checkOptions<RepresentationOptions>(who, options, known);
  return probe({
    name: "orthogonality_gap",
    when,
    options: { layers, site },
    fits: fitsSites(who, layers, site),
    measure: (step) =>
      selectActivations(who, step, layers, site).map(({ layer, value }) => {
        const size = value.shape[0];
        const examples = tf.reshape(value, [size, -1]);
        const gram = tf.matMul<Tensor2D>(examples, examples, false, true);
        const scaled = tf.div(gram, tf.sum(tf.square(examples)));
        return {
          stat: "orthogonality_gap",
          layer,
          value: tf.norm(tf.sub(scaled, tf.div(tf.eye(size), size))).asScalar(),
        };
      }),
  });
}
