import * as tf from "@tensorflow/tfjs";
import type { Tensor, Tensor1D } from "@tensorflow/tfjs";
import type { OperatorFunction } from "rxjs";
import type { Step } from "../core/live.ts";
import type { Schedule } from "../core/schedule.ts";
import type { Reading, Recorded } from "../core/types.ts";
import { compareVectors, flatten } from "../core/vectors.ts";
import { probe } from "../operators/probe.ts";
import { checkLayers, type Layers } from "../operators/select-layers.ts";
import { layerSums, weightsOf } from "./layer-sums.ts";

export interface NormsOptions {
  readonly layers?: Layers;
  readonly when?: Schedule | undefined;
}

/**
 * How large and how far, per layer (all its parameters) and for the network: `gradient_norm` ‖g‖, `parameter_norm` ‖θ‖,
 * `update_norm` ‖θ' - θ‖ of the optimizer's update, `distance` ‖θ - θ_0‖ from where this probe first saw them. Per layer
 * with a kernel w also `effective_learning_rate`, learning rate / ‖w‖², and `angular_update`, the angle between w and
 * its update in radians: what matters of a step when the network does not depend on the scale of w (van Laarhoven
 * 2017; Arora, Li and Lyu 2019). Costs a few passes over the parameters, no pass of the network.
 */
export function norms({ layers = "all", when }: NormsOptions = {}): OperatorFunction<Step, Recorded> {
  return probe({
    name: "norms",
    when,
    open: () => {
      let initial: Tensor1D | undefined;
      return {
        close: () => initial?.dispose(),
        measure: (step) => {
          checkLayers("norms", layers, step);
          const chosen = layers === "all" ? step.layers.map(({ layer }) => layer) : [...layers];
          const [params, next] = [flatten(step.params), flatten(step.next)];
          initial ??= tf.keep(tf.clone(params));
          const kernels = weightsOf(step.params);
          const [old, fresh] = [flatten(kernels), flatten(weightsOf(step.next))];
          const turn = tf.sub<Tensor1D>(fresh, old);
          const sums = layerSums(step.params, chosen);
          const kernelSums = layerSums(kernels, chosen);
          const rows: Tensor[] = [
            ...[flatten(step.grads), params, tf.sub(next, params), tf.sub(params, initial)].map((vector) =>
              sums(tf.square(vector as Tensor1D)),
            ),
            ...[tf.square(old), tf.square(fresh), tf.square(turn), tf.mul(turn, tf.add(old, fresh))].map((vector) =>
              kernelSums(vector as Tensor1D),
            ),
          ];
          const records = (values: Float32Array) => readings(step, chosen, values);
          return [{ tensor: tf.stack(rows), records }];
        },
      };
    },
  });
}

function readings({ step, learningRate }: Step, layers: readonly number[], values: Float32Array): Reading[] {
  const width = layers.length + 1;
  const at = (row: number, column: number) => values[row * width + column]!;
  const reading = (stat: string, value: number, layer?: number): Reading => ({
    kind: "reading",
    step,
    probe: "norms",
    stat,
    ...(layer === undefined ? {} : { layer }),
    value,
  });
  return [...layers, undefined].flatMap((layer, column) => {
    const ofAll = ["gradient_norm", "parameter_norm", "update_norm", "distance"].map((stat, row) =>
      reading(stat, Math.sqrt(at(row, column)), layer),
    );
    const kernel = at(4, column);
    if (layer === undefined || kernel === 0) return ofAll;
    const { cosineDistance } = compareVectors([4, 5, 6, 7].map((row) => at(row, column)));
    return [
      ...ofAll,
      reading("effective_learning_rate", learningRate / kernel, layer),
      reading("angular_update", 2 * Math.asin(Math.min(1, Math.sqrt(cosineDistance / 2))), layer),
    ];
  });
}
