import type { OperatorFunction } from "rxjs";
import type { ChangeSums } from "../core/change-sums.ts";
import type { Step } from "../core/live.ts";
import * as option from "../core/options.ts";
import { layerOf, roleOf } from "../core/params.ts";
import type { TensorValues } from "../core/read.ts";
import { refusalOf } from "../core/refusal.ts";
import type { Schedule } from "../core/schedule.ts";
import type { Recorded } from "../core/types.ts";
import { compareVectors } from "../core/vectors.ts";
import { firstParams } from "./first-params.ts";
import { probe } from "../operators/probe.ts";
import { checkLayers, type Layers } from "../operators/select-layers.ts";
import { inLayer, stats } from "../operators/stats.ts";

/** Options of `norms`. */
export interface NormsOptions {
  /** Layers to measure, numbered from 1. Default `all`. */
  readonly layers?: Layers;
  /** Steps at which to measure. Default every step. */
  readonly when?: Schedule | undefined;
}

/**
 * Measures the lengths of the gradient, the parameters and the update.
 *
 * Records per layer, of all its parameters θ, and for the whole network:
 * - `gradient_norm`: ‖g‖, of the objective;
 * - `parameter_norm`: ‖θ‖;
 * - `update_norm`: ‖θ' - θ‖, of the optimizer's update;
 * - `distance`: ‖θ - θ₀‖, from the first measured step.
 *
 * Records per layer with a kernel w (all its kernels together, where there are several):
 * - `effective_learning_rate`: learning rate / ‖w‖²;
 * - `angular_update`: the angle between w and its update, in radians.
 *
 * The last two describe a step when the network does not depend on the scale of w (van Laarhoven 2017; Arora, Li and
 * Lyu 2019).
 *
 * Costs a pass over parameters, gradients and update in float64, for which WebGPU reads them back; no pass of the
 * network.
 *
 * @throws {UserError} for an option that is not one.
 */
export function norms(options: NormsOptions = {}): OperatorFunction<Step, Recorded> {
  const { layers = "all", when } = option.checkOptions<NormsOptions>("norms", options, {
    layers: option.layers,
    when: option.schedule,
  });
  return probe({
    name: "norms",
    when,
    options: { layers },
    fits: (setting) => refusalOf(() => checkLayers("norms", layers, setting)),
    open: () => {
      const first = firstParams();
      const measure = (step: Step) => {
        const chosen = layers === "all" ? step.layers.map(({ layer }) => layer) : [...layers];
        const names = Object.keys(step.params);
        const [grads, params, next] = [step.grads, step.params, step.next].map((values) =>
          names.map((name) => values[name]!),
        );
        const { tensors, sumsOf } = first.compare(grads!, params!, next!);
        const records = (values: TensorValues) => {
          const sums = sumsOf(values);
          return found(step.learningRate, chosen, new Map(names.map((name, i) => [name, sums[i]!])));
        };
        return [{ tensors, records }];
      };
      return {
        measure,
        close: first.close,
        save: () => Object.fromEntries(first.save().map((values, i) => [String(i), values])),
        load: (memory) => {
          const count = Object.keys(memory).length;
          if (count > 0) first.load(Array.from({ length: count }, (_, i) => memory[String(i)] as Float32Array));
        },
      };
    },
  });
}

function found(learningRate: number, layers: readonly number[], sums: ReadonlyMap<string, ChangeSums>) {
  return [...layers, undefined].flatMap((layer) => {
    const own = [...sums].filter(([name]) => layer === undefined || layerOf(name) === layer);
    const length = (of: number) => Math.sqrt(own.reduce((total, [, values]) => total + values[of]!, 0));
    const ofAll = {
      gradient_norm: length(0),
      parameter_norm: length(1),
      update_norm: length(2),
      distance: length(3),
    };
    const kernels = own.filter(([name]) => roleOf(name) === "kernel").map(([, values]) => values);
    if (layer === undefined || kernels.length === 0) return stats(ofAll, inLayer(layer));
    const [old, turn, growth] = ([1, 2, 4] as const).map((of) =>
      kernels.reduce((sum, values) => sum + values[of], 0),
    ) as [number, number, number];
    const { cosineDistance } = compareVectors([old, old + growth, turn, growth]);
    const ofKernel = {
      effective_learning_rate: learningRate / old,
      angular_update: 2 * Math.asin(Math.min(1, Math.sqrt(cosineDistance / 2))),
    };
    return stats({ ...ofAll, ...ofKernel }, { layer });
  });
}
