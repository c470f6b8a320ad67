import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { valueAndGradients } from "../core/gradients.ts";
import type { Step } from "../core/live.ts";
import { layerOf, mapParams, roleOf, type Params } from "../core/params.ts";

/** Largest number of activation values at which the networks above several layers are evaluated as one batch. */
const TOGETHER = 2 ** 19;

/**
 * Computes G'_i for each of `layers`: the gradient of the objective with respect to layer i's own parameters when every layer
 * below has made its update (`step.next`) and layer i and all above have not. Same batch, same draws, batch statistics.
 *
 * What the updated layers below give is computed once, going up. The networks above different layers have the same old
 * parameters; where activations are small they go through them together, each with statistics of its own, and elsewhere
 * one by one, which costs no memory. `names` are the parameters of a layer to differentiate for.
 */
export function gradientsAfterUpdate(
  step: Step,
  layers: readonly number[],
  names: (layer: number) => readonly string[],
): ReadonlyMap<number, Params> {
  const grads = new Map<number, Params>();
  const wanted = layers.filter((layer) => layer > 1).sort((a, b) => a - b);
  if (layers.includes(1)) grads.set(1, pick(step.grads, names(1)));

  let below = { input: step.pass(step.next, { to: 1 }), of: 2 };
  const rise = (layer: number): Tensor => {
    while (below.of < layer) {
      const input = step.pass(step.next, { input: below.input, from: below.of, to: below.of });
      below = { input, of: below.of + 1 };
    }
    return below.input;
  };
  for (let at = 0; at < wanted.length;) {
    const room = Math.max(1, Math.floor(TOGETHER / largestActivation(step, wanted[at]!)));
    const some = wanted.slice(at, at + room);
    const inputs = new Map(some.map((layer) => [layer, rise(layer)]));
    for (const [layer, found] of together(step, inputs, names)) grads.set(layer, found);
    at += some.length;
  }
  return grads;
}

/** Evaluates the networks above the layers of `inputs` as one batch, which grows by one at each of these layers. */
function together(
  step: Step,
  inputs: ReadonlyMap<number, Tensor>,
  names: (layer: number) => readonly string[],
): Map<number, Params> {
  const { params, layers, penaltyTerm } = step;
  const begins = [...inputs.keys()];
  // A layer's parameters serve its own batch and, as constants, the batches that began below it.
  const own = mapParams(pick(params, begins.flatMap(names)), (value) => tf.clone(value));
  const f = (): tf.Scalar => {
    let stacked: Tensor | undefined;
    let batchCount = 0;
    begins.forEach((layer, i) => {
      const from = layer;
      const to = (begins[i + 1] ?? layers.length + 1) - 1;
      const begun = step.pass({ ...params, ...pick(own, names(layer)) }, { input: inputs.get(layer)!, from, to: from });
      const going = stacked && step.pass(params, { input: stacked, from, to: from, batchCount });
      stacked = going ? tf.concat([going, begun]) : begun;
      batchCount += 1;
      if (to > from) stacked = step.pass(params, { input: stacked, from: from + 1, to, batchCount });
    });
    return step.lossOf(stacked!, { batchCount });
  };
  const { grads } = valueAndGradients(f, own);
  const full = penaltyTerm ? penaltyTerm.addGradient(grads, own) : grads;
  return new Map(begins.map((layer) => [layer, pick(full, names(layer))]));
}

const pick = (params: Params, names: readonly string[]): Params =>
  Object.fromEntries(names.map((name) => [name, params[name]!]));

const largestActivation = ({ activations }: Step, layer: number): number =>
  Math.max(...activations.filter((a) => a.layer >= layer).map(({ value }) => value.size));

/** Returns the names of a layer's `weights` (its kernels), or of `all` its parameters. */
export function parameterNames(
  named: Readonly<Record<string, unknown>>,
  layer: number,
  parameters: "weights" | "all",
): readonly string[] {
  const all = Object.keys(named).filter((name) => layerOf(name) === layer);
  return parameters === "all" ? all : all.filter((name) => roleOf(name) === "kernel");
}
