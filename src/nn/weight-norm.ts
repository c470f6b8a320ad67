import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { identity } from "./identity.ts";
import type { Normalization } from "./layer.ts";
import { overInputs, reparametrized } from "./reparametrized.ts";

/**
 * Makes a weight normalization: the linear map before it has the kernel w = gain · v / ‖v‖, with the norm over the
 * inputs of each unit; activations pass unchanged.
 *
 * Parameters of the linear map: `kernel`, the direction v, and `gain`, `[units]`, which starts at ‖v‖, so that the
 * first w is the kernel that the linear map drew. No state.
 *
 * Source: Salimans and Kingma 2016, "Weight Normalization".
 */
export function weightNorm(): Normalization {
  return {
    ...identity(),
    name: "weightNorm",
    reparametrize: (linear) =>
      reparametrized(
        linear,
        ({ kernel, gain }) => tf.mul(kernel!, tf.div(gain!, length(kernel!))),
        (kernel) => ({ gain: length(kernel) }),
      ),
  };
}

function length(kernel: Tensor): Tensor {
  return tf.sqrt(overInputs(tf.square(kernel)));
}
