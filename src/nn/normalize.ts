import * as tf from "@tensorflow/tfjs-core";
import type { Tensor, Tensor3D } from "@tensorflow/tfjs-core";
import type { Denominator, Extent } from "./denominator.ts";

/** Options of `normalize`. */
interface Normalizing {
  /** Whether the mean is subtracted. */
  readonly mean: boolean;
  readonly denominator: Denominator;
  readonly epsilon: number;
  /** Number of groups of neighbouring units that share statistics. Default: each unit has its own. */
  readonly groups?: number;
}

/** Result of `normalize`. */
export interface Normalized {
  readonly y: Tensor3D;
  /** `[slices, 1, units]`, as is the denominator. */
  readonly mean: Tensor;
  readonly denominator: Tensor;
}

/**
 * Computes y = scale c / d + shift over x `[slices, rows, units]`, where c is x minus its mean, or x. A slice has
 * statistics of its own, over its rows. Gradients flow through y, not through the statistics; with a = scale / d,
 *
 *     dx = a dy - mean(a dy) - Σ(scale c dy) / d² ∂d/∂x
 *
 * where mean(a dy) is there only if the mean is subtracted; the mean and the sum are over the values that share a
 * statistic.
 */
export function normalize(x: Tensor3D, scale: Tensor, shift: Tensor | undefined, options: Normalizing): Normalized {
  const [slices, rows, units] = x.shape;
  const groups = options.groups ?? units;
  const pool = (sums: Tensor): Tensor => overGroups(sums, groups);
  const over: Extent = { sum: (values) => pool(overRows(values)), count: (rows * units) / groups };

  const centred = (x: Tensor, mean: Tensor): Tensor => (options.mean ? tf.sub(x, mean) : x);
  const statistics = unrecorded(() => {
    const mean = options.mean ? tf.div(over.sum(x), over.count) : tf.zeros([slices, 1, units]);
    return tf.concat([mean, options.denominator.of(x, centred(x, mean), over, options.epsilon)], 1);
  });
  const [mean, denominator] = tf.split(statistics, 2, 1) as [Tensor, Tensor];

  const gradient = (dy: Tensor, saved: Tensor[]): Tensor[] => {
    const [x, scale, mean, d] = saved as [Tensor, Tensor, Tensor, Tensor];
    const c = centred(x, mean);
    const [sum, dot] = [overRows(dy), overRows(tf.mul(dy, c))];
    const slope = tf.div(pool(tf.mul(scale, dot)), tf.mul(tf.square(d), -1));
    const direct = tf.mul(dy, tf.div(scale, d));
    const throughMean = tf.div(pool(tf.mul(scale, sum)), tf.mul(d, -over.count));
    const throughDenominator = options.denominator.gradient(slope, x, c, d, over);
    const dx = tf.add(direct, options.mean ? tf.add(throughDenominator, throughMean) : throughDenominator);
    const dScale = tf.reshape(tf.sum(tf.div(dot, d), 0), [units]);
    return shift ? [dx, dScale, tf.reshape(tf.sum(sum, 0), [units])] : [dx, dScale];
  };
  const y = tf.customGrad((...args) => {
    const save = args.at(-1) as unknown as (tensors: Tensor[]) => void;
    save([x, scale, mean, denominator]);
    const scaled = tf.mul(centred(x, mean), tf.div(scale, denominator));
    const value = shift ? tf.add(scaled, shift) : scaled;
    return { value, gradFunc: (dy, saved) => tf.tidy(() => gradient(dy, saved)) };
  })(x, scale, ...(shift ? [shift] : []));
  return { y: y as Tensor3D, mean, denominator };
}

/** Computes a constant to the gradients: tfjs keeps nothing of how it was computed. */
function unrecorded(f: () => Tensor): Tensor {
  return tf.customGrad(() => ({ value: f(), gradFunc: () => [] }))();
}

/** Sums `[slices, rows, units]` over the rows: `[slices, 1, units]`. */
function overRows(x: Tensor): Tensor {
  return tf.sum(x, x.shape[0] === 1 ? [0, 1] : 1, true);
}

/** Sums `[slices, 1, units]` over each group of units, and repeats the sum for each unit of the group. */
function overGroups(x: Tensor, groups: number): Tensor {
  const units = x.shape.at(-1)!;
  if (groups === units) return x;
  const sums = tf.sum(tf.reshape(x, [-1, groups, units / groups]), 2, true);
  return tf.reshape(tf.mul(sums, tf.ones([1, 1, units / groups])), x.shape);
}
