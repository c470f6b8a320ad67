import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import type { Step } from "../core/live.ts";
import { layerOf, roleOf } from "../core/params.ts";

/** Most filters that are shown: of convolutions, and of dense layers, whose filters are as large as an image. */
const MOST_FILTERS = { conv: 64, dense: 8 } as const;

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

/** Writes values as bytes in base64: those from -1 to 1 by themselves, others from the smallest to the largest. */
export function imageBytes(values: Float32Array): string {
  const [least, most] = values.reduce(
    ([a, b], value) => [Math.min(a, value), Math.max(b, value)],
    [Infinity, -Infinity],
  );
  const [low, high] = least >= -1 && most <= 1 ? [-1, 1] : [least, most];
  return base64(Uint8Array.from(values, (value) => Math.round((255 * (value - low)) / (high - low))));
}

/** Writes values as bytes in base64, 128 for 0, and 1 and 255 for the largest of them, `limit`, to either side. */
export function signedBytes(values: Float32Array): { readonly limit: number; readonly bytes: string } {
  const limit = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const bytes = Uint8Array.from(values, (value) => 128 + Math.round(limit === 0 ? 0 : (127 * value) / limit));
  return { limit, bytes: base64(bytes) };
}

/**
 * Returns the kernel of the first layer as images, `[filters, height, width, channels]`; undefined where it does not look at
 * pixels, or the layer has several.
 */
export function firstFilters({ params, batch: { shape } }: Step): Tensor | undefined {
  const kernels = Object.entries(params).filter(([name]) => layerOf(name) === 1 && roleOf(name) === "kernel");
  const [, kernel] = kernels[0] ?? [];
  if (kernels.length !== 1 || kernel === undefined) return undefined;
  const [height, width, channels] = shape as [number, number, number];
  if (kernel.rank === 4 && kernel.shape[2] === channels) {
    return firstOf(tf.transpose(kernel, [3, 0, 1, 2]), MOST_FILTERS.conv);
  }
  if (kernel.rank !== 2 || kernel.shape[0] !== height * width * channels) return undefined;
  const units = firstOf(tf.transpose(kernel), MOST_FILTERS.dense);
  return tf.reshape(units, [units.shape[0], height, width, channels]);
}

const firstOf = (tensor: Tensor, most: number): Tensor => tf.slice(tensor, 0, Math.min(most, tensor.shape[0]));
