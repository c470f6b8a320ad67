import { batches } from "../data/batches.ts";
import { checkCount } from "../data/count.ts";
import { linearTask } from "../data/linear-task.ts";
import { examplesToFloat } from "../data/pixels.ts";
import { subset } from "../data/subset.ts";
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
    batches: ({ size, images }) =>
      batches(some(data.train, images, "batches"), { size, key, ...(gate ? { gate } : {}) }),
    linearTask: (options = {}) =>
      linearTask({ ...options, key: fold(rootKey(seed), "linear task"), ...(gate ? { gate } : {}) }),
    test: ({ images } = {}) => chunked(some(data.test, images, "test")),
  };
}

/** So many of the examples; all of them unless told. */
function some(examples: Examples, images: number | undefined, who: string): Examples {
  if (images === undefined || images === Infinity) return examples;
  checkCount(`${who}: images`, images);
  return subset(examples, images);
}

const chunked = (examples: Examples): Iterable<LabelledExamples> => ({ [Symbol.iterator]: () => chunks(examples) });

function* chunks(examples: Examples): Generator<LabelledExamples> {
  for (let from = 0; from < examples.count; from += CHUNK) {
    const to = Math.min(examples.count, from + CHUNK);
    const labels = Int32Array.from(examples.labels.subarray(from, to));
    yield { size: to - from, examples: examplesToFloat(examples, from, to), labels };
  }
}
