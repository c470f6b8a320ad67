import * as tf from "@tensorflow/tfjs-core";
import type { KernelBackend, KernelConfig, KernelFunc, TensorInfo } from "@tensorflow/tfjs-core";
import { KERNELS, type NoiseAttrs } from "../../core/kernels.ts";
import { NOISE } from "./noise-shader.ts";

/** A compute shader in the form of tfjs's WebGPU backend. */
interface Program {
  readonly variableNames: readonly string[];
  readonly uniforms: string;
  readonly shaderKey: string;
  readonly outputShape: readonly number[];
  readonly workgroupSize: readonly [number, number, number];
  readonly dispatchLayout: { readonly x: readonly number[] };
  readonly dispatch: readonly [number, number, number];
  /** Gives the shader `uniforms.size`, the number of elements. */
  readonly size: true;
  readonly getUserCode: () => string;
}

interface Uniform {
  readonly type: "int32" | "float32";
  readonly data: readonly number[];
}

interface WebgpuBackend {
  runWebGPUProgram(
    program: Program,
    inputs: readonly TensorInfo[],
    dtype: "float32",
    uniforms: readonly Uniform[],
  ): TensorInfo;
}

const WORKGROUP = 128;

/** Makes a program with one thread per element of the output. */
function elementwise(name: string, variableNames: readonly string[], shape: readonly number[], code: string): Program {
  const size = tf.util.sizeFromShape([...shape]);
  return {
    variableNames,
    uniforms: "keyHi : i32, keyLo : i32, units : i32, spread : f32,",
    shaderKey: `gradstream_${name}`,
    outputShape: shape,
    workgroupSize: [WORKGROUP, 1, 1],
    dispatchLayout: { x: shape.map((_, axis) => axis) },
    dispatch: [Math.ceil(size / WORKGROUP), 1, 1],
    size: true,
    getUserCode: () => code,
  };
}

/** Draws the numbers of core/noise.ts on the device: first the scales, which the gradient needs, then y. */
function noise(backend: WebgpuBackend, x: TensorInfo, attrs: NoiseAttrs): TensorInfo[] {
  const uniforms = (spread: number): Uniform[] => [
    { type: "int32", data: [attrs.hi | 0] },
    { type: "int32", data: [attrs.lo | 0] },
    { type: "int32", data: [attrs.mu.length] },
    { type: "float32", data: [spread] },
  ];
  const [mu, sigma] = [tf.tensor1d(attrs.mu), tf.tensor1d(attrs.sigma)];
  const draw = elementwise("noise_scale", ["sigma"], x.shape, NOISE.scale);
  const scale = backend.runWebGPUProgram(draw, [sigma], "float32", uniforms(attrs.rSigma));
  const apply = elementwise("noise_apply", ["x", "scale", "mu"], x.shape, NOISE.apply);
  const y = backend.runWebGPUProgram(apply, [x, scale, mu], "float32", uniforms(attrs.rMu));
  tf.dispose([mu, sigma]);
  return [y, scale];
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
  ];
}
