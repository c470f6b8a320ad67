import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import type { Tensor, Tensor4D } from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { probeBackend, startBackend, type BackendName } from "../../src/backend/start.ts";
import { batchNormKernel, maxPoolKernel, noiseKernel } from "../../src/core/kernels.ts";
import { gaussian, relativeError } from "../fixtures/tensors.ts";

/** The outputs of `f`, and the gradients of their weighted sum, on one backend. */
async function evaluate(
  backend: BackendName,
  shapes: readonly (readonly number[])[],
  f: (...inputs: Tensor[]) => Tensor[],
): Promise<Float32Array[]> {
  await startBackend(backend);
  return tf.tidy(() => {
    const inputs = shapes.map((shape, i) => gaussian(shape, i + 1));
    const outputs = f(...inputs);
    const weights = gaussian(outputs[0]!.shape, 99);
    const grads = tf.grads((...xs: Tensor[]) => tf.sum(tf.mul(f(...xs)[0]!, weights)))(inputs);
    return [...outputs, ...grads].map((tensor) => tensor.dataSync<"float32">().slice());
  });
}

async function expectAgreement(
  shapes: readonly (readonly number[])[],
  f: (...inputs: Tensor[]) => Tensor[],
  bound = 3e-6,
): Promise<void> {
  const [wasm, cpu] = [await evaluate("wasm", shapes, f), await evaluate("cpu", shapes, f)];
  wasm.forEach((values, i) => expect(relativeError(values, cpu[i]!), `result ${i}`).toBeLessThan(bound));
}

const conv = (x: Tensor, kernel: Tensor): Tensor[] => [tf.conv2d(x as Tensor4D, kernel as Tensor4D, 1, "same")];

describe("wasm keeps the digits of sums over everything", () => {
  it.each([[[1 << 20]], [[1000, 1001]], [[7, 3, 5]], [[32, 20, 10, 4]]])("of %j", async (shape) => {
    await startBackend("wasm");
    const values = tf.tidy(() => tf.relu(gaussian(shape, 5)).dataSync<"float32">().slice());
    const exact = values.reduce((sum, value) => sum + value, 0);
    const [sum, mean, kept, variance] = tf.tidy(() => {
      const x = tf.tensor(values, shape);
      const all = [tf.sum(x), tf.mean(x), tf.mean(x, undefined, true), tf.moments(x).variance];
      expect(all.map(({ shape: of }) => of.length)).toEqual([0, 0, shape.length, 0]);
      return all.map((one) => one.dataSync()[0]!);
    });
    const expected = exact / values.length;
    const units = shape.at(-1)!;
    const spread = values.reduce((total, value) => total + (value - expected) ** 2, 0) / values.length;
    for (const [found, wanted] of [
      [sum, exact],
      [mean, expected],
      [kept, expected],
      [variance, spread],
    ] as const)
      expect(relativeError([found!], [wanted])).toBeLessThan(1e-6);
    const rows = tf.tidy(() => tf.mean(tf.tensor(values, [values.length / units, units]), 0).dataSync());
    const column = values.filter((_, i) => i % units === 0);
    expect(relativeError([rows[0]!], [column.reduce((a, b) => a + b, 0) / column.length])).toBeLessThan(1e-6);
  });
});

