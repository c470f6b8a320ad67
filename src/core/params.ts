import type { Tensor } from "@tensorflow/tfjs-core";

/**
 * Trainable tensors by name, `layer<number>/<role>`: `layer3/kernel`, `layer3/scale`. In a layer made of parts, the
 * part's scope stands between: `layer3/then1/kernel`.
 */
export type Params = Readonly<Record<string, Tensor>>;

/** Tensors of layers besides their parameters, named alike: the running statistics of a normalization. */
export type State = Readonly<Record<string, Tensor>>;

/** Parameters of a network, with its running statistics. */
export interface Weights {
  /** Parameters by name. */
  readonly params: Params;
  /** Running statistics by name. Default: those that the network begins with. */
  readonly state?: State;
}

/**
 * Returns the number of the layer that a parameter belongs to, from 1; 0 when its name has none.
 *
 * @example
 * ```ts
 * import { layerOf, roleOf } from "gradstream";
 *
 * console.log(layerOf("layer3/then1/kernel"), roleOf("layer3/then1/kernel")); // 3 kernel
 * ```
 */
export function layerOf(name: string): number {
  return Number(/^layer(\d+)\//.exec(name)?.[1] ?? 0);
}

/** Returns the role of a parameter in its layer, the end of its name: `kernel` of `layer3/then1/kernel`. */
export function roleOf(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

/** Returns a record of the same names with `f` applied to every tensor. The caller owns the tensors. */
export function mapParams(params: Params, f: (value: Tensor, name: string) => Tensor): Params {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, f(value, name)]));
}

/** Returns the parameters to keep, in their order. */
export function filterParams(params: Params, keep: (name: string, value: Tensor) => boolean): Params {
  return Object.fromEntries(Object.entries(params).filter(([name, value]) => keep(name, value)));
}
