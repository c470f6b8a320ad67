import * as tf from "@tensorflow/tfjs";
import { checkOptions, from, required } from "../core/options.ts";
import type { Optimizer, Penalty } from "../core/optimizer.ts";
import { mapParams } from "../core/params.ts";

export interface SgdOptions {
  readonly learningRate: number;
  /** Coefficient of the gradient of weightDecay / 2 Σ w² over all parameters, as in PyTorch's `SGD(weight_decay)`. */
  readonly weightDecay?: number;
}

/** Plain stochastic gradient descent: next = params - learningRate * grads. */
export function sgd(options: SgdOptions): Optimizer {
  const { learningRate, weightDecay = 0 } = checkOptions<SgdOptions>("sgd", options, {
    ...{ learningRate: required(from(0)), weightDecay: from(0) },
  });
  return {
    name: "sgd",
    learningRate,
    options: { learningRate, weightDecay },
    ...(weightDecay > 0 ? { penalty: squaredNorm(weightDecay) } : {}),
    init: () => ({}),
    update: (params, grads, state) => ({
      params: mapParams(params, (value, name) => tf.sub(value, tf.mul(grads[name]!, learningRate))),
      state,
    }),
  };
}

/** weightDecay / 2 Σ w². */
function squaredNorm(weightDecay: number): Penalty {
  return {
    coefficient: weightDecay,
    value: (params) => {
      const squares = Object.values(params).map((value) => tf.sum(tf.square(value)));
      return tf.mul(tf.addN(squares), weightDecay / 2);
    },
    addGradient: (grads, params) => mapParams(grads, (grad, name) => tf.add(grad, tf.mul(params[name]!, weightDecay))),
  };
}
