import { batches } from "../data/batches.ts";
import { linearTask } from "../data/linear-task.ts";
import { examplesToFloat } from "../data/pixels.ts";
import { fold, rootKey } from "../core/random.ts";
import type { DataSet, Examples, LabelledExamples } from "../core/types.ts";
import type { Arm, Surroundings } from "./experiment.ts";

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
    batches: ({ size, images }) => batches(first(data.train, images), { size, key, ...(gate ? { gate } : {}) }),
    linearTask: (options = {}) =>
      linearTask({ ...options, key: fold(rootKey(seed), "linear task"), ...(gate ? { gate } : {}) }),
    test: ({ images } = {}) => ({ [Symbol.iterator]: () => chunks(first(data.test, images)) }),
  };
}

function first(examples: Examples, images = Infinity): Examples {
  const count = Math.min(examples.count, images);
  const width = examples.pixels.length / examples.count;
  return {
    ...examples,
    count,
    pixels: examples.pixels.subarray(0, count * width),
    labels: examples.labels.subarray(0, count),
  };
}

function* chunks(examples: Examples): Generator<LabelledExamples> {
  for (let from = 0; from < examples.count; from += CHUNK) {
    const to = Math.min(examples.count, from + CHUNK);
    const labels = Int32Array.from(examples.labels.subarray(from, to));
    yield { size: to - from, examples: examplesToFloat(examples, from, to), labels };
  }
}
