import type { Network } from "../core/network.ts";
import { dense } from "./dense.ts";
import { flatten } from "./flatten.ts";
import { layered, type Block } from "./layered.ts";
import type { Layer, Norm } from "./layer.ts";
import { relu } from "./relu.ts";

export interface MlpOptions {
  /** Units of each hidden layer. */
  readonly hidden?: readonly number[];
  readonly classes?: number;
  readonly norm?: Norm | undefined;
  /** After every normalization; called for each layer. */
  readonly nonlinearity?: () => Layer;
}

/** A multilayer perceptron over flattened examples: dense, normalization, non-linearity; the last layer gives the logits. */
export function mlp({ hidden = [64, 64], classes = 10, norm, nonlinearity = relu }: MlpOptions = {}): Network {
  const blocks = [...hidden, classes].map((units, i): Block => {
    if (i === hidden.length) return { linear: flat(i, dense({ units })) };
    const own = norm?.();
    return { linear: flat(i, dense({ units, bias: !own?.absorbsBias })), norm: own, nonlinearity: nonlinearity() };
  });
  return layered(`mlp ${hidden.join("-")}, ${blocks[0]!.norm?.name ?? "no norm"}`, blocks);
}

/** The first dense layer takes examples of any shape. */
function flat(index: number, layer: Layer): Layer {
  if (index > 0) return layer;
  const first = flatten();
  return {
    name: layer.name,
    made: [first, layer],
    init: (key, shape) => layer.init(key, first.init(key, shape).shape),
    apply: (params, state, x, mode, groups) =>
      layer.apply(params, state, first.apply({}, {}, x, mode)[0], mode, groups),
  };
}
