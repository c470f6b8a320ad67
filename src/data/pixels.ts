import type { RawExamples } from "../core/types.ts";

/** Network input of a byte x: (x / 255 - 0.5) / 0.5, so that 0 becomes -1 and 255 becomes 1. */
const SCALED = Float32Array.from({ length: 256 }, (_, byte) => (byte / 255 - 0.5) / 0.5);

/**
 * Returns the values of the examples `from` to `to` (exclusive) in a new array: bytes scaled to [-1, 1], numbers as they
 * are.
 *
 * @throws {RangeError} when the range is not within the examples.
 */
export function examplesToFloat(examples: RawExamples, from: number, to: number): Float32Array {
  if (!(from >= 0 && from <= to && to <= examples.count)) {
    throw new RangeError(`examplesToFloat: ${from} to ${to} is not within the ${examples.count} examples`);
  }
  const width = widthOf(examples.pixels, examples.count);
  const values = examples.pixels.subarray(from * width, to * width);
  if (values instanceof Float32Array) return values.slice();
  const out = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) out[i] = SCALED[values[i]!]!;
  return out;
}

/** Returns the values of the examples listed in `order` in a new array: bytes scaled to [-1, 1], numbers as they are. */
export function gatherToFloat({ pixels, count }: RawExamples, order: Uint32Array): Float32Array {
  const width = widthOf(pixels, count);
  if (pixels instanceof Float32Array) return gathered(pixels, width, order, new Float32Array(order.length * width));
  const out = new Float32Array(order.length * width);
  let to = 0;
  for (const index of order) {
    const end = (index + 1) * width;
    for (let at = index * width; at < end; at++) out[to++] = SCALED[pixels[at]!]!;
  }
  return out;
}

/** Returns the labels of the examples listed in `order` as a batch has them: classes, or target values. */
export function gatherLabels({ labels, count }: RawExamples, order: Uint32Array): Int32Array | Float32Array {
  if (!(labels instanceof Float32Array)) return Int32Array.from(order, (index) => labels[index]!);
  const width = widthOf(labels, count);
  return gathered(labels, width, order, new Float32Array(order.length * width));
}

/** Returns the labels of the examples `from` to `to` (exclusive) as a batch has them, in a new array. */
export function labelsBetween({ labels, count }: RawExamples, from: number, to: number): Int32Array | Float32Array {
  const width = widthOf(labels, count);
  const part = labels.subarray(from * width, to * width);
  return part instanceof Float32Array ? part.slice() : Int32Array.from(part);
}

/** Returns the rows of `values` listed in `order`, copied to `out`. */
export function gathered<T extends Uint8Array | Uint16Array | Float32Array>(
  values: T,
  width: number,
  order: ArrayLike<number>,
  out: T,
): T {
  for (let to = 0; to < order.length; to++) {
    const from = order[to]! * width;
    out.set(values.subarray(from, from + width), to * width);
  }
  return out;
}

const widthOf = (values: ArrayLike<number>, count: number): number => (count === 0 ? 0 : values.length / count);