describe("wasm agrees with cpu, values and gradients", () => {
  // Channel counts around the kernels' blocks of 4, 8 and 16; widths below and above a block.
  it.each([
    [
      [2, 5, 7, 3],
      [3, 3, 3, 8],
    ],
    [
      [3, 4, 4, 4],
      [3, 3, 4, 9],
    ],
    [
      [2, 1, 1, 16],
      [3, 3, 16, 24],
    ],
    [
      [1, 2, 9, 1],
      [3, 3, 1, 1],
    ],
    [
      [2, 6, 5, 5],
      [5, 5, 5, 7],
    ],
    [
      [2, 6, 5, 6],
      [1, 1, 6, 8],
    ],
    [
      [2, 7, 3, 2],
      [1, 3, 2, 3],
    ],
    // Tiles of 2 x 2: whole ones, those that the edge cuts, less and more than one pass takes, and images of one tile.
    [
      [2, 8, 6, 8],
      [3, 3, 8, 16],
    ],
    [
      [3, 7, 5, 4],
      [3, 3, 4, 8],
    ],
    [
      [1, 1, 1, 8],
      [3, 3, 8, 8],
    ],
    [
      [37, 2, 2, 64],
      [3, 3, 64, 40],
    ],
    [
      [2, 40, 33, 12],
      [3, 3, 12, 8],
    ],
  ])("conv2d %j * %j", (x, kernel) => expectAgreement([x, kernel], conv, 1e-5));

  it.each([[[3, 1]], [[130, 5]], [[2, 9, 7, 16]], [[1, 3, 3, 23]], [[3, 5, 5, 40]]])("batchNorm of %j", (shape) =>
    expectAgreement(
      [shape, [shape.at(-1)!], [shape.at(-1)!]],
      (x, scale, shift) => batchNormKernel(x, scale, shift, 1e-5),
      2e-5,
    ),
  );

  it.each([[[3, 1]], [[7, 5]], [[2, 3, 4, 8]], [[2, 3, 3, 12]], [[1, 1, 1, 3]]])("noise on %j", (shape) => {
    const units = shape.at(-1)!;
    const ramp = (lo: number, hi: number) =>
      Float32Array.from({ length: units } as ArrayLike<number>, (_, i) => lo + ((hi - lo) * i) / units);
    const attrs = { hi: 0x12345678, lo: 0x9abcdef0, mu: ramp(-0.5, 0.5), sigma: ramp(1, 1.25), rMu: 0.1, rSigma: 0.1 };
    return expectAgreement([shape], (x) => [noiseKernel(x, attrs)], 1e-6);
  });

  it("draws the same noise for every element of a large tensor", async () => {
    const attrs = { hi: 7, lo: 8, mu: new Float32Array(8), sigma: new Float32Array(8), rMu: 1, rSigma: 1 };
    const draw = async (backend: BackendName) => {
      await startBackend(backend);
      return noiseKernel(tf.ones([64, 32, 32, 8]), attrs).dataSync<"float32">();
    };
    const [wasm, cpu] = [await draw("wasm"), await draw("cpu")];
    let worst = 0;
    for (let i = 0; i < cpu.length; i++) worst = Math.max(worst, Math.abs(wasm[i]! - cpu[i]!));
    // Where the uniform number is next to 1, its rounding to float32 shows in the (then tiny) radius.
    expect(worst).toBeLessThan(1e-4);
  });

  it.each([[[2, 4, 6, 3]], [[1, 2, 2, 8]], [[2, 5, 7, 4]], [[3, 8, 2, 13]]])("maxPool of %j, ties included", (shape) =>
    expectAgreement([shape], (x) => [maxPoolKernel(tf.round(tf.mul(x, 2)), { size: 2 })]).then(() =>
      expectAgreement([shape], (x) => [maxPoolKernel(x, { size: 2 })]),
    ),
  );

  it.each([[[5, 3]], [[2, 3, 4, 7]], [[4, 4, 4, 8]]])("bias, relu and sums over %j", (shape) =>
    expectAgreement([shape, [shape.at(-1)!]], (x, bias) => {
      const y = tf.relu(tf.add(x, bias));
      return [
        y,
        tf.sum(
          y,
          shape.slice(0, -1).map((_, i) => i),
        ),
        tf.sum(y, -1),
        tf.sum(y),
      ];
    }),
  );

  it.each([
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ])("matMul, transposed %s %s", (ta, tb) =>
    expectAgreement([ta ? [5, 4] : [4, 5], tb ? [3, 5] : [5, 3]], (a, b) => [tf.matMul(a, b, ta, tb)]),
  );
});

it.each([
  [
    [3, 4, 5],
    [1, 0, 2],
  ],
  [
    [2, 3, 4, 6],
    [0, 2, 1, 3],
  ],
  [
    [2, 3, 4, 7],
    [1, 2, 0, 3],
  ],
  [
    [4, 3, 2, 2],
    [2, 3, 0, 1],
  ],
  [
    [3, 5, 3],
    [2, 1, 0],
  ],
  [
    [3, 4],
    [0, 1],
  ],
  [
    [1, 2, 3, 4, 5],
    [3, 0, 1, 2, 4],
  ],
])("transposes %j by %j", async (shape, perm) => {
  const on = async (backend: BackendName) => {
    await startBackend(backend);
    return tf.tidy(() => [...tf.transpose(gaussian(shape, 1), perm).dataSync()]);
  };
  expect(await on("wasm")).toEqual(await on("cpu"));
});

it("computes statistics of a long batch to float32's last digits", async () => {
  await startBackend("wasm");
  const rows = 200_000;
  const values = Float32Array.from(
    { length: rows * 8 } as ArrayLike<number>,
    (_, i) => 100 + Math.sin(i * 12.9898) * 0.5,
  );
  const [, mean, variance] = tf.tidy(() =>
    batchNormKernel(tf.tensor(values, [rows, 8]), tf.ones([8]), tf.zeros([8]), 1e-5).map((t) => t.dataSync().slice()),
  );
  for (let c = 0; c < 8; c++) {
    let [sum, squares] = [0, 0];
    for (let r = 0; r < rows; r++) sum += values[r * 8 + c]!;
    const exact = sum / rows;
    for (let r = 0; r < rows; r++) squares += (values[r * 8 + c]! - exact) ** 2;
    expect(Math.abs(mean![c]! - exact) / exact).toBeLessThan(1e-7);
    expect(Math.abs(variance![c]! / (squares / rows) - 1)).toBeLessThan(1e-5);
  }
});

it("has files of kernels that are what their source compiles to", () => {
  const folder = mkdtempSync(join(tmpdir(), "gradstream-wasm-"));
  try {
    execFileSync(process.execPath, ["scripts/build-wasm.js", folder]);
    for (const name of ["kernels.wasm", "kernels-relaxed.wasm"])
      expect(readFileSync(join(folder, name)).equals(readFileSync(`src/backend/wasm/${name}`)), name).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it("reports that each backend trains", async () => {
  for (const name of ["wasm", "cpu"] as const) {
    expect(await probeBackend(name)).toMatchObject({ name, available: true });
  }
});
