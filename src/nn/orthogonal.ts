import * as tf from "@tensorflow/tfjs-core";
import { normal } from "../core/random.ts";
import type { Initializer } from "./initializer.ts";
import { checkGain, fansOf, gainNamed } from "./scaled.ts";

/** Options of `orthogonal`. */
export interface OrthogonalOptions {
  /** Factor of the orthonormal vectors. Default 1. */
  readonly gain?: number;
}

/**
 * Makes the initializer that draws a kernel whose matrix Q, inputs (times field) by outputs, has QᵀQ = gain² I, or QQᵀ
 * = gain² I where there are more outputs than inputs; uniform among such matrices, PyTorch's `orthogonal_`.
 *
 * Costs time in proportion to inputs × outputs × the smaller of the two: seconds at 512 channels.
 *
 * Source: Saxe, McClelland and Ganguli 2014.
 *
 * @throws {UserError} when the gain is not a finite number above 0.
 */
export function orthogonal({ gain = 1 }: OrthogonalOptions = {}): Initializer {
  checkGain("orthogonal", gain);
  return {
    name: `orthogonal(${gainNamed(gain)})`,
    draw: (key, shape) => {
      const { fanIn } = fansOf("orthogonal", shape);
      const out = shape.at(-1)!;
      const [count, length] = [Math.min(fanIn, out), Math.max(fanIn, out)];
      const vectors = orthonormal(normal(key, count * length), count, length);
      const [vectorStep, elementStep] = fanIn >= out ? [1, out] : [out, 1];
      const values = new Float32Array(count * length);
      vectors.forEach((vector, i) => {
        for (let j = 0; j < length; j++) values[i * vectorStep + j * elementStep] = gain * vector[j]!;
      });
      return tf.tensor(values, [...shape]);
    },
  };
}

/** Makes `count` Gaussian vectors orthonormal, one after another (Gram-Schmidt, in float64). */
function orthonormal(draws: Float32Array, count: number, length: number): readonly Float64Array[] {
  const made: Float64Array[] = [];
  for (let i = 0; i < count; i++) {
    const vector = Float64Array.from(draws.subarray(i * length, (i + 1) * length));
    for (const earlier of made) addTo(vector, earlier, -dot(vector, earlier));
    const size = Math.sqrt(dot(vector, vector));
    made.push(vector.map((value) => value / size));
  }
  return made;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function addTo(a: Float64Array, b: Float64Array, factor: number): void {
  for (let i = 0; i < a.length; i++) a[i] = a[i]! + factor * b[i]!;
}
