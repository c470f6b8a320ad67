import type { Tensor } from "@tensorflow/tfjs";
import type { Key } from "./random.ts";
import type { Params, State } from "./params.ts";
import type { NamedOptions, Site } from "./types.ts";

/** A numbered layer of a network and the sites at which it shows its activations. */
export interface LayerInfo {
  /** Number, from 1 as in the paper's figures. */
  readonly layer: number;
  readonly name: string;
  readonly sites: readonly Site[];
  /** Names of its parts, in the order of computation. */
  readonly parts: readonly string[];
  /** Its parts by name, with the options of each, for the record. */
  readonly settings?: readonly NamedOptions[];
}

/**
 * Receives every activation of a network, in the order of computation. The network continues with what it returns, so
 * it may observe (return `value`) or intervene; gradients flow through it.
 */
export type Tap = (layer: number, site: Site, value: Tensor) => Tensor;

/**
 * `train`: batch statistics, and running statistics go on. `probe`: batch statistics, nothing else: the state stays.
 * `evaluate`: running statistics.
 */
export type Mode = "train" | "probe" | "evaluate";

/** Settings of a forward pass. */
export interface Pass {
  readonly mode: Mode;
  readonly tap: Tap;
  /** Number of batches that the examples are, one after another, each with its own batch statistics. Default 1. */
  readonly groups?: number;
  /** First layer of the pass; the examples are the input of that layer. Default the first. */
  readonly from?: number;
  /** Last layer of the pass. Default the last. */
  readonly to?: number;
}

/** Result of a forward pass. */
export interface Output {
  /** Outputs before softmax, `[size, classes]`, or the output of layer `to` where the pass ends there. */
  readonly logits: Tensor;
  /** State after the pass; in modes other than `train` the state that was passed in. */
  readonly state: State;
}

/** A network as a pair of pure functions. It holds no tensor. */
export interface Network {
  /** Name of the architecture: `vgg11 width 8, batchNorm`. */
  readonly name: string;
  readonly layers: readonly LayerInfo[];
  /** Draws parameters and makes the state for examples of `shape` (no batch axis). The caller owns the tensors. */
  init(key: Key, shape: readonly number[]): { readonly params: Params; readonly state: State };
  /** Computes the forward pass. */
  apply(params: Params, state: State, examples: Tensor, pass: Pass): Output;
}
