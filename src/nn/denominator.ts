import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";

/** Values that share a statistic, of `[slices, rows, units]`. */
export interface Extent {
  /** Sums them, `[slices, 1, units]`. */
  readonly sum: (values: Tensor) => Tensor;
  /** Number of values. */
  readonly count: number;
}

/** Denominator of a normalization. */
export interface Denominator {
  /** Computes d of x and of c = x - mean(x), or x where no mean is subtracted. */
  readonly of: (x: Tensor, c: Tensor, over: Extent, epsilon: number) => Tensor;
  /** Computes ∂d/∂x, element by element, times `slope`. */
  readonly gradient: (slope: Tensor, x: Tensor, c: Tensor, d: Tensor, over: Extent) => Tensor;
}

const rootMeanSquare = (values: Tensor, { sum, count }: Extent, epsilon: number): Tensor =>
  tf.sqrt(tf.add(tf.div(sum(tf.square(values)), count), epsilon));

/** Computes sqrt(mean c² + ε). */
export const deviation: Denominator = {
  of: (_x, c, over, epsilon) => rootMeanSquare(c, over, epsilon),
  gradient: (slope, _x, c, d, { count }) => tf.mul(c, tf.div(slope, tf.mul(d, count))),
};

/** Computes sqrt(mean x² + ε). */
export const quadraticMean: Denominator = {
  of: (x, _c, over, epsilon) => rootMeanSquare(x, over, epsilon),
  gradient: (slope, x, _c, d, { count }) => tf.mul(x, tf.div(slope, tf.mul(d, count))),
};

/** Computes mean |x| + ε. */
export const absoluteMean: Denominator = {
  of: (x, _c, { sum, count }, epsilon) => tf.add(tf.div(sum(tf.abs(x)), count), epsilon),
  gradient: (slope, x, _c, _d, { count }) => tf.mul(tf.sign(x), tf.div(slope, count)),
};

/** Computes max |x| + ε, of each unit by itself. Values that share the maximum get equal parts of its gradient. */
export const absoluteMaximum: Denominator = {
  of: (x, _c, _over, epsilon) => tf.add(tf.max(tf.abs(x), 1, true), epsilon),
  gradient: (slope, x, _c, _d, { sum, count }) => {
    const magnitude = tf.abs(x);
    const maximum = tf.max(magnitude, 1, true);
    const below = tf.sign(tf.sub(maximum, magnitude));
    const maximizers = tf.sub(count, sum(below));
    // At a maximizer x / maximum is the sign of x.
    return tf.mul(tf.sub(x, tf.mul(x, below)), tf.divNoNan(slope, tf.mul(maximum, maximizers)));
  },
};
