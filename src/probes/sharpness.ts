import * as tf from "@tensorflow/tfjs";
import type { Scalar } from "@tensorflow/tfjs";
import type { OperatorFunction } from "rxjs";
import { UserError } from "../core/errors.ts";
import type { Step } from "../core/live.ts";
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
export function sharpness({ rho = 0.05, when }: SharpnessOptions = {}): OperatorFunction<Step, Recorded> {
  if (!Number.isFinite(rho) || rho <= 0) throw new UserError(`sharpness: rho must be finite and above 0, not ${rho}`);
  return probe({
    name: "sharpness",
    when,
    measure: (step) => {
      const up = moved(step.params, step.grads, tf.divNoNan<Scalar>(rho, norm(flatten(step.grads))));
      const there = { loss: step.lossOf(step.pass(up)), penalty: step.penaltyTerm?.value(up) };
      return [{ stat: "sharpness", value: tf.sub<Scalar>(total(there), total(step)) }];
    },
  });
}
