import * as tf from "@tensorflow/tfjs-core";
import type { Tensor4D } from "@tensorflow/tfjs-core";
import { UserError } from "../core/errors.ts";
import { everyNth } from "./every-nth.ts";
import { stateless, type Layer } from "./layer.ts";

/**
 * Makes the shortcut without parameters of He et al. 2016 (option A): every second row and column of an image, and as many
 * channels of zeros after its own as make `filters` of them.
 */
export function subsampled(filters: number): Layer {
  const shape = (input: readonly number[]): readonly number[] => {
    const [height, width, channels] = input as [number, number, number];
    if (input.length === 3 && channels <= filters) return [Math.ceil(height / 2), Math.ceil(width / 2), filters];
    throw new UserError(
      `resnet: needs [height, width, channels] examples of at most ${filters} channels, not [${input}]`,
    );
  };
  return stateless(`subsampled(${filters})`, shape, (x) => {
    const edges: [number, number][] = [
      [0, 0],
      [0, 0],
      [0, 0],
      [0, filters - x.shape.at(-1)!],
    ];
    return tf.pad(everyNth(x as Tensor4D, 2), edges);
  });
}
