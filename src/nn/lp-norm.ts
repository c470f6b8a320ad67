import * as tf from "@tensorflow/tfjs-core";
import { affine, type AffineOptions } from "./affine.ts";
import * as option from "../core/options.ts";
import { absoluteMaximum, absoluteMean, quadraticMean, type Denominator } from "./denominator.ts";
import { checkRows, inSlices } from "./slices.ts";
import type { Normalization } from "./layer.ts";
import { normalize } from "./normalize.ts";

/** Options of `l1Norm`, `l2Norm` and `lInfNorm`. */
export interface LpNormOptions extends AffineOptions {
  /** ε, added to the mean square under the root, or to the mean or maximum of absolute values. Default 1e-5. */
  readonly epsilon?: number;
  /** Weight of the current batch in the running statistics. Default 0.1. */
  readonly momentum?: number;
}

/**
 * Makes an l_1 normalization: as `l2Norm`, with d = mean |x| + ε.
 *
 * @throws {UserError} for an option that is not one.
 */
export function l1Norm(options: LpNormOptions = {}): Normalization {
  return lpNorm("l1Norm", absoluteMean, options);
}

/**
 * Makes an l_2 normalization: `[size, …, units]` to the same shape.
 *
 *     y = scale (x - μ) / d + shift    d = sqrt(mean x² + ε)
 *
 * with the means of each unit over the batch and all positions; d is that of x before the mean is subtracted, unlike
 * BatchNorm's deviation. In evaluation μ and d are running averages.
 *
 * Parameters `scale` (1) and `shift` (0), state `mean` (0) and `denominator` (1), `[units]` each. A linear map before
 * it goes without a bias.
 *
 * Source: Santurkar et al. 2018, section 3.3.
 *
 * @throws {UserError} for an option that is not one. A pass throws it when the batch leaves a single value per unit.
 */
export function l2Norm(options: LpNormOptions = {}): Normalization {
  return lpNorm("l2Norm", quadraticMean, options);
}

/**
 * Makes an l_∞ normalization: as `l2Norm`, with d = max |x| + ε.
 *
 * @throws {UserError} for an option that is not one.
 */
export function lInfNorm(options: LpNormOptions = {}): Normalization {
  return lpNorm("lInfNorm", absoluteMaximum, options);
}

function lpNorm(name: string, denominator: Denominator, options: LpNormOptions): Normalization {
  const {
    epsilon = 1e-5,
    momentum = 0.1,
    ...start
  } = option.checkOptions<LpNormOptions>(name, options, {
    epsilon: option.from(0),
    momentum: option.proportion,
    initialScale: option.number,
    initialShift: option.number,
  });
  const { title, params: initialParams } = affine(name, start);
  return {
    name,
    title,
    options: { epsilon, momentum },
    absorbsBias: true,
    init: (_key, shape) => {
      const units = shape.at(-1)!;
      return {
        params: initialParams(units),
        state: { mean: tf.zeros([units]), denominator: tf.ones([units]) },
        shape,
      };
    },
    apply: (params, state, x, mode, batchCount = 1) => {
      const { scale, shift } = params as { scale: tf.Tensor; shift: tf.Tensor };
      const running = state as { mean: tf.Tensor; denominator: tf.Tensor };
      if (mode === "evaluate") {
        const factor = tf.div(scale, running.denominator);
        return [tf.add(tf.mul(tf.sub(x, running.mean), factor), shift), state];
      }
      checkRows(name, x, batchCount);
      const of = normalize(inSlices(x, batchCount), scale, shift, { mean: true, denominator, epsilon });
      const y = tf.reshape(of.y, x.shape);
      if (mode === "probe" || batchCount > 1) return [y, state];
      const towards = (old: tf.Tensor, batch: tf.Tensor) =>
        tf.add(tf.mul(old, 1 - momentum), tf.mul(tf.reshape(batch, old.shape), momentum));
      const next = {
        mean: towards(running.mean, of.mean),
        denominator: towards(running.denominator, of.denominator),
      };
      return [y, next];
    },
  };
}
