import * as tf from "@tensorflow/tfjs-core";
import type { Tensor2D } from "@tensorflow/tfjs-core";
import { UserError } from "../core/errors.ts";
import * as option from "../core/options.ts";
import { fold } from "../core/random.ts";
import { constant } from "./constant.ts";
import { glorotUniform } from "./glorot.ts";
import { drawn, type Initializer } from "./initializer.ts";
import type { Layer } from "./layer.ts";

/** Options of `dense`. */
export interface DenseOptions {
  /** Output units. */
  readonly units: number;
  /** Whether to add a bias; false before a normalization that has a shift. Default true. */
  readonly bias?: boolean;
  /** Initializer of the kernel. Default `glorotUniform()`. */
  readonly initial?: Initializer;
  /** Initializer of the bias. Default `constant(0)`. */
  readonly initialBias?: Initializer;
}

/**
 * Makes a linear map y = x W + b of the last axis: `[size, …, in]` to `[size, …, units]`.
 *
 * Parameters `kernel` W, `[in, units]`, and `bias` b, `[units]`. No state.
 *
 * @throws {UserError} for an option that is missing or not one. `init` throws it for examples without an axis.
 */
export function dense(options: DenseOptions): Layer {
  option.checkOptions<DenseOptions>("dense", options, {
    units: option.required(option.number),
    bias: option.flag,
    initial: option.anything,
    initialBias: option.anything,
  });
  const { units, bias = true, initial = glorotUniform(), initialBias = constant(0) } = options;
  option.checkWhole("dense", { units });
  return {
    name: `dense(${units})`,
    options: { units, bias },
    init: (key, shape) => {
      if (shape.length === 0) throw new UserError("dense: needs examples of one axis or more, not single numbers");
      const kernel = drawn("dense", initial, key, [shape.at(-1)!, units]);
      const params = bias ? { kernel, bias: drawn("dense", initialBias, fold(key, "bias"), [units]) } : { kernel };
      return { params, state: {}, shape: [...shape.slice(0, -1), units] };
    },
    apply: (params, state, x) => {
      const rows = x.rank === 2 ? x : tf.reshape(x, [-1, x.shape.at(-1)!]);
      const y = tf.matMul(rows, params["kernel"] as Tensor2D);
      const sum = params["bias"] ? tf.add(y, params["bias"]) : y;
      return [x.rank === 2 ? sum : tf.reshape(sum, [...x.shape.slice(0, -1), units]), state];
    },
  };
}
