import type { OperatorFunction } from "rxjs";
import { UserError } from "../../core/errors.ts";
import { checkOptions, required, seedOption, proportion, whole } from "../../core/options.ts";
import { fold, integers, rootKey, uniform } from "../../core/random.ts";
import type { Batch } from "../../core/types.ts";
import { altered } from "./altered.ts";

/** Options of `labelNoise`. */
export interface LabelNoiseOptions {
  /** Probability that an example's class is replaced by another. */
  readonly fraction: number;
  /** Number of classes. */
  readonly classes: number;
  /** Seed of the draws. */
  readonly seed: number;
}

/**
 * Replaces the class of each example with probability `fraction` by one of the others, uniformly. An example keeps its class,
 * false or true, at every epoch and in whatever batch it comes: the draw follows from the seed and its values. So put it
 * before operators that change these.
 *
 * Source: after Zhang, Bengio, Hardt, Recht and Vinyals 2017, "Understanding deep learning requires rethinking
 * generalization", whose corrupted labels are drawn from all classes.
 *
 * @throws {UserError} for an option that is not one; the stream errors with it for target values, and for a label that is
 * not one of the classes.
 */
export function labelNoise(options: LabelNoiseOptions): OperatorFunction<Batch, Batch> {
  const known = { fraction: required(proportion), classes: required(whole(2)), seed: required(seedOption) };
  const { fraction, classes, seed } = checkOptions<LabelNoiseOptions>("labelNoise", options, known);
  const root = fold(rootKey(seed), "labelNoise", "example");
  return altered({
    name: "labelNoise",
    seed,
    labels: ({ examples, labels, size, step }) => {
      if (!(labels instanceof Int32Array)) throw new UserError("labelNoise: wants classes, not target values");
      const words = new Uint32Array(examples.buffer, examples.byteOffset, examples.length);
      const width = examples.length / size;
      return labels.map((label, i) => {
        if (label < 0 || label >= classes) {
          throw new UserError(`labelNoise: example ${i} of step ${step} has label ${label}, expected 0 to ${classes - 1}`);
        }
        const key = fold(root, hashOf(words, i * width, (i + 1) * width));
        if (uniform(fold(key, "whether"), 1)[0]! >= fraction) return label;
        return (label + 1 + integers(key, 1, classes - 1)[0]!) % classes;
      });
    },
  });
}

/** Computes FNV-1a over 32-bit words. */
function hashOf(words: Uint32Array, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let i = from; i < to; i++) {
    hash = Math.imul(hash ^ (words[i]! & 0xffff), 0x01000193);
    hash = Math.imul(hash ^ (words[i]! >>> 16), 0x01000193);
  }
  return hash >>> 0;
}
