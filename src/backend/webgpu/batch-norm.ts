import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { BatchNormAttrs } from "../../core/kernels.ts";
import { BATCH_NORM, TILE } from "./batch-norm-shader.ts";
import { program, type Uniform, type WebgpuBackend } from "./program.ts";

type Inputs<Name extends string> = Readonly<Record<Name, TensorInfo>>;

const UNIFORMS = "channels : i32, rows : i32, perChunk : i32, which : i32, epsilon : f32,";
/** Rows of a chunk at least, and chunks at most: enough workgroups for a GPU, and few enough to add up one by one. */
const [LEAST_ROWS, MOST_CHUNKS] = [64, 256];

/** Runs shaders over rows of channels. */
class Rows {
  readonly #backend: WebgpuBackend;
  readonly #shape: readonly number[];
  readonly #channels: number;
  readonly #rows: number;
  readonly #perChunk: number;
  readonly #epsilon: number;

  constructor(backend: WebgpuBackend, shape: readonly number[], epsilon: number) {
    this.#backend = backend;
    this.#shape = shape;
    this.#channels = shape.at(-1)!;
    this.#rows = shape.slice(0, -1).reduce((product, length) => product * length, 1);
    this.#perChunk = Math.max(LEAST_ROWS, Math.ceil(this.#rows / MOST_CHUNKS));
    this.#epsilon = epsilon;
  }

  /** Two numbers for each chunk and channel. */
  chunks(name: "chunks" | "gradientChunks", inputs: Readonly<Record<string, TensorInfo>>): TensorInfo {
    const chunks = Math.ceil(this.#rows / this.#perChunk);
    const count = chunks * Math.ceil(this.#channels / TILE.channels);
    return this.#run(name, inputs, [chunks, 2, this.#channels], { count, threads: TILE.channels * TILE.rows });
  }

  /** One number for each channel. */
  perChannel(name: "mean" | "variance" | "total", inputs: Readonly<Record<string, TensorInfo>>, which = 0): TensorInfo {
    return this.#run(name, inputs, [this.#channels], undefined, which);
  }

  /** One number for each element. */
  elementwise(name: "apply" | "gradient", inputs: Readonly<Record<string, TensorInfo>>): TensorInfo {
    return this.#run(name, inputs, this.#shape);
  }

  #run(
    name: keyof typeof BATCH_NORM,
    inputs: Readonly<Record<string, TensorInfo>>,
    shape: readonly number[],
    groups?: { readonly count: number; readonly threads: number },
    which = 0,
  ): TensorInfo {
    const shader = {
      name: `batch_norm_${name}`,
      inputs: Object.keys(inputs),
      uniforms: UNIFORMS,
      code: BATCH_NORM[name],
    };
    const uniforms: Uniform[] = [
      { type: "int32", data: [this.#channels] },
      { type: "int32", data: [this.#rows] },
      { type: "int32", data: [this.#perChunk] },
      { type: "int32", data: [which] },
      { type: "float32", data: [this.#epsilon] },
    ];
    return this.#backend.runWebGPUProgram(program(shader, shape, groups), Object.values(inputs), "float32", uniforms);
  }
}

/** Computes batch normalization in four programs: y, mean and variance. */
export function computeBatchNorm(
  backend: WebgpuBackend,
  { x, scale, shift }: Inputs<"x" | "scale" | "shift">,
  { epsilon }: BatchNormAttrs,
): TensorInfo[] {
  const rows = new Rows(backend, x.shape, epsilon);
  const chunks = rows.chunks("chunks", { x });
  const mean = rows.perChannel("mean", { chunks });
  const variance = rows.perChannel("variance", { chunks, mean });
  backend.disposeData(chunks.dataId);
  return [rows.elementwise("apply", { x, mean, variance, scale, shift }), mean, variance];
}

/** Computes the gradients of batch normalization in four programs: those of x, scale and shift. */
export function computeBatchNormGrad(
  backend: WebgpuBackend,
  { dy, x, scale, mean, variance }: Inputs<"dy" | "x" | "scale" | "mean" | "variance">,
  { epsilon }: BatchNormAttrs,
): TensorInfo[] {
  const rows = new Rows(backend, x.shape, epsilon);
  const chunks = rows.chunks("gradientChunks", { dy, x, mean, variance });
  const dShift = rows.perChannel("total", { chunks }, 0);
  const dScale = rows.perChannel("total", { chunks }, 1);
  backend.disposeData(chunks.dataId);
  return [rows.elementwise("gradient", { dy, x, mean, variance, scale, dShift, dScale }), dScale, dShift];
}
