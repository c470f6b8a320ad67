import * as tf from "@tensorflow/tfjs-core";
import type { Scalar } from "@tensorflow/tfjs-core";
import type { OperatorFunction } from "rxjs";
import type { Step } from "../core/live.ts";
import { above, checkOptions, schedule } from "../core/options.ts";
import type { Schedule } from "../core/schedule.ts";
import type { Recorded } from "../core/types.ts";
import { toVector, norm } from "../core/vectors.ts";
import { probe } from "../operators/probe.ts";
import { moved, total } from "./objective.ts";

/** Options of `sharpness`. */
export interface SharpnessOptions {
  /** Distance ρ to go along the gradient. Default 0.05. */
  readonly rho?: number;
  /** Steps at which to measure. Default every step. */
  readonly when?: Schedule | undefined;
}

/**
 * Measures how much the objective rises within a distance ρ along the gradient g.
 *
 * Records `sharpness`: L(θ + ρ g / ‖g‖) - L(θ), in the unit of the loss. Costs one forward pass.
 *
 * Source: Foret et al. 2021, "Sharpness-Aware Minimization", to first order.
 *
 * @throws {UserError} for an option that is not one.
 */
export function sharpness(options: SharpnessOptions = {}): OperatorFunction<Step, Recorded> {
  const { rho = 0.05, when } = checkOptions<SharpnessOptions>("sharpness", options, { rho: above(0), when: schedule });
  return probe({
    name: "sharpness",
    when,
    options: { rho },
    measure: (step) => {
      const up = moved(step.params, step.grads, tf.divNoNan<Scalar>(rho, norm(toVector(step.grads))));
      const there = { loss: step.lossOf(step.pass(up)), penalty: step.penaltyTerm?.value(up) };
      return [{ stat: "sharpness", value: tf.sub<Scalar>(total(there), total(step)) }];
    },
  });
}
