import type { Tensor } from "@tensorflow/tfjs";
import type { Mode } from "../core/network.ts";
import type { Params, State } from "../core/params.ts";
import type { Key } from "../core/random.ts";

/** What a layer starts from: its tensors (owned by the caller) and the shape of what it gives, without the batch axis. */
export interface Initial {
  readonly params: Params;
  readonly state: State;
  readonly shape: readonly number[];
}

/**
 * One layer as a pair of pure functions. Names of parameters and state are local (`kernel`, `bias`): the network prefixes
 * them, and gives a layer its own tensors only. One called `kernel`, or `…/kernel` in a layer made of layers, is a weight.
 */
export interface Layer {
  readonly name: string;
  /** What it was made with, in plain values, for the record. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** The layers that it is made of, in order, where it is several. */
  readonly made?: readonly Layer[];
  /** @throws UserError when the layer cannot take examples of `shape`. */
  init(key: Key, shape: readonly number[]): Initial;
  /**
   * Examples `[size, ...shape]` to `[output, next state]`. With `groups`, x is so many batches one after another: batch
   * statistics are taken of each by itself, and the state stays as it is. The next state has the names that `init` gave.
   */
  apply(params: Params, state: State, x: Tensor, mode: Mode, groups?: number): readonly [Tensor, State];
}

/** What stands at a layer's place of normalization. */
export interface Normalization extends Layer {
  /** As a network's name has it, where `name` does not say how it was built: `batchNorm(scale 0.5, shift 0)`. */
  readonly title?: string;
  /** It subtracts each unit's mean and has a shift of its own: the linear map before it goes without bias. */
  readonly absorbsBias?: boolean;
  /** The linear map before it, where the normalization acts on that map's kernel: its names and shapes stay. */
  readonly reparametrize?: (linear: Layer) => Layer;
}

/** A normalization a network can be built with: called for each normalized layer. */
export type Norm = () => Normalization;

const NOTHING = {};

/** Makes a layer without parameters or state. */
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
