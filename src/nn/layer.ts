import type { Tensor } from "@tensorflow/tfjs-core";
import type { Mode } from "../core/network.ts";
import type { Params, State } from "../core/params.ts";
import type { Key } from "../core/random.ts";

/** Initial parameters and state of a layer, owned by the caller, and the shape of its output without the batch axis. */
export interface Initial {
  /** Parameters, by local name. */
  readonly params: Params;
  /** State, by local name. */
  readonly state: State;
  /** Shape of the output of one example. */
  readonly shape: readonly number[];
}

/**
 * One layer as a pair of pure functions. It names its parameters and state as if it were alone
 * (`kernel`, `bias`), and sees no other layer's; the network puts its own name before them (`layer3/kernel`). A parameter
 * called `kernel`, or `…/kernel` in a layer made of layers, counts as a weight.
 */
export interface Layer {
  /** Name: `conv3x3(64)`. */
  readonly name: string;
  /** Options as plain values, for records. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Layers that a composite layer is made of, in order. */
  readonly made?: readonly Layer[];
  /**
   * Draws the initial parameters and makes the initial state, for examples of `shape`.
   *
   * @throws {UserError} when the layer cannot take examples of `shape`.
   */
  init(key: Key, shape: readonly number[]): Initial;
  /**
   * Computes the output for examples `[size, ...shape]`, and the next state, which has the names of `init`'s. With
   * `batchCount`, x holds that many batches one after another: batch statistics are taken of each by itself, and the state
   * stays. A layer that draws draws from `key`, the same for each of these batches.
   */
  apply(params: Params, state: State, x: Tensor, mode: Mode, batchCount?: number, key?: Key): readonly [Tensor, State];
}

/** A layer between a linear map and its non-linearity. */
export interface Normalization extends Layer {
  /**
   * Name in a network's name, where `name` does not tell the options: `batchNorm(scale 0.5, shift 0)`. Default `name`.
   */
  readonly title?: string;
  /**
   * Whether it makes the bias of the linear map redundant: it subtracts each unit's mean and has a shift. Default
   * false.
   */
  readonly absorbsBias?: boolean;
  /**
   * Wraps the linear map before it, for a normalization of that map's kernel. Names and shapes stay. Default: no
   * change.
   */
  readonly reparametrize?: (linear: Layer) => Layer;
}

/** Makes a normalization; called for each normalized layer of a network. */
export type Norm = () => Normalization;

const NOTHING = {};

/**
 * Makes a layer without parameters and state: `shape` returns the output shape of an input shape, without the batch
 * axis, and `apply` the output.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs-core";
 * import { mlp, stateless } from "gradstream";
 *
 * const sine = () => stateless("sine", (shape) => shape, tf.sin);
 * console.log(mlp({ hidden: [8], nonlinearity: sine }).layers[0]!.parts); // [ "dense(8)", "sine" ]
 * ```
 */
export function stateless(
  name: string,
  shape: (input: readonly number[]) => readonly number[],
  apply: (x: Tensor) => Tensor,
): Layer {
  return {
    name,
    init: (_key, input) => ({ params: NOTHING, state: NOTHING, shape: shape(input) }),
    apply: (_params, state, x) => [apply(x), state],
  };
}
