import { map, type OperatorFunction } from "rxjs";
import { UserError } from "../../core/errors.ts";
import { fold, rootKey, type Key } from "../../core/random.ts";
import type { Batch } from "../../core/types.ts";
import { madeWhenRead } from "../made-when-read.ts";

/** Numbers of a batch that an augmentation makes anew, from its key at the batch's step. */
interface Altering {
  /** Name of the operator, for its key. */
  readonly name: string;
  readonly seed: number;
  /** Makes the examples. Default: as they were. */
  readonly examples?: (batch: Batch, key: Key) => Float32Array;
  /** Makes the labels. Default: as they were. */
  readonly labels?: (batch: Batch, key: Key) => Int32Array | Float32Array;
  /** Looks at a batch first. @throws {UserError} when it is not one to alter. */
  readonly check?: (batch: Batch) => void;
}

/**
 * Makes an operator that alters batches, each when it is read: batches before a checkpoint never are. What it draws follows
 * from the seed, its name and the step alone.
 */
export function altered({ name, seed, examples, labels, check }: Altering): OperatorFunction<Batch, Batch> {
  const root = fold(rootKey(seed), name);
  return map((batch) => {
    check?.(batch);
    const { step, epoch, size, shape, source } = batch;
    const key = fold(root, step);
    const known = { step, epoch, size, shape, ...(source !== undefined && { source }) };
    return madeWhenRead(known, {
      examples: () => examples?.(batch, key) ?? batch.examples,
      labels: () => labels?.(batch, key) ?? batch.labels,
    });
  });
}

/** Returns the height, width and channels of a batch of images. @throws {UserError} for another shape. */
export function imageShape(who: string, { shape }: Pick<Batch, "shape">): readonly [number, number, number] {
  if (shape.length === 3) return shape as [number, number, number];
  throw new UserError(`${who}: wants images [height, width, channels], not examples of [${shape}]`);
}
