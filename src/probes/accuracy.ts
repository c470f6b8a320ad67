import * as tf from "@tensorflow/tfjs-core";
import type { OperatorFunction } from "rxjs";
import { checkExamples, checkLabels, type NameOf } from "../core/check-examples.ts";
import { UserError } from "../core/errors.ts";
import type { Step } from "../core/live.ts";
import { checkOptions, examples, flag, schedule, type Wanted } from "../core/options.ts";
import type { Schedule } from "../core/schedule.ts";
import type { LabelledExamples, Recorded } from "../core/types.ts";
import { probe } from "../operators/probe.ts";

/** Options of `accuracy`. */
export interface AccuracyOptions {
  /** Held-out examples in chunks, such as `test()`. Default: none, the current minibatch is measured. */
  readonly test?: Iterable<LabelledExamples>;
  /**
   * Whether activations of the test set pass the activations operator too; recorded as `intervened_test_accuracy` then.
   * Default false.
   */
  readonly intervene?: boolean;
  /** Steps at which to measure. Default every step. */
  readonly when?: Schedule | undefined;
}

/**
 * Measures the fraction of examples whose largest logit is that of their class, from 0 to 1.
 *
 * Records one of:
 * - `accuracy`: of the current minibatch, as the training pass saw it, with batch statistics and the activations
 *   operator;
 * - `test_accuracy`: of the examples of `test`, at the parameters before the update, with running statistics and
 *   without the activations operator;
 * - `intervened_test_accuracy`: the same, through the activations operator.
 *
 * Costs no pass of the network for the minibatch, one forward pass over the examples of `test`.
 *
 * Requires labels that are classes: it does not fit a training on target values.
 *
 * @throws {UserError} for an option that is not one. The stream errors with it when `test` is empty, a label is not a
 * class of the network or a value is not a number.
 */
export function accuracy(options: AccuracyOptions = {}): OperatorFunction<Step, Recorded> {
  const {
    test,
    intervene = false,
    when,
  } = checkOptions<AccuracyOptions>("accuracy", options, {
    test: chunks,
    intervene: flag,
    when: schedule,
  });
  return probe({
    name: "accuracy",
    when,
    options: { of: test ? "test set" : "minibatch", ...(test && { intervene }) },
    fits: ({ batch }) => (isOfClasses(batch) ? undefined : NO_CLASSES),
    measure: (step) => {
      if (!test) {
        const where = (index: number) => `example ${index} of the batch of step ${step.step}`;
        const hits = countHits(step.logits, step.batch.labels, where);
        return [{ stat: "accuracy", value: tf.div<tf.Scalar>(hits, step.batch.size) }];
      }
      let total = 0;
      const hits = Array.from(test, (chunk) => {
        const { examples, labels, size } = chunk;
        const before = total;
        const where = (index: number) => `test example ${before + index}`;
        checkExamples("accuracy", chunk, step.batch.shape, where);
        total += size;
        return tf.tidy(() => countHits(step.predict(examples, size, { intervene }), labels, where));
      });
      if (total === 0) throw new UserError("accuracy: the test set is empty; give it examples, in chunks");
      const stat = intervene ? "intervened_test_accuracy" : "test_accuracy";
      return [{ stat, value: tf.div<tf.Scalar>(tf.addN(hits), total) }];
    },
  });
}

const chunks: Wanted = {
  what: "held-out examples in chunks to iterate over again and again, such as test({ images: 1000 })",
  accepts: examples.accepts,
};

const NO_CLASSES = "accuracy: these examples have target values, not classes; leave it out, or use loss()";

const isOfClasses = ({ labels }: Pick<LabelledExamples, "labels">): boolean => labels instanceof Int32Array;

function countHits(logits: tf.Tensor, labels: LabelledExamples["labels"], nameOf: NameOf): tf.Tensor {
  if (!(labels instanceof Int32Array)) throw new UserError(NO_CLASSES);
  checkLabels("accuracy", labels, logits.shape.at(-1)!, nameOf);
  const hits = tf.equal(tf.argMax(logits, -1), tf.tensor1d(labels, "int32"));
  return tf.sum(tf.cast(hits, "float32"));
}
