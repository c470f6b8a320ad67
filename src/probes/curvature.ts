import * as tf from "@tensorflow/tfjs";
import type { Scalar, Tensor1D } from "@tensorflow/tfjs";
import type { OperatorFunction } from "rxjs";
import { UserError } from "../core/errors.ts";
import type { Step } from "../core/live.ts";
import type { Schedule } from "../core/schedule.ts";
import type { Recorded } from "../core/types.ts";
import { flatten, squaredNorm, sumInBlocks } from "../core/vectors.ts";
import { probe } from "../operators/probe.ts";
import { hessianVectorProduct } from "./hessian-vector.ts";

export interface CurvatureOptions {
  /** Length of the finite difference's step, as a part of ‖θ‖. */
  readonly relativeStep?: number;
  readonly when?: Schedule | undefined;
}

/**
 * Directional curvature along the gradient g of the objective, `directional_curvature` = g'Hg / g'g: the limit of beta
 * for small distances, and at most the largest eigenvalue of H. Beside it `edge_of_stability` = 2 / learning rate,
 * above which a step along g overshoots (Cohen et al. 2021). Costs two forward and backward passes.
 */
export function curvature({ relativeStep = 1e-3, when }: CurvatureOptions = {}): OperatorFunction<Step, Recorded> {
  checkRelativeStep("curvature", relativeStep);
  return probe({
    name: "curvature",
    when,
    measure: (step) => {
      const g = flatten(step.grads);
      const unit = tf.div<Tensor1D>(g, tf.sqrt(squaredNorm(g)));
      const value: Scalar = sumInBlocks(tf.mul(unit, hessianVectorProduct(step, unit, relativeStep)));
      return [
        { stat: "directional_curvature", value },
        { stat: "edge_of_stability", value: 2 / step.learningRate },
      ];
    },
  });
}

/** @throws UserError when the step cannot be taken. */
export function checkRelativeStep(who: string, relativeStep: number): void {
  if (Number.isFinite(relativeStep) && relativeStep > 0) return;
  throw new UserError(`${who}: relativeStep must be finite and above 0, not ${relativeStep}`);
}
