import * as tf from "@tensorflow/tfjs";
import { expect, it } from "vitest";
import { probeBackend, startBackend, type BackendName } from "../../../src/backend/start.ts";
import { noiseKernel } from "../../../src/core/kernels.ts";
import { drawNoise } from "../../../src/core/noise.ts";
import { gaussian } from "../../fixtures/tensors.ts";
import { describeUnless } from "../../fixtures/unless.ts";

const { available, detail } = await probeBackend("tensorflow");
const missing = available && detail.endsWith("own kernels") ? undefined : `${detail}; npm run setup:tensorflow`;

/** Sizes below and above the kernel's blocks of 128 elements and its pieces for threads. */
const SHAPES = [
  [[1]],
  [[7, 5]],
  [[3, 43]],
  [[128]],
  [[2, 3, 43]],
  [[129, 1]],
  [[40, 16]],
  [[9999, 33]],
  [[64, 32, 32, 8]],
];

describeUnless(missing, "TensorFlow with own kernels", () => {
  it.each(SHAPES)("draws the noise that wasm draws, bit for bit: %j", async (shape) => {
    const units = shape.at(-1)!;
    const ramp = (from: number) => Float32Array.from({ length: units }, (_, i) => from + i / units);
    const attrs = { hi: 0xfedcba98, lo: 0x9abcdef0, mu: ramp(-0.5), sigma: ramp(1), rMu: 0.1, rSigma: 0.3 };
    const drawn = async (backend: BackendName) => {
      await startBackend(backend);
      return tf.tidy(() => {
        const { value, grad } = tf.valueAndGrad((x) => tf.sum(noiseKernel(x, attrs)))(gaussian(shape, 1));
        value.dispose();
        return [noiseKernel(gaussian(shape, 1), attrs), grad].map((tensor) => tensor.dataSync<"float32">().slice());
      });
    };
    const [noisy, scale] = await drawn("tensorflow");
    const [expected, expectedScale] = await drawn("wasm");
    expect(noisy!.findIndex((value, e) => value !== expected![e])).toBe(-1);
    expect(scale!.findIndex((value, e) => value !== expectedScale![e])).toBe(-1);
    const { scale: plain } = drawNoise(noisy!.length, attrs);
    let worst = 0;
    for (const [e, value] of plain.entries()) worst = Math.max(worst, Math.abs(value - scale![e]!));
    expect(worst).toBeLessThan(1e-4);
  });
});
