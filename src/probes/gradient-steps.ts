import * as tf from "@tensorflow/tfjs-core";
import type { OperatorFunction } from "rxjs";
import { UserError } from "../core/errors.ts";
import type { Step } from "../core/live.ts";
import { checkOptions, isRecord, oneOf, required, schedule, type Wanted } from "../core/options.ts";
import type { Params } from "../core/params.ts";
import { fold, normal } from "../core/random.ts";
import type { Schedule } from "../core/schedule.ts";
import type { Recorded } from "../core/types.ts";
import { toVector, norm, fromVector } from "../core/vectors.ts";
import { probe } from "../operators/probe.ts";
import { stats } from "../operators/stats.ts";
import { evaluate, moved, walkAgainstGradient } from "./objective.ts";

/** Distances in learning rates. */
export interface RelativeDistances {
  /** Factors of the learning rate. */
  readonly learningRates: readonly number[];
}

/** Options of `gradientSteps`. */
export interface GradientStepsOptions {
  /**
   * Distances η to walk: factors of the direction, or with `learningRates` factors of the learning rate times the
   * direction.
   */
  readonly distances: readonly number[] | RelativeDistances;
  /**
   * Direction of the walk: against the gradient, or along a Gaussian vector of the gradient's length, drawn anew each
   * step. Default `gradient`.
   */
  readonly direction?: "gradient" | "random";
  /** Steps at which to measure. Default every step. */
  readonly when?: Schedule | undefined;
}

/**
 * Measures the loss and the gradient along a line through the parameters.
 *
 * With g the gradient of the objective at the parameters θ and d the direction, on the same batch, with the same noise
 * and with batch statistics:
 *
 *     loss(η) = L(θ - η d)    gradient_difference(η) = ‖∇L(θ - η d) - g‖    beta(η) = gradient_difference(η) / (η ‖g‖)
 *
 * Records at each distance η, over all parameters:
 * - `loss`: the data loss, and `penalized_loss`, with the weight penalty; the second with weight decay only;
 * - `gradient_difference` and `beta`.
 *
 * Records per step:
 * - `loss_min`, `loss_max`: range over the distances, of the penalized loss where there is one;
 * - `gradient_difference_min`, `gradient_difference_max`: range over the distances (gradient predictiveness);
 * - `beta`, `beta_distance`: the largest beta (effective β-smoothness) and its distance; 0 where the gradient does not
 *   change;
 * - `vanishing_gradient_beta`: 1 / η_min, the beta of a gradient that vanishes on the way;
 * - `edge_of_stability`: 2 / learning rate.
 *
 * The probe is named `gradient_steps`, or `random_steps` for a random direction. Costs one forward and one backward
 * pass per distance.
 *
 * Source: Santurkar et al. 2018, section 3.2 and appendix A.2.2.
 *
 * @throws {UserError} for an option that is not one, and for distances that are not finite and above 0. The stream
 * errors with it when the learning rate is 0 and distances are multiples of it.
 *
 * @example
 * ```ts
 * import { take } from "rxjs";
 * import { batches, gradientSteps, mlp, rootKey, sgd, shapes10, train } from "gradstream";
 *
 * await batches(shapes10({ train: 64, test: 0 }).train, { size: 32, key: rootKey(0) })
 *   .pipe(
 *     take(2),
 *     train(mlp(), sgd({ learningRate: 0.1 }), { seed: 0 }),
 *     gradientSteps({ distances: { learningRates: [0.5, 1, 2] } }),
 *   )
 *   .forEach((record) => console.log(record)); // { …, stat: "loss", distance: 0.05, value: … } …
 * ```
 */
