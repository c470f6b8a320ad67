import type { OperatorFunction } from "rxjs";
import { checkOptions, required, seedOption, proportion } from "../../core/options.ts";
import { uniform } from "../../core/random.ts";
import type { Batch } from "../../core/types.ts";
import { altered, imageShape } from "./altered.ts";

/** Options of `horizontalFlip`. */
export interface HorizontalFlipOptions {
  /** Seed of the draws. */
  readonly seed: number;
  /** Probability that an image is mirrored. Default 0.5. */
  readonly probability?: number;
}

/**
 * Mirrors each image left to right with a probability of one half.
 *
 * The draws follow from the seed and the step, so that a run that goes on meets the same images.
 *
 * @throws {UserError} for an option that is not one; the stream errors with it for examples that are no images.
 */
export function horizontalFlip(options: HorizontalFlipOptions): OperatorFunction<Batch, Batch> {
  const known = { seed: required(seedOption), probability: proportion };
  const { seed, probability = 0.5 } = checkOptions<HorizontalFlipOptions>("horizontalFlip", options, known);
  return altered({
    name: "horizontalFlip",
    seed,
    check: (batch) => imageShape("horizontalFlip", batch),
    examples: (batch, key) => {
      const [height, width, channels] = imageShape("horizontalFlip", batch);
      const draws = uniform(key, batch.size);
      const out = batch.examples.slice();
      for (let i = 0; i < batch.size; i++) {
        if (draws[i]! >= probability) continue;
        for (let row = i * height; row < (i + 1) * height; row++) {
          for (let column = 0; column < width; column++) {
            const from = (row * width + width - 1 - column) * channels;
            out.set(batch.examples.subarray(from, from + channels), (row * width + column) * channels);
          }
        }
      }
      return out;
    },
  });
}
