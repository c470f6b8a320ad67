import { fold, permutation, rootKey, type Key } from "../core/random.ts";
import type { DataSet, Examples } from "../core/types.ts";
import { checkCount } from "./count.ts";
import { drawShape, KINDS, SIDE } from "./shapes10-draw.ts";

const SHAPE = [SIDE, SIDE, 3];

export interface Shapes10Options {
  /** Number of training examples. Default 10,000. */
  readonly train?: number;
  /** Number of test examples. Default 2,000. */
  readonly test?: number;
  /** Seed of the drawings. Default 0. */
  readonly seed?: number;
}

/**
 * Generates a data set of the form of CIFAR-10: 32x32x3 bytes, ten classes of shapes and patterns, whose place, size,
 * turn, colours, background, clutter and noise vary and say nothing of the class. Every example is a function of (seed,
 * split, index) alone, so a smaller set is the beginning of a larger one; each ten successive examples hold every class
 * once, in random order.
 */
export function shapes10(options: Shapes10Options = {}): DataSet {
  const { train = 10_000, test = 2_000, seed = 0 } = options;
  checkCount("shapes10: train", train, 0);
  checkCount("shapes10: test", test, 0);
  const key = fold(rootKey(seed), "shapes10");
  return {
    name: "shapes10",
    classes: KINDS.map((kind) => kind.name),
    shape: SHAPE,
    train: generate(fold(key, "train"), train),
    test: generate(fold(key, "test"), test),
  };
}

function generate(key: Key, count: number): Examples {
  const size = SIDE * SIDE * 3;
  const pixels = new Uint8Array(count * size);
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const ten = i % 10 === 0 ? permutation(fold(key, "labels", i / 10), 10) : undefined;
    if (ten) labels.set(ten.subarray(0, count - i), i);
    drawShape(fold(key, i), labels[i]!, pixels, i * size);
  }
  return { count, shape: SHAPE, pixels, labels };
}
