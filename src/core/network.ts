import type { Tensor } from "@tensorflow/tfjs-core";
import type { Key } from "./random.ts";
import type { Params, State } from "./params.ts";
import type { NamedOptions, Site } from "./types.ts";

/** Description of a numbered layer. */
export interface LayerInfo {
  /** Number, from 1 as in the paper's figures. */
  readonly layer: number;
  /** Name of its linear map: `conv3x3(64)`. */
  readonly name: string;
  /** Sites at which it shows activations. */
  readonly sites: readonly Site[];
  /** Names of its parts, in order of computation. */
  readonly parts: readonly string[];
  /** Its parts with their options, for records. */
  readonly settings?: readonly NamedOptions[];
}

/**
 * Receives every activation of a network, in the order of computation. The network continues with what it returns, so
 * it may observe (return `value`) or intervene; gradients flow through it.
 */
export type Tap = (layer: number, site: Site, value: Tensor) => Tensor;

/**
 * Mode of a forward pass. `train`: batch statistics, and running statistics are updated. `probe`: batch statistics, the
 * state stays. `evaluate`: running statistics.
 */
export type Mode = "train" | "probe" | "evaluate";

/** Options of a forward pass. */
export interface Pass {
  /** Statistics that normalizations use: the batch's or the running ones. */
  readonly mode: Mode;
  /** Receives every activation; the pass continues with what it returns. */
  readonly tap: Tap;
  /** Number of batches that the examples hold, one after another, each with batch statistics of its own. Default 1. */
  readonly batchCount?: number;
  /**
   * Key of all that layers draw in this pass, such as dropout: the same key, the same draws. Without one such a layer
   * throws, but in mode `evaluate`.
   */
  readonly key?: Key;
  /**
   * First layer of the pass; the examples are its input, or what a pass to the layer before gave. Default 1.
   */
  readonly from?: number;
  /** Last layer of the pass. Default: the last of the network. */
  readonly to?: number;
}

/** Result of a forward pass. */
export interface Output {
  /**
   * Outputs before softmax, `[size, classes]`, or what leaves layer `to`: its output, inside of a residual together with
   * what waits for the sum, `[size, values]`, for a pass from the next layer.
   */
  readonly logits: Tensor;
  /** State after the pass; in modes other than `train` the state that was passed in. */
  readonly state: State;
}

/** Parameters and state with which a network starts. */
export interface InitialValues {
  /** Parameters by name. */
  readonly params: Params;
  /** Running statistics by name. */
  readonly state: State;
}

/** A network as a pair of pure functions. It holds no tensor. */
export interface Network {
  /** Name of the architecture: `vgg11 width 8, batchNorm`. */
  readonly name: string;
  /** Numbered layers. */
  readonly layers: readonly LayerInfo[];
  /**
   * Draws parameters and makes the state for examples of `shape`, without the batch axis. The caller owns the tensors.
   *
   * @throws {UserError} when a layer cannot take examples of `shape`.
   */
  init(key: Key, shape: readonly number[]): InitialValues;
  /**
   * Computes the forward pass of examples `[size, ...shape]`.
   *
   * @throws {UserError} when a parameter is missing.
   */
  apply(params: Params, state: State, examples: Tensor, pass: Pass): Output;
}
