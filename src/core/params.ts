import type { Tensor } from "@tensorflow/tfjs";

/**
 * Trainable tensors by name, `layer<number>/<role>`: `layer3/kernel`, `layer3/scale`. Between the two stand the scopes
 * of a layer's part or of layers within a layer: `layer3/then1/kernel`.
 */
export type Params = Readonly<Record<string, Tensor>>;

/** State of layers besides their parameters, named alike: the running statistics of a normalization. */
export type State = Readonly<Record<string, Tensor>>;

/** Returns the number of the layer that a parameter belongs to, from 1; 0 when its name has none. */
export function layerOf(name: string): number {
  return Number(/^layer(\d+)\//.exec(name)?.[1] ?? 0);
}

/** Returns the role of a parameter in its layer, the end of its name: `kernel` of `layer3/then1/kernel`. */
export function roleOf(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

/** Applies `f` to every tensor of a record, keeping its names. */
export function mapParams(params: Params, f: (value: Tensor, name: string) => Tensor): Params {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, f(value, name)]));
}
