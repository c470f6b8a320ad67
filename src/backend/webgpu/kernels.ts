import * as tf from "@tensorflow/tfjs-core";
import type { KernelBackend, KernelConfig, KernelFunc, TensorInfo } from "@tensorflow/tfjs-core";
import { KERNELS, type BatchNormAttrs, type CombinationAttrs, type NoiseAttrs } from "../../core/kernels.ts";
import { computeBatchNorm, computeBatchNormGrad } from "./batch-norm.ts";
import { NOISE } from "./noise-shader.ts";
import { program, type Shader, type Uniform, type WebgpuBackend } from "./program.ts";

const NOISE_UNIFORMS = "keyHi : i32, keyLo : i32, units : i32, spread : f32,";

/** Draws the numbers of core/noise.ts on the device: first the scales, which the gradient needs, then y. */
function noise(backend: WebgpuBackend, x: TensorInfo, attrs: NoiseAttrs): TensorInfo[] {
  const uniforms = (spread: number): Uniform[] => [
    { type: "int32", data: [attrs.hi | 0] },
    { type: "int32", data: [attrs.lo | 0] },
    { type: "int32", data: [attrs.mu.length] },
    { type: "float32", data: [spread] },
  ];
  const [mu, sigma] = [tf.tensor1d(attrs.mu), tf.tensor1d(attrs.sigma)];
  const shader = (name: "scale" | "apply", inputs: readonly string[]) =>
    program({ name: `noise_${name}`, inputs, uniforms: NOISE_UNIFORMS, code: NOISE[name] }, x.shape);
  const draw = shader("scale", ["sigma"]);
  const scale = backend.runWebGPUProgram(draw, [sigma], "float32", uniforms(attrs.rSigma));
  const apply = shader("apply", ["x", "scale", "mu"]);
  const y = backend.runWebGPUProgram(apply, [x, scale, mu], "float32", uniforms(attrs.rMu));
  tf.dispose([mu, sigma]);
  return [y, scale];
}

const RELU_GRAD: Shader = {
  name: "relu_grad",
  inputs: ["dy", "y"],
  uniforms: "",
  code: /* wgsl */ `
fn main(index : i32) {
  if (index < uniforms.size) { setOutputAtIndex(index, select(0.0, dy[index], y[index] > 0.0)); }
}
`,
};

const COMBINATION: Shader = {
  name: "combination",
  inputs: ["x", "y"],
  uniforms: "a : f32, b : f32,",
  code: /* wgsl */ `
fn main(index : i32) {
  if (index < uniforms.size) { setOutputAtIndex(index, uniforms.a * x[index] + uniforms.b * y[index]); }
}
`,
};

function combination(backend: WebgpuBackend, [x, y]: readonly TensorInfo[], { a, b }: CombinationAttrs): TensorInfo {
  const uniforms: Uniform[] = [a, b].map((factor) => ({ type: "float32", data: [factor] }));
  return backend.runWebGPUProgram(program(COMBINATION, x!.shape), [x!, y!], "float32", uniforms);
}

/** Sums many tensors in groups: a shader binds eight buffers, so tfjs's kernel fails for more than seven. */
function addInGroups(original: KernelFunc): KernelFunc {
  return ({ inputs, backend }) => {
    const sum = (tensors: readonly TensorInfo[]): TensorInfo => {
      if (tensors.length <= MOST) return original({ inputs: tensors as never, backend }) as TensorInfo;
      const first = sum(tensors.slice(0, MOST));
      const total = sum([first, ...tensors.slice(MOST)]);
      (backend as KernelBackend).disposeData(first.dataId);
      return total;
    };
    return sum(inputs as unknown as readonly TensorInfo[]);
  };
}

const MOST = 7;

/** Makes the kernels that tfjs's WebGPU backend lacks, fails at, or is too slow at. */
export function webgpuKernels(): KernelConfig[] {
  const addN = tf.getKernel("AddN", "webgpu").kernelFunc;
  return [
    { kernelName: "AddN", backendName: "webgpu", kernelFunc: addInGroups(addN) },
    {
      kernelName: KERNELS.noise,
      backendName: "webgpu",
      kernelFunc: ({ inputs, attrs, backend }) =>
        noise(backend as WebgpuBackend, inputs["x"]!, attrs as unknown as NoiseAttrs),
    },
    {
      kernelName: KERNELS.batchNorm,
      backendName: "webgpu",
      kernelFunc: ({ inputs, attrs, backend }) =>
        computeBatchNorm(backend as WebgpuBackend, inputs as never, attrs as unknown as BatchNormAttrs),
    },
    {
      kernelName: KERNELS.batchNormGrad,
      backendName: "webgpu",
      kernelFunc: ({ inputs, attrs, backend }) =>
        computeBatchNormGrad(backend as WebgpuBackend, inputs as never, attrs as unknown as BatchNormAttrs),
    },
    {
      kernelName: KERNELS.combination,
      backendName: "webgpu",
      kernelFunc: ({ inputs, attrs, backend }) =>
        combination(backend as WebgpuBackend, [inputs["x"]!, inputs["y"]!], attrs as unknown as CombinationAttrs),
    },
    {
      kernelName: KERNELS.reluGrad,
      backendName: "webgpu",
      kernelFunc: ({ inputs, backend }) => {
        const { dy, y } = inputs as unknown as Readonly<Record<"dy" | "y", TensorInfo>>;
        return (backend as WebgpuBackend).runWebGPUProgram(program(RELU_GRAD, y.shape), [dy, y], "float32", []);
      },
    },
  ];
}
