import { setImmediate } from "node:timers/promises";
import { defer, finalize, from, type Observable } from "rxjs";
import { UserError } from "../core/errors.ts";
import { callable, checkOptions, keyOption, required, text, whole } from "../core/options.ts";
import { fold, permutation, type Key } from "../core/random.ts";
import type { Batch, RawExamples } from "../core/types.ts";
import { madeWhenRead } from "./made-when-read.ts";
import { gatherLabels, gatherToFloat } from "./pixels.ts";

/** Past batches to a turn of the event loop. */
const PAST_TURN = 500;

/** Options of `batches`. */
export interface BatchesOptions {
  /** Examples per batch. */
  readonly size: number;
  /** Random key of the order: epoch e is shuffled with `fold(key, "epoch", e)`. */
  readonly key: Key;
  /** Number of batches. Default: endless. */
  readonly limit?: number;
  /** Called before each batch; a promise that it returns delays the batch until it resolves. Default: no delay. */
  readonly gate?: () => Promise<void> | undefined;
  /** Name of the data set, for records. Default: none. */
  readonly source?: string;
  /**
   * Number of first batches that nobody waits for and that are made only when they are read: `train` drops them where it
   * goes on from a checkpoint. Default 0.
   */
  readonly past?: number;
}

/**
 * Checks that there are as many pixels and labels as examples.
 *
 * @throws {UserError} when there are not.
 */
function checkData({ count, shape, pixels, labels }: RawExamples): void {
  const perExample = shape.reduce((product, n) => product * n, 1);
  if (pixels.length !== count * perExample) {
    throw new UserError(`batches: there are ${pixels.length} pixels, not ${count} examples of [${shape}]`);
  }
  if (labels instanceof Float32Array ? labels.length % Math.max(count, 1) === 0 : labels.length === count) return;
  const what = labels instanceof Float32Array ? "target values" : "labels";
  throw new UserError(`batches: there are ${labels.length} ${what} for ${count} examples`);
}

/**
 * Emits minibatches of `data`, epoch after epoch, each epoch in an order of its own; examples left over at the end of
 * an epoch are dropped. Bytes are scaled to [-1, 1], numbers taken as they are.
 *
 *     batches(data, { size: 2, key })    --a--b--c--d--
 *                                          |  |  |  |     one turn of the event loop each
 *
 * Cold: every subscription starts again from step 0. A batch is made only when the one before has been delivered, so
 * that nothing runs ahead of a synchronous consumer; unsubscribing stops it.
 *
 * @throws {UserError} at once when an option is not one or `size` exceeds the number of examples.
 *
 * @example
 * ```ts
 * import { take } from "rxjs";
 * import { batches, rootKey, shapes10 } from "gradstream";
 *
 * await batches(shapes10({ train: 64, test: 0 }).train, { size: 32, key: rootKey(0) })
 *   .pipe(take(3))
 *   .forEach(({ step, epoch, labels }) => console.log(step, epoch, labels.length)); // 0 0 32, 1 0 32, 2 1 32
 * ```
 */
export function batches(data: RawExamples, options: BatchesOptions): Observable<Batch> {
  const { size } = checkOptions<BatchesOptions>("batches", options, {
    size: required(whole(1)), key: required(keyOption), limit: whole(0), gate: callable, source: text, past: whole(0),
  });
  checkData(data);
  if (size > data.count) throw new UserError(`batches: size ${size} exceeds the ${data.count} examples there are`);
  return defer(() => {
    const life = { over: false };
    return from(cut(data, options, life)).pipe(finalize(() => (life.over = true)));
  });
}

async function* cut(data: RawExamples, options: BatchesOptions, life: { over: boolean }): AsyncGenerator<Batch, void> {
  const { size, key, limit = Infinity, gate, source, past = 0 } = options;
  const perEpoch = Math.floor(data.count / size);
  const orderOf = remembering((epoch) => permutation(fold(key, "epoch", epoch), data.count));
  for (let step = 0; step < limit; step++) {
    const isPast = step < past;
    if (!isPast) await gate?.();
    if (!isPast || step % PAST_TURN === 0) await setImmediate();
    if (life.over) return;
    const epoch = Math.floor(step / perEpoch);
    const place = step % perEpoch;
    const chosen = () => orderOf(epoch).subarray(place * size, (place + 1) * size);
    const labels = () => gatherLabels(data, chosen());
    const examples = () => gatherToFloat(data, chosen());
    const known = { step, epoch, size, shape: data.shape, ...(source === undefined ? {} : { source }) };
    yield isPast ? madeWhenRead(known, { examples, labels }) : { ...known, examples: examples(), labels: labels() };
  }
}

/** Returns `make` with its latest result kept. */
function remembering<T>(make: (epoch: number) => T): (epoch: number) => T {
  let latest: { readonly epoch: number; readonly made: T } | undefined;
  return (epoch) => {
    if (latest?.epoch !== epoch) latest = { epoch, made: make(epoch) };
    return latest.made;
  };
}
