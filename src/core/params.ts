import type { Tensor } from "@tensorflow/tfjs";

/**
 * Trainable tensors by name, `layer<number>/<role>`: `layer3/kernel`, `layer3/scale`. Between the two stand the scopes of a
 * layer's part or of layers within a layer: `layer3/then1/kernel`.
 */
export type Params = Readonly<Record<string, Tensor>>;

/** What a layer carries besides its parameters: the running statistics of a normalization. Same naming. */
export type State = Readonly<Record<string, Tensor>>;

/** Gives the layer a parameter belongs to, from 1; 0 when its name carries none. */
export function layerOf(name: string): number {
  return Number(/^layer(\d+)\//.exec(name)?.[1] ?? 0);
}

/** Gives what a parameter is in its layer, the end of its name: `kernel` of `layer3/then1/kernel`. */
export function roleOf(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

/** Applies `f` to every tensor of a record, keeping its names. */
export function mapParams(params: Params, f: (value: Tensor, name: string) => Tensor): Params {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, f(value, name)]));
}
