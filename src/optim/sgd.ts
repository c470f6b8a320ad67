import * as tf from "@tensorflow/tfjs";
import { UserError } from "../core/errors.ts";
import type { Optimizer, Penalty } from "../core/optimizer.ts";
import { mapParams, roleOf } from "../core/params.ts";

export interface SgdOptions {
  /** A number, or one for each step (from 0): `(step) => 0.1 * 0.99 ** step`. */
  readonly learningRate: number | ((step: number) => number);
  /** Coefficient of the gradient of weightDecay / 2 Σ w², as in PyTorch's `SGD(weight_decay)`. */
  readonly weightDecay?: number;
  /**
   * What decays: `all` parameters (default, as in PyTorch), or `kernels`, those called `kernel`: no bias, no scale, no shift,
   * no threshold; of weight normalization the direction, not its gain.
   */
  readonly decay?: "kernels" | "all";
}

const COVERS = { all: () => true, kernels: (name: string) => roleOf(name) === "kernel" };

/** Makes plain stochastic gradient descent: next = params - learningRate * grads. */
export function sgd({ learningRate, weightDecay = 0, decay = "all" }: SgdOptions): Optimizer {
  const rateAt = typeof learningRate === "function" ? learningRate : () => learningRate;
  if (typeof learningRate !== "function" && !isRate(learningRate)) {
    throw new UserError(`sgd: learningRate must be a number from 0 up, not ${learningRate}`);
  }
  if (!isRate(weightDecay)) throw new UserError(`sgd: weightDecay must be a number from 0 up, not ${weightDecay}`);
  if (!Object.hasOwn(COVERS, decay)) {
    throw new UserError(`sgd: decay must be "kernels" or "all", not ${decay}`);
  }
  return {
    name: "sgd",
    ...(weightDecay > 0 ? { penalty: squaredNorm(weightDecay, COVERS[decay]) } : {}),
    init: () => ({}),
    update: (params, grads, state, step) => {
      const rate = rateAt(step);
      if (!isRate(rate)) throw new UserError(`sgd: learningRate(${step}) gave ${rate}, not a number from 0 up`);
      const next = mapParams(params, (value, name) => tf.sub(value, tf.mul(grads[name]!, rate)));
      return { params: next, state, learningRate: rate };
    },
  };
}

const isRate = (value: number): boolean => Number.isFinite(value) && value >= 0;

/** Makes weightDecay / 2 Σ w² over the parameters that `includes` names. */
function squaredNorm(weightDecay: number, includes: (name: string) => boolean): Penalty {
  return {
    coefficient: weightDecay,
    includes,
    value: (params) => {
      const own = Object.entries(params).filter(([name]) => includes(name));
      const squares = own.map(([, value]) => tf.sum(tf.square(value)));
      return tf.mul(squares.length > 0 ? tf.addN(squares) : tf.scalar(0), weightDecay / 2);
    },
    addGradient: (grads, params) =>
      mapParams(grads, (grad, name) => (includes(name) ? tf.add(grad, tf.mul(params[name]!, weightDecay)) : grad)),
  };
}
