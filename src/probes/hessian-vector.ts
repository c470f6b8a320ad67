import * as tf from "@tensorflow/tfjs";
import type { Tensor1D } from "@tensorflow/tfjs";
import type { Step } from "../core/live.ts";
import { flatten, squaredNorm, unflatten } from "../core/vectors.ts";
import { evaluate, moved } from "./objective.ts";

/**
 * H v for a unit vector v, H the Hessian of the objective at the step's parameters θ, by central differences of
 * gradients: (∇L(θ + ε v) - ∇L(θ - ε v)) / 2ε with ε = relativeStep ‖θ‖. tfjs's own second derivatives are wrong for
 * several operations. Two forward and backward passes.
 */
export function hessianVectorProduct(step: Step, unit: Tensor1D, relativeStep: number): Tensor1D {
  const { params } = step;
  const epsilon = tf.mul<tf.Scalar>(tf.sqrt(squaredNorm(flatten(params))), relativeStep);
  return tf.tidy(() => {
    const direction = unflatten(unit, params);
    const gradient = (factor: tf.Scalar) => flatten(evaluate(step, moved(params, direction, factor)).grads);
    return tf.div(tf.sub(gradient(epsilon), gradient(tf.neg(epsilon))), tf.mul(epsilon, 2));
  });
}
