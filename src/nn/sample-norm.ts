import * as tf from "@tensorflow/tfjs-core";
import { UserError } from "../core/errors.ts";
import { deviation } from "./denominator.ts";
import { inSlices } from "./slices.ts";
import type { Normalization } from "./layer.ts";
import { normalize } from "./normalize.ts";

/** Options of `sampleNorm`. */
interface SampleNormOptions {
  /** Whether the mean is subtracted before the root mean square is taken. */
  readonly mean: boolean;
  readonly epsilon: number;
  /** Returns the number of groups of `units`; each group has its statistics over all positions. */
  readonly groups: (units: number) => number;
  readonly shift?: boolean;
  readonly absorbsBias?: boolean;
}

/**
 * Makes a normalization of every example by itself: no state, the same in training and evaluation.
 *
 * @throws {UserError} from `init` and passes when an example leaves a single value to a statistic.
 */
export function sampleNorm(name: string, options: SampleNormOptions): Normalization {
  const { mean, epsilon, groups, shift = true, absorbsBias = false } = options;
  const check = (shape: readonly number[]): void => {
    const values = shape.reduce((product, n) => product * n, 1) / groups(shape.at(-1)!);
    if (values > 1) return;
    const hint =
      shape.length === 1 ? "; a dense layer has no positions to go over: vgg does without with head: []" : "";
    throw new UserError(`${name}: examples of [${shape}] leave a single value to each statistic${hint}`);
  };
  return {
    name,
    options: { epsilon },
    absorbsBias,
    init: (_key, shape) => {
      const units = shape.at(-1)!;
      check(shape);
      const scale = tf.ones([units]);
      return { params: shift ? { scale, shift: tf.zeros([units]) } : { scale }, state: {}, shape };
    },
    apply: (params, state, x) => {
      check(x.shape.slice(1));
      const of = { mean, denominator: deviation, epsilon, groups: groups(x.shape.at(-1)!) };
      const { y } = normalize(inSlices(x, x.shape[0]), params["scale"]!, params["shift"], of);
      return [tf.reshape(y, x.shape), state];
    },
  };
}
