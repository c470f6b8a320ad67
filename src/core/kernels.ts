import { engine, mul, registerGradient, type Tensor } from "@tensorflow/tfjs-core";

/**
 * Operations that tfjs lacks or computes too slowly for training. Here: their names, their typed calls and their
 * gradients, the same for every backend. Each backend registers the kernels (src/backend).
 */
export const KERNELS = {
  batchNorm: "GradstreamBatchNorm",
  batchNormGrad: "GradstreamBatchNormGrad",
  noise: "GradstreamNoise",
  reluGrad: "GradstreamReluGrad",
  maxPool: "GradstreamMaxPool",
  maxPoolGrad: "GradstreamMaxPoolGrad",
  combination: "GradstreamCombination",
  changeSums: "GradstreamChangeSums",
} as const;

/** Attributes of the kernel `batchNorm`. */
export interface BatchNormAttrs {
  readonly epsilon: number;
}

/** Attributes of the kernel `maxPool`. */
export interface MaxPoolAttrs {
  /** Side of the windows, which do not overlap; a remainder at the right or lower edge is left out. */
  readonly size: number;
}

/** Attributes of the kernel `combination`. */
export interface CombinationAttrs {
  /** Factor of x. */
  readonly a: number;
  /** Factor of y. */
  readonly b: number;
}

/** Attributes of the kernel `noise`: all that its draws depend on (core/noise.ts). */
export interface NoiseAttrs {
  readonly hi: number;
  readonly lo: number;
  /** Centre of the shift, per unit. */
  readonly mu: Float32Array;
  /** Centre of the scale, per unit. */
  readonly sigma: Float32Array;
  readonly rMu: number;
  readonly rSigma: number;
}

function run(name: string, inputs: Record<string, Tensor>, attrs: object = {}): Tensor[] {
  return engine().runKernel(name, inputs, attrs as never) as unknown as Tensor[];
}

/**
 * Computes batch normalization in training mode over all axes but the last: y = scale (x - mean) / sqrt(variance +
 * epsilon) + shift, with the biased variance.
 *
 * Returns `[y, mean, variance]`; gradients flow through y alone.
 */
export function batchNormKernel(x: Tensor, scale: Tensor, shift: Tensor, epsilon: number): [Tensor, Tensor, Tensor] {
  return run(KERNELS.batchNorm, { x, scale, shift }, { epsilon }) as [Tensor, Tensor, Tensor];
}

/** Computes y = s x + m with keyed draws of s and m (core/noise.ts). Gradients flow through the product: dx = s dy. */
export function noiseKernel(x: Tensor, attrs: NoiseAttrs): Tensor {
  return run(KERNELS.noise, { x }, attrs)[0]!;
}

/** Computes the maximum over windows of an NHWC tensor; the first maximum of a window takes its gradient. */
export function maxPoolKernel(x: Tensor, attrs: MaxPoolAttrs): Tensor {
  return [run(KERNELS.maxPool, { x }, attrs)].flat()[0]!;
}

/** Computes a x + b y of tensors of one shape, in one pass: what updates and running averages are made of. */
export function combinationKernel<T extends Tensor>(x: T, a: number, y: T, b: number): T {
  return run(KERNELS.combination, { x, y }, { a, b }) as unknown as T;
}

/**
 * Computes the sums of core/change-sums.ts of several parameters at once, in their order.
 *
 * Returns their float64 values' words as int32 [10 n]; no gradient flows.
 */
export function changeSumsKernel(
  gradients: readonly Tensor[],
  before: readonly Tensor[],
  after: readonly Tensor[],
  initial: readonly Tensor[],
): Tensor {
  const inputs = [...gradients, ...before, ...after, ...initial];
  return run(KERNELS.changeSums, inputs as unknown as Record<string, Tensor>) as unknown as Tensor;
}

registerGradient({
  kernelName: KERNELS.combination,
  gradFunc: (dy, _saved, attrs) => {
    const { a, b } = attrs as unknown as CombinationAttrs;
    return { x: () => mul(dy as Tensor, a), y: () => mul(dy as Tensor, b) };
  },
});

registerGradient({
  kernelName: KERNELS.maxPool,
  inputsToSave: ["x"],
  // Besides y, a backend may give one tensor that its gradient wants.
  outputsToSave: [true, true],
  gradFunc: (dys, saved, attrs) => {
    const [x, y, workspace] = saved as [Tensor, Tensor, Tensor | undefined];
    const inputs = { dy: [dys].flat()[0]!, x, y, ...(workspace && { workspace }) };
    return { x: () => run(KERNELS.maxPoolGrad, inputs, attrs) as unknown as Tensor };
  },
});

registerGradient({
  kernelName: KERNELS.batchNorm,
  inputsToSave: ["x", "scale"],
  outputsToSave: [false, true, true],
  gradFunc: (dys, saved, attrs) => {
    const [x, scale, mean, variance] = saved as [Tensor, Tensor, Tensor, Tensor];
    const dy = (dys as Tensor[])[0]!;
    const [dx, dScale, dShift] = run(KERNELS.batchNormGrad, { dy, x, scale, mean, variance }, attrs) as [
      Tensor,
      Tensor,
      Tensor,
    ];
    return { x: () => dx, scale: () => dScale, shift: () => dShift };
  },
});

registerGradient({
  kernelName: KERNELS.noise,
  outputsToSave: [false, true],
  gradFunc: (dys, saved) => ({ x: () => mul((dys as Tensor[])[0]!, saved[0]!) }),
});

registerGradient({
  kernelName: "Relu",
  outputsToSave: [true],
  gradFunc: (dy, saved) => ({
    x: () => run(KERNELS.reluGrad, { dy: dy as Tensor, y: saved[0]! }) as unknown as Tensor,
  }),
});
