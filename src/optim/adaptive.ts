import * as tf from "@tensorflow/tfjs-core";
import { combinationKernel } from "../core/kernels.ts";
import { mapParams, type Params, type State } from "../core/params.ts";
import type { Wanted } from "../core/options.ts";
import { average, toState, zeroSlot } from "./slots.ts";

/** Condition on the rate of a moving average. */
export const betaOption: Wanted = {
  what: "a number from 0 up and below 1",
  accepts: (value) => typeof value === "number" && value >= 0 && value < 1,
};

/** What Adam is made of. */
interface Adaptive {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly amsgrad: boolean;
}

/** Makes the moves of Adam. What corrects the averages is itself an average, of ones, so that no digits are lost. */
export function adaptive({ beta1, beta2, epsilon, amsgrad }: Adaptive) {
  return {
    init: (params: Params): State => ({
      ...zeroSlot("mean", params),
      ...zeroSlot("square", params),
      ...(amsgrad ? zeroSlot("largest", params) : {}),
      meanWeight: tf.scalar(0),
      squareWeight: tf.scalar(0),
    }),
    move: (params: Params, grads: Params, state: State, rate: number) => {
      const mean = average(state, "mean", grads, beta1);
      const squared = mapParams(grads, (grad) => tf.square(grad));
      const square = average(state, "square", squared, beta2);
      const largest = mapParams(square, (value, name) =>
        amsgrad ? tf.maximum(value, state[`largest/${name}`]!) : value,
      );
      const meanWeight = tf.add(tf.mul(state["meanWeight"]!, beta1), 1 - beta1);
      const squareWeight = tf.add(tf.mul(state["squareWeight"]!, beta2), 1 - beta2);
      const root = tf.sqrt(squareWeight);
      const scale = mapParams(largest, (value) => tf.add(tf.div(tf.sqrt(value), root), epsilon));
      const next = mapParams(params, (value, name) =>
        combinationKernel(value, 1, tf.div(tf.div(mean[name]!, meanWeight), scale[name]!), -rate),
      );
      const preconditioner = mapParams(scale, (value) => tf.mul(value, meanWeight));
      const after: State = {
        ...toState("mean", mean),
        ...toState("square", square),
        ...(amsgrad ? toState("largest", largest) : {}),
        meanWeight,
        squareWeight,
      };
      return { params: next, state: after, preconditioner };
    },
  };
}
