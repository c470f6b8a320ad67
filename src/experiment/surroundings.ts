import { batches } from "../data/batches.ts";
import { linearTask } from "../data/linear-task.ts";
import { examplesToFloat } from "../data/pixels.ts";
import { subset } from "../data/subset.ts";
import { fold, rootKey } from "../core/random.ts";
import type { DataSet, Examples, LabelledExamples } from "../core/types.ts";
import type { Arm, Surroundings } from "./experiment.ts";

/** Examples of a chunk unless told otherwise. */
const CHUNK = 250;

export interface SurroundingsOptions<A extends Arm> {
  readonly arm: A;
  readonly seed: number;
  readonly data: DataSet;
  /** Asked before each batch; a promise holds training back until it resolves. */
  readonly gate?: () => Promise<void> | undefined;
}

/** What a trial's `run` gets: its arm and the data set, dealt out by its seed. */
export function surroundings<A extends Arm>({ arm, seed, data, gate }: SurroundingsOptions<A>): Surroundings<A> {
  const key = fold(rootKey(seed), "batches");
  return {
    arm,
    seed,
    batches: ({ size, images = Infinity }) =>
      batches(subset(data.train, images), { size, key, ...(gate ? { gate } : {}) }),
    linearTask: (options = {}) =>
      linearTask({ ...options, key: fold(rootKey(seed), "linear task"), ...(gate ? { gate } : {}) }),
    trainingSet: ({ images = Infinity, size = CHUNK } = {}) => chunked(subset(data.train, images), size),
    test: ({ images = Infinity } = {}) => chunked(subset(data.test, images), CHUNK),
  };
}

const chunked = (examples: Examples, size: number): Iterable<LabelledExamples> => ({
  [Symbol.iterator]: () => chunks(examples, size),
});

function* chunks(examples: Examples, size: number): Generator<LabelledExamples> {
  for (let from = 0; from < examples.count; from += size) {
    const to = Math.min(examples.count, from + size);
    const labels = Int32Array.from(examples.labels.subarray(from, to));
    yield { size: to - from, examples: examplesToFloat(examples, from, to), labels };
  }
}