export function gradientSteps(options: GradientStepsOptions): OperatorFunction<Step, Recorded> {
  const {
    distances,
    direction = "gradient",
    when,
  } = checkOptions<GradientStepsOptions>("gradientSteps", options, {
    distances: required(distancesOption),
    direction: oneOf("gradient", "random"),
    when: schedule,
  });
  const factors = "learningRates" in distances ? distances.learningRates : distances;
  checkDistances(factors);
  const name = direction === "gradient" ? "gradient_steps" : "random_steps";
  return probe({
    name,
    when,
    options: { distances, direction },
    measure: (step) => {
      const { learningRate } = step;
      if (learningRate === 0 && "learningRates" in distances) {
        throw new UserError("gradientSteps: distances are multiples of the learning rate, which is 0");
      }
      const hasPenalty = step.penaltyTerm !== undefined;
      const etas = "learningRates" in distances ? factors.map((factor) => factor * learningRate) : [...factors];
      const g = toVector(step.grads);
      const walk = direction === "gradient" ? undefined : randomDirection(step);
      const sums = etas.flatMap((eta) => {
        const there = walk ? evaluate(step, moved(step.params, walk, -eta)) : walkAgainstGradient(step, eta);
        const difference = norm(tf.sub(toVector(there.grads), g));
        return [there.loss, there.penalty ?? tf.scalar(0), difference];
      });
      return [
        {
          tensor: tf.stack([norm(g), ...sums]),
          records: ([length, ...values]: Float32Array) => {
            const readings = etas.map((distance, i) => {
              const [loss, penalty, gradientDifference] = values.slice(3 * i) as [number, number, number];
              const beta = gradientDifference === 0 ? 0 : gradientDifference / (distance * length!);
              return { distance, loss, penalized: loss + penalty, gradientDifference, beta };
            });
            return found(readings, hasPenalty, learningRate);
          },
        },
      ];
    },
  });
}

const distancesOption: Wanted = {
  what: "a list such as [0.05, 0.1], or { learningRates: [0.5, 1, 2] }",
  accepts: (value) => Array.isArray(value) || (isRecord(value) && Array.isArray(value["learningRates"])),
};

/** @throws {UserError} naming the distance that cannot be walked. */
function checkDistances(distances: readonly number[]): void {
  if (distances.length === 0) throw new UserError("gradientSteps: distances is empty; give some, such as [0.05, 0.1]");
  for (const distance of distances) {
    if (Number.isFinite(distance) && distance > 0) continue;
    throw new UserError(`gradientSteps: distances must be finite and above 0, not ${distance}`);
  }
}

/** Draws the Gaussian direction of a step, of the length of its gradient. */
export function randomDirection({ key, step, params, grads }: Step): Params {
  const g = toVector(grads);
  const draws = tf.tensor1d(normal(fold(key, "random direction", step), g.size));
  return fromVector(tf.mul(draws, tf.div(norm(g), norm(draws))), params);
}

interface Walked {
  readonly distance: number;
  readonly loss: number;
  readonly penalized: number;
  readonly gradientDifference: number;
  readonly beta: number;
}

function found(walks: readonly Walked[], hasPenalty: boolean, learningRate: number) {
  const losses = walks.map(({ penalized }) => penalized);
  const differences = walks.map(({ gradientDifference }) => gradientDifference);
  // What is not a number is the worst of all.
  const worst = walks.reduce((a, b) => (Number.isNaN(a.beta) || a.beta >= b.beta ? a : b));
  return [
    ...walks.flatMap(({ distance, loss, penalized, gradientDifference, beta }) =>
      stats(
        {
          loss,
          ...(hasPenalty && { penalized_loss: penalized }),
          gradient_difference: gradientDifference,
          beta,
        },
        { distance },
      ),
    ),
    ...stats({
      loss_min: Math.min(...losses),
      loss_max: Math.max(...losses),
      gradient_difference_min: Math.min(...differences),
      gradient_difference_max: Math.max(...differences),
      beta: worst.beta,
      beta_distance: worst.distance,
      vanishing_gradient_beta: 1 / Math.min(...walks.map(({ distance }) => distance)),
      edge_of_stability: 2 / learningRate,
    }),
  ];
}
