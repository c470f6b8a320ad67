import { UserError } from "../core/errors.ts";
import type { Loss } from "../core/losses.ts";
import { fold } from "../core/random.ts";
import type { Batch } from "../core/types.ts";
import type { Lending } from "./lend-activations.ts";

/** Examples of a batch that are computed at once: some of them, or all. */
export interface Microbatch {
  /** The examples, as a batch. */
  readonly batch: Batch;
  /** Place of the first among those of the whole batch. */
  readonly from: number;
  /** What its activations are lent in: each microbatch draws noise of its own. */
  readonly lending: Lending;
}

/**
 * Divides a batch into microbatches of `size` examples, one after another; the last may have fewer. Without a size, and for
 * a batch that is not larger, it is one part.
 *
 * @throws {UserError} when the loss does not say how those of microbatches add up.
 */
export function partsOf(batch: Batch, size: number | undefined, loss: Loss, lending: Lending): readonly Microbatch[] {
  if (size === undefined || batch.size <= size) return [{ batch, from: 0, lending }];
  if (loss.reduction === undefined) {
    throw new UserError(
      'train: microbatch: the loss does not say how those of microbatches add up; give it a reduction, "mean" or "sum"',
    );
  }
  return Array.from({ length: Math.ceil(batch.size / size) }, (_, i) => {
    const part = rangeOf(batch, i * size, Math.min(batch.size, (i + 1) * size));
    const key = i === 0 ? lending.key : fold(lending.key, "microbatch", i);
    return { batch: part, from: i * size, lending: { ...lending, key } };
  });
}

/** Returns the share that the loss of so many examples, and its gradients, have in those of all. */
export const lossShare = ({ reduction }: Loss, size: number, all: number): number =>
  reduction === "mean" ? size / all : 1;

/** Returns a range of a batch as a batch; its arrays are views. */
function rangeOf(batch: Batch, from: number, to: number): Batch {
  const part = <A extends Float32Array | Int32Array>(values: A): A => {
    const each = values.length / batch.size;
    return values.subarray(from * each, to * each) as A;
  };
  const { labels } = batch;
  return {
    ...batch,
    size: to - from,
    examples: part(batch.examples),
    labels: labels instanceof Int32Array ? part(labels) : part(labels),
  };
}
