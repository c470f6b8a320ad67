import type { OperatorFunction } from "rxjs";
import { checkOptions, number, required, seedOption, whole } from "../../core/options.ts";
import { integers } from "../../core/random.ts";
import type { Batch } from "../../core/types.ts";
import { altered, imageShape } from "./altered.ts";

/** Options of `randomCrop`. */
export interface RandomCropOptions {
  /** Pixels added on each side, of which a window of the image's own size is kept. */
  readonly padding: number;
  /** Seed of the draws. */
  readonly seed: number;
  /** Value of what is added. Default -1, the black of scaled bytes. */
  readonly fill?: number;
}

/**
 * Shifts each image by up to `padding` pixels in both directions, uniformly, and fills what comes in from outside.
 *
 *     y[r, c] = x[r + dr, c + dc],  dr, dc ~ U{-padding, …, padding};  `fill` outside of x
 *
 * The draws follow from the seed and the step, so that a run that goes on meets the same images.
 *
 * @throws {UserError} for an option that is not one; the stream errors with it for examples that are no images.
 *
 * @example
 * ```ts
 * import { batches, horizontalFlip, randomCrop, rootKey, shapes10 } from "gradstream";
 *
 * await batches(shapes10({ train: 64, test: 0 }).train, { size: 32, key: rootKey(0), limit: 1 })
 *   .pipe(randomCrop({ padding: 4, seed: 0 }), horizontalFlip({ seed: 0 }))
 *   .forEach(({ examples }) => console.log(examples.length)); // 98304
 * ```
 */
export function randomCrop(options: RandomCropOptions): OperatorFunction<Batch, Batch> {
  const known = { padding: required(whole(1)), seed: required(seedOption), fill: number };
  const { padding, seed, fill = -1 } = checkOptions<RandomCropOptions>("randomCrop", options, known);
  return altered({
    name: "randomCrop",
    seed,
    check: (batch) => imageShape("randomCrop", batch),
    examples: (batch, key) => {
      const [height, width, channels] = imageShape("randomCrop", batch);
      const shifts = integers(key, 2 * batch.size, 2 * padding + 1);
      const { examples } = batch;
      const out = new Float32Array(examples.length).fill(fill);
      for (let i = 0; i < batch.size; i++) {
        const [down, right] = [shifts[2 * i]! - padding, shifts[2 * i + 1]! - padding];
        const [first, last] = [Math.max(0, -right), Math.min(width, width - right)];
        for (let row = Math.max(0, -down); row < Math.min(height, height - down) && first < last; row++) {
          const from = ((i * height + row + down) * width + first + right) * channels;
          const to = ((i * height + row) * width + first) * channels;
          out.set(examples.subarray(from, from + (last - first) * channels), to);
        }
      }
      return out;
    },
  });
}
