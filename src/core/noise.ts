import { randomBits, type Key } from "./random.ts";
import type { NoiseAttrs } from "./kernels.ts";

/**
 * Draws the element-wise half of Algorithm 1 (Santurkar et al. 2018, appendix A.2.1) in plain JavaScript: for element e
 * of a tensor whose last axis holds the units j,
 *
 *     scale[e] ~ N(sigma[j], rSigma)     shift[e] ~ U(mu[j] - rMu, mu[j] + rMu)
 *
 * Elements 2b and 2b + 1 take Philox block b: words 0 and 1 give the shifts, words 2 and 3 the two normals of a
 * Box-Muller pair. The wasm kernel draws the same numbers.
 */
export function drawNoise(count: number, attrs: NoiseAttrs): { scale: Float32Array; shift: Float32Array } {
  const { mu, sigma, rMu, rSigma } = attrs;
  const units = mu.length;
  const key: Key = { hi: attrs.hi, lo: attrs.lo };
  const words = randomBits(key, 4 * Math.ceil(count / 2));
  const scale = new Float32Array(count);
  const shift = new Float32Array(count);
  for (let e = 0; e < count; e++) {
    const block = (e >> 1) * 4;
    const unit = e % units;
    const u = (words[block + (e & 1)]! >>> 8) * 2 ** -24;
    const radius = Math.sqrt(-2 * Math.log(((words[block + 2]! >>> 8) + 0.5) * 2 ** -24));
    const angle = 2 * Math.PI * words[block + 3]! * 2 ** -32;
    shift[e] = mu[unit]! + rMu * (2 * u - 1);
    scale[e] = sigma[unit]! + rSigma * radius * (e & 1 ? Math.sin(angle) : Math.cos(angle));
  }
  return { scale, shift };
}
