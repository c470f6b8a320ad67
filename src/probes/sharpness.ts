import * as tf from "@tensorflow/tfjs";
import type { Scalar } from "@tensorflow/tfjs";
import type { OperatorFunction } from "rxjs";
import type { Step } from "../core/live.ts";
import { above, checkOptions, schedule } from "../core/options.ts";
import type { Schedule } from "../core/schedule.ts";
import type { Recorded } from "../core/types.ts";
import { flatten, norm } from "../core/vectors.ts";
import { probe } from "../operators/probe.ts";
import { moved, total } from "./objective.ts";

export interface SharpnessOptions {
  /** How far up the gradient. */
  readonly rho?: number;
  readonly when?: Schedule | undefined;
}

/**
 * How much the objective rises within rho along the gradient: `sharpness` = L(θ + ρ g / ‖g‖) - L(θ), the first-order
 * form of the sharpness that SAM minimises (Foret et al. 2021). Costs one forward pass.
 */
export function sharpness(options: SharpnessOptions = {}): OperatorFunction<Step, Recorded> {
  const { rho = 0.05, when } = checkOptions<SharpnessOptions>("sharpness", options, { rho: above(0), when: schedule });
  return probe({
    name: "sharpness",
    when,
    options: { rho },
    measure: (step) => {
      const up = moved(step.params, step.grads, tf.divNoNan<Scalar>(rho, norm(flatten(step.grads))));
      const there = { loss: step.lossOf(step.pass(up)), penalty: step.penaltyTerm?.value(up) };
      return [{ stat: "sharpness", value: tf.sub<Scalar>(total(there), total(step)) }];
    },
  });
}
