import * as tf from "@tensorflow/tfjs-core";
import type { TensorInfo } from "@tensorflow/tfjs-core";

/** A compute shader in the form of tfjs's WebGPU backend. */
export interface Program {
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

export interface Uniform {
  readonly type: "int32" | "float32";
  readonly data: readonly number[];
}

export interface WebgpuBackend {
  runWebGPUProgram(
    program: Program,
    inputs: readonly TensorInfo[],
    dtype: "float32",
    uniforms: readonly Uniform[],
  ): TensorInfo;
  disposeData(dataId: object): boolean;
}

/** What a shader is: its name, the names of its inputs and uniforms, and its code. */
export interface Shader {
  readonly name: string;
  readonly inputs: readonly string[];
  /** Declarations, each with a comma after it. */
  readonly uniforms: string;
  readonly code: string;
}

const WORKGROUP = 128;

/** Makes a program with one thread per element of the output or, where that is given, so many workgroups of a size. */
export function program(
  { name, inputs, uniforms, code }: Shader,
  outputShape: readonly number[],
  groups?: { readonly count: number; readonly threads: number },
): Program {
  const { count, threads } = groups ?? {
    count: Math.ceil(tf.util.sizeFromShape([...outputShape]) / WORKGROUP),
    threads: WORKGROUP,
  };
  return {
    variableNames: inputs,
    uniforms,
    shaderKey: `gradstream_${name}`,
    outputShape,
    workgroupSize: [threads, 1, 1],
    dispatchLayout: { x: outputShape.map((_, axis) => axis) },
    dispatch: [count, 1, 1],
    size: true,
    getUserCode: () => code,
  };
}
