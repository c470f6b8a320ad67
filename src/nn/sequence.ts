import type { Tensor } from "@tensorflow/tfjs-core";
import { UserError } from "../core/errors.ts";
import { shown } from "../core/options.ts";
import type { Params, State } from "../core/params.ts";
import { fold } from "../core/random.ts";
import { layersOption } from "./block.ts";
import type { Layer } from "./layer.ts";

/**
 * Makes one layer of several, computed one after another. Their tensors have their place before their own names:
 * `part1/kernel`, `part2/mean`. In a network it is one part of a numbered layer, with one place for sites.
 *
 * @throws {UserError} when `layers` is not a list of layers.
 *
 * @example
 * ```ts
 * import { batchNorm, conv, rootKey, sequence } from "gradstream";
 *
 * const projection = sequence([conv({ filters: 8, size: 1, stride: 2, bias: false }), batchNorm()]);
 * const { params, shape } = projection.init(rootKey(0), [8, 8, 4]);
 * console.log(Object.keys(params).join(" "), shape); // part1/kernel part2/scale part2/shift [ 4, 4, 8 ]
 * ```
 */
export function sequence(layers: readonly Layer[]): Layer {
  if (!layersOption.accepts(layers) || layers.length === 0) {
    throw new UserError(
      `sequence: needs a list of layers such as [dense({ units: 10 }), relu()], not ${shown(layers)}`,
    );
  }
  return {
    name: `sequence(${layers.map(({ name }) => name).join(", ")})`,
    made: layers.flatMap((layer) => layer.made ?? [layer]),
    init: (key, shape) => {
      const made = { params: {} as Record<string, Tensor>, state: {} as Record<string, Tensor> };
      layers.forEach((layer, i) => {
        const initial = layer.init(fold(key, i + 1), shape);
        Object.assign(made.params, scopedBy(i, initial.params));
        Object.assign(made.state, scopedBy(i, initial.state));
        shape = initial.shape;
      });
      return { ...made, shape };
    },
    apply: (params, state, x, mode, batchCount, key) => {
      const next: Record<string, Tensor> = {};
      layers.forEach((layer, i) => {
        const draws = key && fold(key, i + 1);
        const [y, after] = layer.apply(within(i, params), within(i, state), x, mode, batchCount, draws);
        Object.assign(next, scopedBy(i, after));
        x = y;
      });
      return [x, mode === "train" ? next : state];
    },
  };
}

const scopedBy = (index: number, tensors: State): State =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [`part${index + 1}/${name}`, tensor]));

const within = (index: number, tensors: Params): Params => {
  const scope = `part${index + 1}/`;
  const own = Object.entries(tensors).filter(([name]) => name.startsWith(scope));
  return Object.fromEntries(own.map(([name, tensor]) => [name.slice(scope.length), tensor]));
};
