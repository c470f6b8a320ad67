import type { Tensor } from "@tensorflow/tfjs";
import type { Key } from "./random.ts";
import type { Params, State } from "./params.ts";
import type { NamedOptions, Site } from "./types.ts";

/** A numbered layer of a network and the sites at which it shows its activations. */
export interface LayerInfo {
  /** From 1, as in the paper's figures. */
  readonly layer: number;
  readonly name: string;
  readonly sites: readonly Site[];
  /** The names of everything in it, in the order of computation. */
  readonly parts: readonly string[];
  /** The same by name with what each was made with, for the record. */
  readonly settings?: readonly NamedOptions[];
}

/**
 * Called by a network with every activation, in the order of computation. What it returns is what the network goes on
 * with, so it may observe (return `value`) or intervene; gradients flow through it.
 */
export type Tap = (layer: number, site: Site, value: Tensor) => Tensor;

/**
 * `train`: batch statistics, and running statistics go on. `probe`: batch statistics, nothing else: the state stays.
 * `evaluate`: running statistics.
 */
export type Mode = "train" | "probe" | "evaluate";

/** What a forward pass needs besides parameters, state and examples. */
export interface Pass {
  readonly mode: Mode;
  readonly tap: Tap;
  /** The examples are this many batches, one after another, to probe: each has batch statistics of its own. Default 1. */
  readonly groups?: number;
  /** Layers to go through, with what enters layer `from`; default all of them. */
  readonly from?: number;
  readonly to?: number;
}

export interface Output {
  /** `[size, classes]`, before softmax; what leaves layer `to`, when the pass ends there. */
  readonly logits: Tensor;
  /** The state after this pass; in modes other than `train` the very state that came in. */
  readonly state: State;
}

/** A network as a pair of pure functions. It holds no tensor. */
export interface Network {
  /** Names the architecture: `vgg11 width 8, batchNorm`. */
  readonly name: string;
  readonly layers: readonly LayerInfo[];
  /** Fresh parameters and state for examples of `shape` (no batch axis). The caller owns the tensors. */
  init(key: Key, shape: readonly number[]): { readonly params: Params; readonly state: State };
  apply(params: Params, state: State, examples: Tensor, pass: Pass): Output;
}
