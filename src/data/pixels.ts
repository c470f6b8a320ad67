import type { RawExamples } from "../core/types.ts";

/** Network input of a byte x: (x / 255 - 0.5) / 0.5, so that 0 becomes -1 and 255 becomes 1. */
const SCALED = Float32Array.from({ length: 256 }, (_, byte) => (byte / 255 - 0.5) / 0.5);

/**
 * Returns the values of the examples `from` to `to` (exclusive), scaled to [-1, 1], in a new array.
 *
 * @throws {RangeError} when the range is not within the examples.
 */
export function examplesToFloat(examples: RawExamples, from: number, to: number): Float32Array {
  if (!(from >= 0 && from <= to && to <= examples.count)) {
    throw new RangeError(`examplesToFloat: ${from} to ${to} is not within the ${examples.count} examples`);
  }
  const width = examples.pixels.length / examples.count;
  const bytes = examples.pixels.subarray(from * width, to * width);
  const out = new Float32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) out[i] = SCALED[bytes[i]!]!;
  return out;
}

/** Returns the values of the examples listed in `order`, scaled to [-1, 1], in a new array. */
export function gatherToFloat(examples: RawExamples, order: Uint32Array): Float32Array {
  const width = examples.pixels.length / examples.count;
  const { pixels } = examples;
  const out = new Float32Array(order.length * width);
  let to = 0;
  for (const index of order) {
    const end = (index + 1) * width;
    for (let at = index * width; at < end; at++) out[to++] = SCALED[pixels[at]!]!;
  }
  return out;
}
