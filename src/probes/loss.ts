import * as tf from "@tensorflow/tfjs";
import type { OperatorFunction } from "rxjs";
import type { Step } from "../core/live.ts";
import { checkOptions, schedule } from "../core/options.ts";
import type { Schedule } from "../core/schedule.ts";
import type { Recorded } from "../core/types.ts";
import { probe } from "../operators/probe.ts";

/**
 * Reads the loss of the current minibatch before the update: `loss` is the data loss alone; where there is weight decay,
 * `penalty` is that of the parameters and `penalized_loss` their sum. Costs nothing but the sum of squares: the loss belongs
 * to the training step.
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
