import type { Tensor } from "@tensorflow/tfjs";

/** Trainable tensors by name, `layer<number>/<role>`: `layer3/kernel`, `layer3/scale`. */
export type Params = Readonly<Record<string, Tensor>>;

/** What a layer carries besides its parameters: the running statistics of a normalization. Same naming. */
export type State = Readonly<Record<string, Tensor>>;

/** The layer a parameter belongs to, from 1; 0 when its name carries none. */
export function layerOf(name: string): number {
  return Number(/^layer(\d+)\//.exec(name)?.[1] ?? 0);
}

/** Applies `f` to every tensor of a record, keeping its names. */
export function mapParams(params: Params, f: (value: Tensor, name: string) => Tensor): Params {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, f(value, name)]));
}
