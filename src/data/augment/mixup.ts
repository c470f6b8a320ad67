import type { OperatorFunction } from "rxjs";
import { UserError } from "../../core/errors.ts";
import { above, checkOptions, required, seedOption, whole } from "../../core/options.ts";
import { fold, normal, permutation, uniform, type Key } from "../../core/random.ts";
import type { Batch } from "../../core/types.ts";
import { altered } from "./altered.ts";

/** Options of `mixup`. */
export interface MixupOptions {
  /** Seed of the draws. */
  readonly seed: number;
  /** Parameter α of Beta(α, α), from which the share λ of a batch is drawn. Default 1. */
  readonly alpha?: number;
  /** Number of classes, which labels that are classes want. Default: none, labels are target values. */
  readonly classes?: number;
}

/**
 * Mixes each example and its label with those of another of the batch.
 *
 *     λ ~ Beta(α, α), π a permutation:   x'_i = λ x_i + (1 - λ) x_π(i)    y'_i = λ y_i + (1 - λ) y_π(i)
 *
 * λ and π are drawn once a batch and follow from the seed and the step. Classes become target values, `[size, classes]`, for
 * the loss `softCrossEntropy`; their sum is 1. Target values are mixed as they are.
 *
 * Source: Zhang, Cisse, Dauphin and Lopez-Paz 2018, "mixup: Beyond Empirical Risk Minimization".
 *
 * @throws {UserError} for an option that is not one; the stream errors with it for a label that is not one of the classes.
 *
 * @example
 * ```ts
 * import { batches, mixup, rootKey, shapes10 } from "gradstream";
 *
 * await batches(shapes10({ train: 64, test: 0 }).train, { size: 32, key: rootKey(0), limit: 1 })
 *   .pipe(mixup({ alpha: 0.2, classes: 10, seed: 0 }))
 *   .forEach(({ labels }) => console.log(labels.length)); // 320
 * ```
 */
export function mixup(options: MixupOptions): OperatorFunction<Batch, Batch> {
  const known = { seed: required(seedOption), alpha: above(0), classes: whole(2) };
  const { seed, alpha = 1, classes } = checkOptions<MixupOptions>("mixup", options, known);
  const mixed = (values: Float32Array, { size }: Batch, key: Key): Float32Array => {
    const share = beta(fold(key, "share"), alpha);
    const others = permutation(fold(key, "others"), size);
    const width = values.length / size;
    return values.map((value, at) => {
      const row = Math.floor(at / width);
      return share * value + (1 - share) * values[others[row]! * width + at - row * width]!;
    });
  };
  return altered({
    name: "mixup",
    seed,
    examples: (batch, key) => mixed(batch.examples, batch, key),
    labels: (batch, key) => mixed(oneHot(batch, classes), batch, key),
  });
}

function oneHot({ labels, size, step }: Batch, classes: number | undefined): Float32Array {
  if (labels instanceof Float32Array) return labels;
  if (classes === undefined) throw new UserError("mixup: classes is missing; say how many there are");
  const out = new Float32Array(size * classes);
  labels.forEach((label, i) => {
    if (label < 0 || label >= classes) {
      throw new UserError(`mixup: example ${i} of step ${step} has label ${label}, expected 0 to ${classes - 1}`);
    }
    out[i * classes + label] = 1;
  });
  return out;
}

/** Draws from Beta(α, α). */
function beta(key: Key, alpha: number): number {
  const [a, b] = [logGamma(fold(key, "a"), alpha), logGamma(fold(key, "b"), alpha)];
  return 1 / (1 + Math.exp(b - a));
}

/** Draws the logarithm of a number from Gamma(α, 1), which may be too small itself (Marsaglia and Tsang 2000). */
function logGamma(key: Key, alpha: number): number {
  const boost = alpha < 1 ? Math.log(uniform(fold(key, "boost"), 1)[0]! + 2 ** -25) / alpha : 0;
  const d = (alpha < 1 ? alpha + 1 : alpha) - 1 / 3;
  for (let attempt = 0; ; attempt++) {
    const z = normal(fold(key, attempt), 1)[0]!;
    const v = (1 + z / Math.sqrt(9 * d)) ** 3;
    const u = uniform(fold(key, attempt, "accept"), 1)[0]! + 2 ** -25;
    if (v > 0 && Math.log(u) < 0.5 * z * z + d - d * v + d * Math.log(v)) return boost + Math.log(d * v);
  }
}
