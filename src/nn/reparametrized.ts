import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import type { Params } from "../core/params.ts";
import type { Layer } from "./layer.ts";

/** Makes a linear map whose kernel is computed from its parameters; `extra` makes those that it has besides its own. */
export function reparametrized(
  linear: Layer,
  kernelOf: (params: Params) => Tensor,
  extra: (kernel: Tensor) => Params = () => ({}),
): Layer {
  return {
    name: linear.name,
    ...(linear.options && { options: linear.options }),
    ...(linear.made && { made: linear.made }),
    init: (key, shape) => {
      const initial = linear.init(key, shape);
      return { ...initial, params: { ...initial.params, ...extra(initial.params["kernel"]!) } };
    },
    apply: (params, ...rest) => linear.apply({ ...params, kernel: kernelOf(params) }, ...rest),
  };
}

/** Sums a kernel over the inputs of each unit: all axes but the last. */
export function overInputs(kernel: Tensor): Tensor {
  const axes = Array.from({ length: kernel.rank - 1 }, (_, axis) => axis);
  return tf.sum(kernel, axes);
}
