import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import type { OperatorFunction } from "rxjs";
import { checkExamples, checkLabels } from "../core/check-examples.ts";
import { UserError } from "../core/errors.ts";
import type { Step } from "../core/live.ts";
import * as option from "../core/options.ts";
import type { TensorValues } from "../core/read.ts";
import type { Schedule } from "../core/schedule.ts";
import type { LabelledExamples, Recorded, RunEvent } from "../core/types.ts";
import { probe } from "../operators/probe.ts";
import { firstFilters, imageBytes, signedBytes } from "./sample-bytes.ts";

/** Most images that are shown. */
const MOST_IMAGES = 64;
/** Most classes of a confusion matrix. */
const MOST_CLASSES = 100;

/** Options of `samples`. */
export interface SamplesOptions {
  /** Test images in chunks, such as `test({ images: 1000 })`: all of them make the confusion matrix. */
  readonly test: Iterable<LabelledExamples>;
  /** Number of examples, from the first, that are shown with their predictions, 64 at most. Default 8. */
  readonly images?: number;
  /** Names of the classes, in the order of the labels, for readers. Default: those of the data set, or their numbers. */
  readonly classes?: readonly string[] | undefined;
  /** Steps at which to measure. Default every step. */
  readonly when?: Schedule | undefined;
}

const imagesOption: option.Wanted = {
  what: `a whole number from 1 to ${MOST_IMAGES}`,
  accepts: (value) => option.whole(1).accepts(value) && (value as number) <= MOST_IMAGES,
};
const namesOption: option.Wanted = {
  what: "a list of names",
  accepts: (value) => Array.isArray(value) && value.every((name) => typeof name === "string"),
};

/**
 * Looks at a few test images: what the network takes them for, at the parameters before the update, with running statistics
 * and without the activations operator.
 *
 * Records events with `data`:
 * - `sample_images`, once: the images as bytes in base64 (`pixels`, `shape`, with the smallest and largest value black and
 *   white where values are not from -1 to 1), their `labels`, and names of the `classes` where there are any;
 * - `samples`: of each image `label`, `prediction` and its `probability`; of all test images the `confusion` matrix as counts,
 *   row by row, a row for each label and a column for each prediction, of `classes` each; and the `filters` of the first layer
 *   where they look at pixels: `bytes` in base64, 128 for 0 and 1 and 255 for -`limit` and `limit`.
 *
 * Costs one forward pass over the examples of `test`.
 *
 * Requires images `[height, width, channels]` with classes, 100 at most.
 *
 * @throws {UserError} for an option that is missing or not one. The stream errors with it when `test` is empty, a label is not
 * a class of the network or a value is not a number.
 */
export function samples(options: SamplesOptions): OperatorFunction<Step, Recorded> {
  const {
    test,
    images = 8,
    classes,
    when,
  } = option.checkOptions<SamplesOptions>("samples", options, {
    test: option.required(option.examples),
    images: imagesOption,
    classes: namesOption,
    when: option.schedule,
  });
  return probe({
    name: "samples",
    when,
    options: { images },
    fits: ({ batch: { shape, labels } }) => {
      if (!(labels instanceof Int32Array)) return "samples: these examples have target values, not classes";
      return shape.length === 3
        ? undefined
        : `samples: needs images [height, width, channels], not examples of [${shape}]`;
    },
    open: () => {
      let isShown = false;
      const measure = (step: Step) => {
        const chunks = checked(test, step);
        const probabilities = chunks.map(({ examples, size }) => tf.softmax(step.predict(examples, size)));
        const known = probabilities[0]!.shape[1]!;
        checkClassCount(chunks, known);
        const filters = firstFilters(step);
        const records = (values: TensorValues): readonly RunEvent[] => {
          const found = foundOf(chunks, values, known, images);
          const shown = filters && { shape: filters.shape, ...signedBytes(values.at(-1)!) };
          const first = isShown ? [] : [imagesEvent(step, chunks, images, classes ?? chunks[0]!.classes)];
          isShown = true;
          return [...first, samplesEvent(step.step, { ...found, ...(shown && { filters: shown }) })];
        };
        return [{ tensors: [...probabilities, ...(filters ? [filters] : [])] as Tensor[], records }];
      };
      return {
        measure,
        save: () => ({ shown: Int32Array.of(isShown ? 1 : 0) }),
        load: ({ shown }) => (isShown = shown![0] === 1),
      };
    },
  });
}

function checked(test: Iterable<LabelledExamples>, { batch: { shape } }: Step): readonly LabelledExamples[] {
  const chunks = Array.from(withNames(test), ({ chunk, nameOf }) => {
    checkExamples("samples", chunk, shape, nameOf);
    return chunk;
  });
  if (!chunks.some(({ size }) => size > 0))
    throw new UserError("samples: the test set is empty; give it examples, in chunks");
  return chunks;
}

function checkClassCount(chunks: readonly LabelledExamples[], classes: number): void {
  if (classes > MOST_CLASSES) throw new UserError(`samples: shows ${MOST_CLASSES} classes at most, not ${classes}`);
  for (const { chunk, nameOf } of withNames(chunks)) {
    checkLabels("samples", chunk.labels as Int32Array, classes, nameOf);
  }
}

/** Gives each chunk with the names of its examples, which are counted over all chunks. */
function* withNames(chunks: Iterable<LabelledExamples>) {
  let before = 0;
  for (const chunk of chunks) {
    const from = before;
    before += chunk.size;
    yield { chunk, nameOf: (index: number) => `test example ${from + index}` };
  }
}

/** Counts what the examples are taken for, and lists the first. */
function foundOf(chunks: readonly LabelledExamples[], values: TensorValues, classes: number, count: number) {
  const confusion = Array<number>(classes * classes).fill(0);
  const images: { label: number; prediction: number; probability: number }[] = [];
  chunks.forEach(({ size, labels }, c) => {
    for (let i = 0; i < size; i++) {
      const own = values[c]!.subarray(i * classes, (i + 1) * classes);
      const prediction = own.reduce((best, value, at) => (value > own[best]! ? at : best), 0);
      const label = labels[i]!;
      confusion[label * classes + prediction]! += 1;
      if (images.length < count) images.push({ label, prediction, probability: own[prediction]! });
    }
  });
  return { images, classes, confusion };
}

function samplesEvent(step: number, data: ReturnType<typeof foundOf> & { readonly filters?: object }): RunEvent {
  const { confusion, classes } = data;
  const all = confusion.reduce((sum, count) => sum + count, 0);
  const right = confusion.filter((_, i) => i % (classes + 1) === 0).reduce((sum, count) => sum + count, 0);
  const message = `names ${right} of ${all} test images correctly`;
  return { kind: "event", step, at: Date.now(), level: "info", name: "samples", message, data: { ...data } };
}

function imagesEvent(
  { step, batch: { shape } }: Step,
  chunks: readonly LabelledExamples[],
  count: number,
  classes: readonly string[] | undefined,
): RunEvent {
  const each = shape.reduce((product, n) => product * n, 1);
  const labels = chunks.flatMap((chunk) => [...chunk.labels]).slice(0, count);
  const values = Float32Array.from(chunks.flatMap(({ examples }) => [...examples.subarray(0, count * each)]));
  const pixels = imageBytes(values.subarray(0, labels.length * each));
  const data = { shape: [labels.length, ...shape], pixels, labels, ...(classes && { classes }) };
  const message = `the ${labels.length} images of samples`;
  return { kind: "event", step, at: Date.now(), level: "info", name: "sample_images", message, data };
}
