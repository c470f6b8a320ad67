import * as tf from "@tensorflow/tfjs";
import { UserError } from "../core/errors.ts";
import type { Optimizer, Penalty } from "../core/optimizer.ts";
import { mapParams } from "../core/params.ts";

export interface SgdOptions {
  readonly learningRate: number;
  /** Coefficient of the gradient of weightDecay / 2 Σ w² over all parameters, as in PyTorch's `SGD(weight_decay)`. */
  readonly weightDecay?: number;
}

/** Plain stochastic gradient descent: next = params - learningRate * grads. */
export function sgd({ learningRate, weightDecay = 0 }: SgdOptions): Optimizer {
  if (!(learningRate >= 0)) throw new UserError(`sgd: learningRate must be a number from 0 up, not ${learningRate}`);
  if (!(weightDecay >= 0)) throw new UserError(`sgd: weightDecay must be a number from 0 up, not ${weightDecay}`);
  return {
    name: "sgd",
    learningRate,
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
