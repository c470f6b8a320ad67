import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { UserError } from "../core/errors.ts";
import { checkOptions, required, type Wanted } from "../core/options.ts";
import { uniform, type Key } from "../core/random.ts";
import type { Layer } from "./layer.ts";

/** Options of `dropout`. */
export interface DropoutOptions {
  /** Probability with which a value is dropped, from 0 up and below 1. */
  readonly rate: number;
}

const rateBelowOne: Wanted = {
  what: "a number from 0 up and below 1",
  accepts: (value) => typeof value === "number" && value >= 0 && value < 1,
};

/**
 * Makes dropout: each value is 0 with probability `rate` and else x / (1 - rate), drawn anew at each step; in evaluation x.
 * The draws follow from the key of the step, the layer and the place in it alone, so that a step evaluated again, at other
 * parameters too, drops the very same values. No parameters, no state.
 *
 * Source: Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov 2014.
 *
 * @throws {UserError} for an option that is not one. A pass that is no evaluation throws it without a key.
 */
export function dropout(options: DropoutOptions): Layer {
  const { rate } = checkOptions<DropoutOptions>("dropout", options, { rate: required(rateBelowOne) });
  const kept = (key: Key, shape: readonly number[]): Tensor => {
    const draws = uniform(
      key,
      shape.reduce((product, n) => product * n, 1),
    );
    return tf.tensor(
      draws.map((draw) => (draw < rate ? 0 : 1 / (1 - rate))),
      [...shape],
    );
  };
  return {
    name: `dropout(${rate})`,
    options: { rate },
    init: (_key, shape) => ({ params: {}, state: {}, shape }),
    apply: (_params, state, x, mode, batchCount = 1, key) => {
      if (mode === "evaluate" || rate === 0) return [x, state];
      if (!key) throw new UserError("dropout: this pass has no key to draw from; give it one, such as rootKey(0)");
      const [size, ...shape] = x.shape as [number, ...number[]];
      const factors = kept(key, [size / batchCount, ...shape]);
      const all = batchCount === 1 ? factors : tf.concat(Array<Tensor>(batchCount).fill(factors));
      return [tf.mul(x, all), state];
    },
  };
}
