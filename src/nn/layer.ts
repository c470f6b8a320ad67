import type { Tensor } from "@tensorflow/tfjs";
import type { Mode } from "../core/network.ts";
import type { Params, State } from "../core/params.ts";
import type { Key } from "../core/random.ts";

/**
 * Initial parameters and state of a layer (owned by the caller), and the shape of its output without the batch axis.
 */
export interface Initial {
  readonly params: Params;
  readonly state: State;
  readonly shape: readonly number[];
}

/**
 * One layer as a pair of pure functions. Names of parameters and state are local (`kernel`, `bias`): the network
 * prefixes them, and gives a layer its own tensors only. One called `kernel`, or `…/kernel` in a layer made of layers,
 * is a weight.
 */
export interface Layer {
  readonly name: string;
  /** Options it was made with, as plain values, for the record. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Layers that a composite layer is made of, in order. */
  readonly made?: readonly Layer[];
  /**
   * Draws initial parameters and makes the initial state.
   *
   * @throws UserError when the layer cannot take examples of `shape`.
   */
  init(key: Key, shape: readonly number[]): Initial;
  /**
   * Maps examples `[size, ...shape]` to `[output, next state]`. With `groups`, x is that many batches one after
   * another: batch statistics are taken of each by itself, and the state stays as it is. The next state has the names
   * of `init`'s.
   */
  apply(params: Params, state: State, x: Tensor, mode: Mode, groups?: number): readonly [Tensor, State];
}

/** A layer that stands between a linear map and its non-linearity. */
export interface Normalization extends Layer {
  /** Name in a network's name where `name` does not tell the options: `batchNorm(scale 0.5, shift 0)`. */
  readonly title?: string;
  /** Whether it makes the bias of the linear map redundant: it subtracts each unit's mean and has a shift. */
  readonly absorbsBias?: boolean;
  /** Wraps the linear map before it, where it acts on that map's kernel. Names and shapes stay. */
  readonly reparametrize?: (linear: Layer) => Layer;
}

/** Makes a normalization; called for each normalized layer of a network. */
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
