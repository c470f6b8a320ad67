import * as tf from "@tensorflow/tfjs-core";
import type { OperatorFunction } from "rxjs";
import type { Step } from "../core/live.ts";
import { checkOptions, schedule } from "../core/options.ts";
import type { Schedule } from "../core/schedule.ts";
import type { Recorded } from "../core/types.ts";
import { probe } from "../operators/probe.ts";

/**
 * Measures the loss of the current minibatch, before the update.
 *
 * Records, in the unit of the loss:
 * - `loss`: the data loss;
 * - `penalty`, `penalized_loss`: the weight penalty λ/2·‖θ‖², and the sum of both; with weight decay only.
 *
 * Costs no pass of the network: the loss comes with the training step.
 *
 * @throws {UserError} for an option that is not one.
 *
 * @example
 * ```ts
 * import { take } from "rxjs";
 * import { batches, every, loss, mlp, rootKey, sgd, shapes10, train } from "gradstream";
 *
 * await batches(shapes10({ train: 64, test: 0 }).train, { size: 32, key: rootKey(0) })
 *   .pipe(take(4), train(mlp(), sgd({ learningRate: 0.1 }), { seed: 0 }), loss({ when: every(2) }))
 *   .forEach((record) => console.log(record)); // { kind: "reading", step: 0, probe: "loss", stat: "loss", value: … } …
 * ```
 */
export function loss(options: { readonly when?: Schedule | undefined } = {}): OperatorFunction<Step, Recorded> {
  const { when } = checkOptions<typeof options>("loss", options, { when: schedule });
  return probe({
    name: "loss",
    when,
    measure: ({ loss: value, penalty }) => [
      { stat: "loss", value },
      ...(penalty
        ? [
            { stat: "penalty", value: penalty },
            { stat: "penalized_loss", value: tf.add<tf.Scalar>(value, penalty) },
          ]
        : []),
    ],
  });
}
